"""Choice of the genes that vary enough among training tumours."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from twinpurify.normalization.steps.blocks import Blocks, moments
from twinpurify.normalization.steps.gene_filter import GeneFilter


class VarianceFilter(GeneFilter):
    """Keeps genes whose variance among the training tumours exceeds a value.

    Parameters
    ----------
    min_variance : float
        Variance of log2(x + 1) that a gene has to exceed; 0 drops those that don't vary.
    protected_genes : list of str
        Genes that stay, besides those of the section.
    """

    def __init__(
        self,
        min_variance: Annotated[float, Field(ge=0.0)] = 0.0,
        protected_genes: list[str] = [],  # noqa: B006 (scikit-learn clones it, nobody changes it)
    ) -> None:
        self.min_variance = min_variance
        self.protected_genes = protected_genes

    def _passes(self, rows: Blocks) -> np.ndarray:
        return moments(rows)[1] > self.min_variance
