"""Sizes of libraries, and what scaling by them shares."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
import pandas as pd

from twinpurify.errors import GeneMismatchError, listed
from twinpurify.normalization.steps.step import Step, as_values, like

PER_MILLION = 1e6
# A gene without reads and a gene that the matrix lacks are alike to a library, up to a point.
MOST_LACKING = 0.1


class LibraryScaling(Step):
    """Divides the counts of a sample by the effective size of its library, in millions."""

    takes: ClassVar = "counts"
    gives: ClassVar = "linear"
    quantity: ClassVar = "cpm"

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Turn counts, samples × genes, into counts per million effective reads.

        Raises
        ------
        GeneMismatchError
            If too many of the genes are missing that the step was fitted on.
        """
        sizes = self._effective_sizes(X)
        # A sample without reads stays at zero.
        scale = np.divide(PER_MILLION, sizes, out=np.zeros_like(sizes), where=sizes > 0)
        return like(X, as_values(X) * scale[:, None])

    @abstractmethod
    def _effective_sizes(self, X: pd.DataFrame) -> np.ndarray:
        """Compute the effective library size of every sample, in reads."""


def with_genes(X: pd.DataFrame, genes: pd.Index, step: str) -> np.ndarray:
    """Take the counts of the training's genes; a gene that is missing counts as without reads.

    Parameters
    ----------
    X : DataFrame, samples × genes
        Counts.
    genes : Index
        Genes that the step was fitted on.
    step : str
        Its name in the settings.

    Returns
    -------
    array, samples × genes of the training

    Raises
    ------
    GeneMismatchError
        If a tenth of the genes or more are missing.
    """
    if X.columns.equals(genes):
        return as_values(X)
    missing = genes.difference(X.columns, sort=False)
    if len(missing) > MOST_LACKING * len(genes):
        raise GeneMismatchError(
            f"{len(missing)} of the {len(genes)} genes that {step} was fitted on are not in the "
            f"matrix: {listed(missing)}. Give the counts of all genes, or train with the step "
            "`cpm` in its place (`normalization.steps`)"
        )
    return as_values(X.reindex(columns=genes, fill_value=0.0))


def geometric_mean(factors: np.ndarray) -> float:
    """Compute the geometric mean of the factors of the training tumours."""
    return float(np.exp(np.log(factors).mean()))
