"""Choice of the most variable genes, fitted on training tumours."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from twinpurify.errors import ExpressionError
from twinpurify.normalization.steps.blocks import Blocks, moments
from twinpurify.normalization.steps.gene_filter import GeneFilter


class VariableGenes(GeneFilter):
    """Keeps the genes that vary most among the training tumours, in their original order.

    Parameters
    ----------
    max_genes : int
        Most variable genes that are kept, protected ones among them. A cohort with fewer keeps
        all that vary.
    protected_genes : list of str
        Genes that stay, besides those of the section.
    """

    def __init__(
        self,
        max_genes: Annotated[int, Field(ge=2)] = 5_000,
        protected_genes: list[str] = [],  # noqa: B006 (scikit-learn clones it, nobody changes it)
    ) -> None:
        self.max_genes = max_genes
        self.protected_genes = protected_genes

    def _passes(self, rows: Blocks) -> np.ndarray:
        _, variance = moments(rows)
        protected = rows.genes.isin(self.protected_genes)
        varies = (variance > 0.0) & ~protected
        if not varies.any() and not protected.any():
            raise ExpressionError(
                f"none of the {len(rows.genes)} genes varies among {len(rows)} tumours"
            )
        order = np.argsort(np.where(varies, -variance, np.inf), kind="stable")
        room = max(self.max_genes - int(protected.sum()), 0)
        passes = np.zeros(len(variance), dtype=bool)
        passes[order[: min(room, int(varies.sum()))]] = True
        return passes
