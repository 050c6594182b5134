"""Each sample's distribution to that of the training tumours."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from scipy.stats import rankdata

from twinpurify.normalization.alignment.base import PlatformAlignment


class QuantileAlignment(PlatformAlignment):
    """Gives every sample the training tumours' distribution over the shared genes.

    The k-th lowest gene of a sample takes the mean of the training tumours' k-th lowest genes;
    genes that tie take the value at their mean rank. A sample needs no other, so that this is the
    alignment for a single sample of an unknown platform. What it can't undo is a platform that
    reads one gene high and another low: the order of genes within a sample stays.

    Attributes
    ----------
    quantiles_ : array, shape (genes,)
        Ascending, log2(x + 1).

    References
    ----------
    Bolstad et al. 2003, doi:10.1093/bioinformatics/19.2.185.
    """

    name = "quantile"
    needs_target: ClassVar = False
    _arrays: ClassVar = ("quantiles_",)

    def _fit(self, target: None, reference: np.ndarray) -> None:
        self.quantiles_ = np.sort(reference, axis=1).mean(axis=0)

    def _map(self, values: np.ndarray) -> np.ndarray:
        rank = rankdata(values, axis=1) - 1.0
        return np.interp(rank, np.arange(len(self.quantiles_)), self.quantiles_)
