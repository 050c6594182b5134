"""No alignment: profiles pass as they are."""

from __future__ import annotations

from typing import ClassVar, Self

import pandas as pd
from sklearn.utils.validation import check_is_fitted

from twinpurify.normalization.alignment.base import PlatformAlignment


class NoAlignment(PlatformAlignment):
    """Leaves profiles as they are, so that code needs no exception for cohorts of one platform."""

    name = "none"
    needs_target: ClassVar = False

    def fit(self, X: pd.DataFrame | None, y: None = None, *, reference: pd.DataFrame) -> Self:
        """Learn nothing, from cohorts of any genes."""
        self.genes_ = reference.columns
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Copy the profiles."""
        check_is_fitted(self, "genes_")
        return X.copy()

    def _fit(self, target, reference):
        """Nothing is fitted."""

    def _map(self, values):
        return values
