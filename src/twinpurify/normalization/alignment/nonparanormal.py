"""Ranks within each sample as normal scores, then each gene to the training tumours' scale."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from twinpurify.normalization.alignment.base import PlatformAlignment
from twinpurify.normalization.alignment.location_scale import SMALLEST_SPREAD


class NonparanormalAlignment(PlatformAlignment):
    """Turns a sample's ranks into normal scores, and each gene's scores to the reference's scale.

    The score of a gene is the normal quantile of its rank over the number of shared genes plus
    one, which no monotone distortion of a sample changes: neither library size nor saturation.
    Each gene's scores then get the mean and the SD that the gene has in the training tumours,
    since models are trained on these.

    Attributes
    ----------
    slope_, intercept_ : array, shape (genes,)
        From score to log2(x + 1).

    References
    ----------
    Liu, Lafferty & Wasserman 2009, https://jmlr.org/papers/v10/liu09a.html; between platforms:
    Thompson, Tan & Greene 2016, doi:10.7717/peerj.1621.
    """

    name = "nonparanormal"
    _arrays: ClassVar = ("slope_", "intercept_")

    def _fit(self, target: np.ndarray, reference: np.ndarray) -> None:
        scores = normal_scores(target)
        spread = np.maximum(scores.std(axis=0), SMALLEST_SPREAD)
        self.slope_ = reference.std(axis=0) / spread
        self.intercept_ = reference.mean(axis=0) - scores.mean(axis=0) * self.slope_

    def _map(self, values: np.ndarray) -> np.ndarray:
        return normal_scores(values) * self.slope_ + self.intercept_


def normal_scores(values: np.ndarray) -> np.ndarray:
    """Normal quantile of each value's rank in its row; ties share their mean rank."""
    return ndtri(rankdata(values, axis=1) / (values.shape[1] + 1.0))
