"""The whole cohort's distribution to the range that the training tumours have."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from twinpurify.errors import ExpressionError
from twinpurify.normalization.alignment.base import PlatformAlignment


class TrainingDistributionMatching(PlatformAlignment):
    """Cuts the target's tails to the training tumours' and stretches it to their range (TDM).

    In linear amounts, over all genes and tumours at once: how many interquartile ranges fit
    between the upper quartile and the maximum of the training tumours, and between their lower
    quartile and minimum, gives the bounds of the target, which are then mapped to the training
    tumours' extremes. One straight line for all genes: genes keep their order, and what a
    platform does to single genes stays.

    Attributes
    ----------
    bounds_ : array, shape (2,)
        Linear amounts of the target beyond which values are cut.
    range_ : array, shape (2,)
        Least and largest linear amount among the training tumours.

    References
    ----------
    Thompson, Tan & Greene 2016, doi:10.7717/peerj.1621.
    """

    name = "tdm"
    _arrays: ClassVar = ("bounds_", "range_")

    def _fit(self, target: np.ndarray, reference: np.ndarray) -> None:
        least, lower, upper, largest = _quartiles_and_range(reference, "training")
        below, above = np.array([lower - least, largest - upper]) / (upper - lower)
        floor, lower, upper, _ = _quartiles_and_range(target, "target")
        width = upper - lower
        self.bounds_ = np.array([max(lower - below * width, floor), upper + above * width])
        self.range_ = np.array([least, largest])

    def _map(self, values: np.ndarray) -> np.ndarray:
        amount = np.clip(np.exp2(values) - 1.0, *self.bounds_)
        share = (amount - self.bounds_[0]) / (self.bounds_[1] - self.bounds_[0])
        return np.log2(share * (self.range_[1] - self.range_[0]) + self.range_[0] + 1.0)


def _quartiles_and_range(values: np.ndarray, cohort: str) -> np.ndarray:
    """Minimum, quartiles and maximum of the linear amounts."""
    found = np.quantile(np.exp2(values) - 1.0, [0.0, 0.25, 0.75, 1.0])
    if found[2] <= found[1]:
        raise ExpressionError(
            f"half of all values of the {cohort} cohort are {np.log2(found[1] + 1.0):g}, so that "
            "their spread gives no scale to match; set `transfer_alignment` to another than `tdm`"
        )
    return found
