"""Choice of the genes that are expressed in enough training tumours."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from twinpurify.normalization.steps.blocks import Blocks
from twinpurify.normalization.steps.gene_filter import GeneFilter


class ExpressionFilter(GeneFilter):
    """Keeps genes that reach a level in a share of the training tumours, for any unit.

    Parameters
    ----------
    min_value : float
        Level in log2(x + 1) that a gene has to reach.
    min_share : float
        In this share of the tumours.
    protected_genes : list of str
        Genes that stay, besides those of the section.
    """

    def __init__(
        self,
        min_value: Annotated[float, Field(ge=0.0)] = 1.0,
        min_share: Annotated[float, Field(gt=0.0, le=1.0)] = 0.2,
        protected_genes: list[str] = [],  # noqa: B006 (scikit-learn clones it, nobody changes it)
    ) -> None:
        self.min_value = min_value
        self.min_share = min_share
        self.protected_genes = protected_genes

    def _passes(self, rows: Blocks) -> np.ndarray:
        reach = sum((block.to_numpy() >= self.min_value).sum(axis=0) for block in rows)
        return reach >= self.min_share * len(rows)
