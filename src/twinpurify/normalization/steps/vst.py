"""Counts on a scale on which log2(x + 1) has a variance that doesn't depend on the level."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
import pandas as pd
from pydantic import Field
from sklearn.utils.validation import check_is_fitted

from twinpurify.errors import ExpressionError
from twinpurify.normalization.steps.blocks import Blocks, moments
from twinpurify.normalization.steps.library import geometric_mean, with_genes
from twinpurify.normalization.steps.step import Step, as_values, like

SMALLEST_MEAN = 1.0
SMALLEST_OVERDISPERSION = 0.01


class VarianceStabilizingScale(Step):
    """Scales counts so that the logarithm behind it stabilises their variance.

    For counts of mean m and variance m + α m², log(y / s + 1 / (4 α)) has a variance nearly
    independent of m, s being the sample's depth. Up to a constant that is log2(x + 1) of
    x = 4 α y / s: the whole stabilisation is in the scale of x. As x stays proportional to the
    counts, tissues still mix linearly, which the inverse hyperbolic cosine, of which this is the
    approximation, would not allow.

    Parameters
    ----------
    overdispersion : float, optional
        α of the variance m + α m². Default: the median over the genes of its moment estimate,
        training tumours only; what differs between tumours for biological reasons is in it too.

    Attributes
    ----------
    genes_ : Index of str
        Genes of the training tumours.
    depth_ : float
        Geometric mean of the library sizes of the training tumours; s is library size / depth.
    overdispersion_ : float
        The α in use.

    References
    ----------
    Ahlmann-Eltze & Huber 2023, doi:10.1038/s41592-023-01814-1.
    """

    takes: ClassVar = "counts"
    gives: ClassVar = "linear"
    counts_only: ClassVar = True

    def __init__(
        self,
        overdispersion: Annotated[float, Field(ge=SMALLEST_OVERDISPERSION)] | None = None,
    ) -> None:
        self.overdispersion = overdispersion

    def _fit(self, rows: Blocks) -> None:
        self.genes_ = rows.genes
        sizes = np.concatenate([block.to_numpy().sum(axis=1) for block in rows])
        if not (sizes > 0).any():
            raise ExpressionError("no training tumour has reads, so that vst knows no depth")
        self.depth_ = geometric_mean(sizes[sizes > 0])
        self.overdispersion_ = self.overdispersion or self._estimate(rows, sizes)

    def _estimate(self, rows: Blocks, sizes: np.ndarray) -> float:
        """Estimate α from mean and variance of the counts at equal depth."""
        mean, variance = moments(rows.map(self._at_equal_depth, rows.genes))
        usable = mean >= SMALLEST_MEAN
        if not usable.any():
            return SMALLEST_OVERDISPERSION
        # Counting noise at depth s has the variance m / s once it is divided by s.
        noise = mean[usable] * (self.depth_ / sizes[sizes > 0]).mean()
        found = (variance[usable] - noise) / mean[usable] ** 2
        return max(float(np.median(found)), SMALLEST_OVERDISPERSION)

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Scale counts, samples × genes.

        Raises
        ------
        GeneMismatchError
            If too many of the genes are missing that the step was fitted on.
        """
        check_is_fitted(self, "overdispersion_")
        return self._at_equal_depth(X) * (4.0 * self.overdispersion_)

    def _at_equal_depth(self, X: pd.DataFrame) -> pd.DataFrame:
        sizes = with_genes(X, self.genes_, "vst").sum(axis=1)
        scale = np.divide(self.depth_, sizes, out=np.zeros_like(sizes), where=sizes > 0)
        return like(X, as_values(X) * scale[:, None])
