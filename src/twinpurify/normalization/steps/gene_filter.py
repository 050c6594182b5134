"""What the choices of genes share: protected genes, the genes kept, and their order."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from twinpurify.normalization.steps.blocks import Blocks
from twinpurify.normalization.steps.step import Step


class GeneFilter(Step):
    """Keeps the genes that pass on the training tumours, in their original order.

    Attributes
    ----------
    genes_ : Index of str
        Genes that are kept.
    """

    takes: ClassVar = "log2"
    gives: ClassVar = "log2"
    selects: ClassVar = True
    protected_genes: list[str]

    def _fit(self, rows: Blocks) -> None:
        passes = self._passes(rows)
        self.genes_ = rows.genes[passes | rows.genes.isin(self.protected_genes)]

    @abstractmethod
    def _passes(self, rows: Blocks) -> np.ndarray:
        """Say of each gene whether it stays on its own merit."""

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Keep the chosen genes; one that the table lacks is left out of the result."""
        check_is_fitted(self, "genes_")
        if X.columns.equals(self.genes_):
            return X
        return X.loc[:, self.kept(X.columns)]

    def kept(self, genes: pd.Index) -> pd.Index:
        """Say which of the chosen genes are among these, in the order of the training."""
        return self.genes_[self.genes_.isin(genes)]
