"""Counts per million, with libraries measured by a trimmed mean of ratios to one reference."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
import pandas as pd
from pydantic import Field
from sklearn.utils.validation import check_is_fitted

from twinpurify.normalization.steps.blocks import Blocks
from twinpurify.normalization.steps.library import LibraryScaling, geometric_mean, with_genes
from twinpurify.normalization.steps.upper_quartile import expressed, upper_quartile_factors

NEGLIGIBLE = 1e-20
SAME_AS_REFERENCE = 1e-6
Trim = Annotated[float, Field(ge=0.0, lt=0.5)]


class TrimmedMeanOfRatios(LibraryScaling):
    """Scales so that most genes keep their level, whatever a few of them do (TMM).

    For each sample and the reference, a training tumour, take the genes with reads in both;
    r = log2 of the ratio of their shares in the library, a = mean log2 share. Leave out the
    lowest and highest 30% by r and 5% by a. The factor is 2 to the mean of r, weighted by the
    inverse of its variance. The effective library size is the library size times factor /
    geometric mean of the training factors, as in edgeR, whose values come out on the training.

    Parameters
    ----------
    ratio_trim : float
        Share of the genes that is cut off at each end of the ratios to the reference.
    level_trim : float
        The same at each end of the levels.

    Attributes
    ----------
    genes_ : Index of str
        Genes of the training tumours.
    reference_ : array, shape (genes,)
        Counts of the tumour whose upper quartile is nearest to the mean of all.
    geometric_mean_ : float
        Of the factors of the training tumours.

    References
    ----------
    Robinson & Oshlack 2010, doi:10.1186/gb-2010-11-3-r25.
    """

    counts_only: ClassVar = True

    def __init__(self, ratio_trim: Trim = 0.3, level_trim: Trim = 0.05) -> None:
        self.ratio_trim = ratio_trim
        self.level_trim = level_trim

    def _fit(self, rows: Blocks) -> None:
        self.genes_ = rows.genes
        self.reference_ = _counts_of(rows, _reference(rows))
        factors = [self._factors(block.to_numpy()) for block in rows]
        self.geometric_mean_ = geometric_mean(np.concatenate(factors))

    def factors(self, X: pd.DataFrame) -> np.ndarray:
        """Compute the factors by which library sizes are multiplied."""
        check_is_fitted(self, "geometric_mean_")
        return self._factors(with_genes(X, self.genes_, "tmm")) / self.geometric_mean_

    def _effective_sizes(self, X: pd.DataFrame) -> np.ndarray:
        check_is_fitted(self, "geometric_mean_")
        counts = with_genes(X, self.genes_, "tmm")
        return counts.sum(axis=1) * self._factors(counts) / self.geometric_mean_

    def _factors(self, counts: np.ndarray) -> np.ndarray:
        return np.array([self._factor(sample) for sample in counts])

    def _factor(self, counts: np.ndarray) -> float:
        """Compute the factor of one sample, not yet divided by the geometric mean."""
        both = (counts > 0) & (self.reference_ > 0)
        own, other = counts[both], self.reference_[both]
        share, other_share = own / counts.sum(), other / self.reference_.sum()
        ratio = np.log2(share / other_share)
        if not both.any() or np.abs(ratio).max() < SAME_AS_REFERENCE:
            return 1.0
        level = (np.log2(share) + np.log2(other_share)) / 2
        kept = _central(ratio, self.ratio_trim) & _central(level, self.level_trim)
        if not kept.any():
            return 1.0
        variance = (1 - share[kept]) / own[kept] + (1 - other_share[kept]) / other[kept]
        return float(2.0 ** ((ratio[kept] / variance).sum() / (1.0 / variance).sum()))


def _central(values: np.ndarray, trim: float) -> np.ndarray:
    """Mark what is left when a share of the values is cut off at each end.

    Values that tie have their mean rank, and stay or go together. Only the two values at the ends
    are looked for: a rank for every gene would take most of the time of a fit.
    """
    cut = int(len(values) * trim)
    first, last = cut + 1, len(values) - cut
    low, high = np.partition(values, (first - 1, last - 1))[[first - 1, last - 1]]
    kept = (values > low) & (values < high)
    for end in (low, high):
        ties = values == end
        rank = (values < end).sum() + (ties.sum() + 1) / 2
        if first <= rank <= last:
            kept |= ties
    return kept


def _reference(rows: Blocks) -> int:
    """Choose the sample whose upper quartile is nearest to the mean of all samples."""
    factors = upper_quartile_factors(rows, expressed(rows))
    if np.median(factors) < NEGLIGIBLE:
        roots = [np.sqrt(block.to_numpy()).sum(axis=1) for block in rows]
        return int(np.argmax(np.concatenate(roots)))
    return int(np.argmin(np.abs(factors - factors.mean())))


def _counts_of(rows: Blocks, number: int) -> np.ndarray:
    """Look up the counts of one sample."""
    return rows.only(number).to_frame(np.float64).to_numpy()[0]
