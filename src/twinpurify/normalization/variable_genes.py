"""Choice of the most variable genes, fitted on training tumours."""

from typing import Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from twinpurify.errors import ExpressionError


class VariableGenes(TransformerMixin, BaseEstimator):
    """Keeps the genes that vary most among the training tumours, in their original order.

    Parameters
    ----------
    max_genes : int
        Genes to keep at most. Genes that don't vary at all are never kept.

    Attributes
    ----------
    genes_ : Index of str
    """

    def __init__(self, max_genes: int = 5_000) -> None:
        self.max_genes = max_genes

    def fit(self, X: pd.DataFrame, y: None = None) -> Self:
        """Choose genes on training tumours, samples × genes, log2(x + 1).

        Raises
        ------
        ExpressionError
            If no gene varies.
        """
        variance = X.to_numpy(dtype=np.float64).var(axis=0)
        order = np.argsort(-variance, kind="stable")[: self.max_genes]
        kept = np.sort(order[variance[order] > 0.0])
        if not len(kept):
            raise ExpressionError(f"none of the {X.shape[1]} genes varies among {len(X)} tumours")
        self.genes_ = X.columns[kept]
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Keep the chosen genes."""
        check_is_fitted(self, "genes_")
        return X.loc[:, self.genes_]
