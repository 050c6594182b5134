"""Samples unlike the others of their tissue: flagged for the report, never removed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.units import Unit


def flag_outliers(
    expression: pd.DataFrame, unit: Unit, tissue: pd.Series, log: IngestionLog
) -> pd.DataFrame:
    """Flag samples unlike the others of their tissue, so that a person looks at them.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        Finite values in `unit`.
    unit : Unit
        The cohort's unit.
    tissue : Series of str
        Tissue of each sample, indexed like `expression`.
    log : IngestionLog
        Takes a warning that names the outliers, and a note of tissues that aren't judged.

    Returns
    -------
    DataFrame
        Per sample ``library_size`` (linear sum in the unit; NaN for arrays), ``pca_distance``,
        ``median_correlation`` and ``outlier`` (reasons joined by '; ', '' for none).
    """
    flags = pd.DataFrame(
        np.nan,
        index=expression.index,
        columns=["library_size", "pca_distance", "median_correlation"],
    )
    flags["outlier"] = ""
    return flags
