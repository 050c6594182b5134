"""Counts per million, with libraries measured at the upper quartile of their genes."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from twinpurify.errors import ExpressionError, listed
from twinpurify.normalization.steps.blocks import Blocks
from twinpurify.normalization.steps.library import LibraryScaling, geometric_mean, with_genes

UPPER = 0.75


class UpperQuartile(LibraryScaling):
    """Scales by the upper quartile, so that a few genes with most reads don't lower all others.

    The factor of a sample is the upper quartile of its counts over its library size; the
    effective library size is the library size times factor / geometric mean of the training
    factors, as in edgeR, whose values come out on the training tumours.

    Attributes
    ----------
    genes_ : Index of str
        Genes of the training tumours.
    expressed_ : array of bool, shape (genes,)
        Genes with reads in any training tumour; the quartile is over these, also in new samples.
    geometric_mean_ : float
        Of the factors of the training tumours.

    References
    ----------
    Bullard et al. 2010, doi:10.1186/1471-2105-11-94.
    """

    counts_only: ClassVar = True

    def _fit(self, rows: Blocks) -> None:
        self.genes_ = rows.genes
        self.expressed_ = expressed(rows)
        factors = upper_quartile_factors(rows, self.expressed_)
        if not factors.all():
            _refuse(rows.samples[factors == 0])
        self.geometric_mean_ = geometric_mean(factors)

    def factors(self, X: pd.DataFrame) -> np.ndarray:
        """Compute the factors by which library sizes are multiplied.

        Raises
        ------
        ExpressionError
            If the upper quartile of a sample is 0.
        """
        return self._quartiles(with_genes(X, self.genes_, "upper_quartile"), X.index)[1]

    def _effective_sizes(self, X: pd.DataFrame) -> np.ndarray:
        check_is_fitted(self, "geometric_mean_")
        sizes, factors = self._quartiles(with_genes(X, self.genes_, "upper_quartile"), X.index)
        return sizes * factors

    def _quartiles(self, counts: np.ndarray, samples: pd.Index) -> tuple[np.ndarray, np.ndarray]:
        """Compute library sizes and factors."""
        sizes, quartiles = counts.sum(axis=1), quartiles_of(counts[:, self.expressed_])
        if not quartiles.all():
            _refuse(samples[quartiles == 0])
        return sizes, quartiles / sizes / self.geometric_mean_


def _refuse(samples: pd.Index) -> None:
    raise ExpressionError(
        f"three quarters of the genes have no reads in {listed(samples)}, so that the upper "
        "quartile is 0; put `count_filter` before `upper_quartile`, or use `tmm`"
    )


def expressed(rows: Blocks) -> np.ndarray:
    """Mark the genes that have reads in any sample."""
    found = np.zeros(len(rows.genes), dtype=bool)
    for block in rows:
        found |= (block.to_numpy() > 0).any(axis=0)
    return found


def quartiles_of(counts: np.ndarray) -> np.ndarray:
    """Compute the upper quartile of each row, interpolated as R does by default; 0 of no genes."""
    return np.quantile(counts, UPPER, axis=1) if counts.shape[1] else np.zeros(len(counts))


def upper_quartile_factors(rows: Blocks, genes: np.ndarray) -> np.ndarray:
    """Compute upper quartile over library size of each sample; 0 for one without reads."""
    found = []
    for block in rows:
        counts = block.to_numpy()
        sizes = np.maximum(counts.sum(axis=1), 1.0)
        found.append(quartiles_of(counts[:, genes]) / sizes)
    return np.concatenate(found)
