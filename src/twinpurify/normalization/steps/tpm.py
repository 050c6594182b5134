"""Transcripts per million: counts over gene length, each sample to a million."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from twinpurify.normalization.steps.gene_lengths import PerLength
from twinpurify.normalization.steps.library import PER_MILLION
from twinpurify.normalization.steps.step import as_values, like


class TranscriptsPerMillion(PerLength):
    """Gives every sample a million transcripts: reads by kilobase, then scaled by their sum.

    Parameters
    ----------
    lengths : str, optional
        Table with the columns gene and length, in bases. Default: the column ``length`` of the
        cohort's genes.

    References
    ----------
    Wagner, Kin & Lynch 2012, doi:10.1007/s12064-012-0162-3.
    """

    quantity: ClassVar = "tpm"

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Turn counts, samples × genes, into TPM."""
        rate = as_values(X) / self._kilobases(X.columns)
        total = rate.sum(axis=1)
        # A sample without reads stays at zero.
        scale = np.divide(PER_MILLION, total, out=np.zeros_like(total), where=total > 0)
        return like(X, rate * scale[:, None])
