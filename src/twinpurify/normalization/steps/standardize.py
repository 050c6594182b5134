"""Every gene to one level and one spread."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from twinpurify.cohort.units.unit import LARGEST_LOG2
from twinpurify.normalization.steps.blocks import Blocks, moments
from twinpurify.normalization.steps.step import Step, as_values, like

Spread = Literal["sd", "mad", "quantile_range"]
# Of a normal distribution, so that all measures of spread agree on one.
MAD_OF_NORMAL = 0.6744897501960817
RANGE_OF_NORMAL = 2.5631031310892007
GENES_AT_ONCE = 512
LARGEST_SLOPE = 10.0


class GeneStandardization(Step):
    """Moves and stretches each gene so that all have the level and spread of a typical gene.

    ``centre + (x - centre of the gene) · spread / spread of the gene``, where centre and spread
    are the medians over the genes that vary; the result is cut to 0 to 30. With these instead of
    0 and 1, the result is still a plausible log2(x + 1), but no longer that of the amount of a
    transcript: a fold change is stretched too, so that tissues mix only about linearly. All
    methods standardise genes on their own, and need no such step.

    Parameters
    ----------
    spread : {'sd', 'mad', 'quantile_range'}
        ``sd``: mean and standard deviation. ``mad``: median and median absolute deviation.
        ``quantile_range``: median, and 10% to 90% quantile. The latter two leave outliers aside;
        the spread of a gene for which they are 0 is its standard deviation.

    Attributes
    ----------
    genes_ : Index of str
        Genes of the training tumours.
    slope_, intercept_ : array, shape (genes,)
        What a gene is multiplied by, and what is added; a slope is 10 at most.
    """

    takes: ClassVar = "log2"
    gives: ClassVar = "log2"
    bends: ClassVar = True

    def __init__(self, spread: Spread = "sd") -> None:
        self.spread = spread

    def _fit(self, rows: Blocks) -> None:
        self.genes_ = rows.genes
        centre, variance = moments(rows)
        spread = np.sqrt(variance)
        if self.spread != "sd":
            centre, robust = _robust(rows, self.spread)
            spread = np.where(robust > 0, robust, spread)
        varies = variance > 0
        # Where no gene varies, all stay as they are.
        typical_centre = np.median(centre[varies]) if varies.any() else 0.0
        typical_spread = np.median(spread[varies]) if varies.any() else 0.0
        slope = np.divide(typical_spread, spread, out=np.ones_like(spread), where=varies)
        self.slope_ = np.minimum(slope, LARGEST_SLOPE)
        self.intercept_ = np.where(varies, typical_centre - centre * self.slope_, 0.0)

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Standardise samples × genes, log2(x + 1); genes that weren't in training are left out."""
        check_is_fitted(self, "slope_")
        X = X.loc[:, self.kept(X.columns)]
        place = self.genes_.get_indexer(X.columns)
        values = as_values(X) * self.slope_[place] + self.intercept_[place]
        return like(X, np.clip(values, 0.0, LARGEST_LOG2))

    def kept(self, genes: pd.Index) -> pd.Index:
        """Say which genes come out: those of the training, in their order."""
        return self.genes_[self.genes_.isin(genes)]


def _robust(rows: Blocks, kind: Spread) -> tuple[np.ndarray, np.ndarray]:
    """Compute median and robust spread of each gene, on the scale of a standard deviation.

    The matrix is held in memory once, in float32: a median can't be computed row by row.
    """
    values = rows.to_frame(np.float32).to_numpy()
    centre, spread = np.empty(values.shape[1]), np.empty(values.shape[1])
    for start in range(0, values.shape[1], GENES_AT_ONCE):
        some = slice(start, start + GENES_AT_ONCE)
        part = values[:, some].astype(np.float64)
        centre[some] = np.median(part, axis=0)
        if kind == "mad":
            spread[some] = np.median(np.abs(part - centre[some]), axis=0) / MAD_OF_NORMAL
        else:
            low, high = np.quantile(part, (0.1, 0.9), axis=0)
            spread[some] = (high - low) / RANGE_OF_NORMAL
    return centre, spread
