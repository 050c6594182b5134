"""Alignment of one platform to another: each gene to the reference's mean and spread."""

from typing import Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

SMALLEST_SPREAD = 1e-3


class LocationScaleAlignment(TransformerMixin, BaseEstimator):
    """Maps each gene of a target cohort linearly, so that mean and SD become the reference's.

    Fitted without labels on tumours of both cohorts and frozen: afterwards a new sample of the
    target cohort is mapped on its own. It assumes that both cohorts are alike in composition; a
    cohort of one subtype alone must not be aligned this way.

    Attributes
    ----------
    genes_ : Index of str
        Genes that both cohorts have; others pass unchanged.
    slope_, intercept_ : array, shape (genes,)
    """

    def fit(self, X: pd.DataFrame, y: None = None, *, reference: pd.DataFrame) -> Self:
        """Fit on tumours of the target cohort and of the reference, log2(x + 1)."""
        self.genes_ = X.columns.intersection(reference.columns)
        target, aim = X[self.genes_], reference[self.genes_]
        spread = np.maximum(target.std(axis=0, ddof=0).to_numpy(), SMALLEST_SPREAD)
        self.slope_ = aim.std(axis=0, ddof=0).to_numpy() / spread
        self.intercept_ = aim.mean(axis=0).to_numpy() - target.mean(axis=0).to_numpy() * self.slope_
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Map profiles of the target cohort; log2(x + 1) stays at or above 0."""
        check_is_fitted(self, "slope_")
        aligned = X.copy()
        mapped = X[self.genes_].to_numpy() * self.slope_ + self.intercept_
        aligned[self.genes_] = np.maximum(mapped, 0.0).astype(np.float32)
        return aligned
