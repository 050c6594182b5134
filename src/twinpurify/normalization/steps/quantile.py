"""Every sample to one distribution, the mean of the training tumours'."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.utils.validation import check_is_fitted

from twinpurify.errors import GeneMismatchError, listed
from twinpurify.normalization.steps.blocks import Blocks
from twinpurify.normalization.steps.step import Step, as_values


class QuantileNormalization(Step):
    """Gives each sample the distribution that training tumours have on average.

    The lowest gene takes the mean of the training tumours' lowest, and so on; genes that tie take
    the value at their mean rank, between two quantiles if need be. On the training tumours the
    result is limma's.

    Attributes
    ----------
    genes_ : Index of str
        Genes of the training tumours. All are needed: a rank among fewer means something else.
    quantiles_ : array, shape (genes,)
        Mean of the training tumours' sorted values, log2(x + 1).

    References
    ----------
    Bolstad et al. 2003, doi:10.1093/bioinformatics/19.2.185.
    """

    takes: ClassVar = "log2"
    gives: ClassVar = "log2"
    bends: ClassVar = True

    def _fit(self, rows: Blocks) -> None:
        self.genes_ = rows.genes
        total = np.zeros(len(rows.genes))
        for block in rows:
            total += np.sort(block.to_numpy(), axis=1).sum(axis=0)
        self.quantiles_ = total / len(rows)

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Give samples × genes, log2(x + 1), the distribution of the training tumours.

        Raises
        ------
        GeneMismatchError
            If genes of the training tumours are missing.
        """
        check_is_fitted(self, "quantiles_")
        missing = self.genes_.difference(X.columns, sort=False)
        if len(missing):
            raise GeneMismatchError(
                f"{len(missing)} of the {len(self.genes_)} genes that quantile was fitted on are "
                f"not in the matrix: {listed(missing)}. Give all of them, or leave `quantile` out "
                "of `normalization.steps` before training"
            )
        ranks = rankdata(as_values(X.loc[:, self.genes_]), axis=1) - 1.0
        values = np.interp(ranks, np.arange(len(self.quantiles_)), self.quantiles_)
        return pd.DataFrame(values, X.index, self.genes_)

    def kept(self, genes: pd.Index) -> pd.Index:
        """Say which genes come out: those of the training, in their order."""
        return self.genes_
