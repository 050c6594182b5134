"""Choice of the genes with reads enough to be compared, on counts."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from twinpurify.normalization.steps.blocks import Blocks
from twinpurify.normalization.steps.gene_filter import GeneFilter

LARGE_GROUP = 10


class CountFilter(GeneFilter):
    """Keeps genes with enough reads in enough training tumours, as edgeR does for one group.

    A gene needs `min_count` reads, at the median library size, in a share of the tumours, and
    `min_total` reads in all. The share counts all of the first 10 tumours, and `min_share` of
    those beyond. The sizes of libraries in later steps are without the genes that go.

    Parameters
    ----------
    min_count : float
        Reads that a gene needs, at the median library size.
    min_total : float
        Reads that it needs in all training tumours together.
    min_share : float
        Share of the tumours, beyond the tenth, that have to reach ``min_count``.
    protected_genes : list of str
        Genes that stay, besides those of the section.

    References
    ----------
    Chen, Lun & Smyth 2016, doi:10.12688/f1000research.8987.2.
    """

    takes: ClassVar = "counts"
    gives: ClassVar = "counts"
    counts_only: ClassVar = True

    def __init__(
        self,
        min_count: Annotated[float, Field(gt=0.0)] = 10.0,
        min_total: Annotated[float, Field(ge=0.0)] = 15.0,
        min_share: Annotated[float, Field(gt=0.0, le=1.0)] = 0.7,
        protected_genes: list[str] = [],  # noqa: B006 (scikit-learn clones it, nobody changes it)
    ) -> None:
        self.min_count = min_count
        self.min_total = min_total
        self.min_share = min_share
        self.protected_genes = protected_genes

    def _passes(self, rows: Blocks) -> np.ndarray:
        sizes = np.concatenate([block.to_numpy().sum(axis=1) for block in rows])
        level = self.min_count / max(float(np.median(sizes)), 1.0)
        total, reach = np.zeros(len(rows.genes)), np.zeros(len(rows.genes))
        for block in rows:
            counts = block.to_numpy()
            share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
            total += counts.sum(axis=0)
            reach += (share >= level).sum(axis=0)
        beyond = max(len(rows) - LARGE_GROUP, 0)
        needed = len(rows) - beyond + beyond * self.min_share
        return (reach >= needed - 1e-9) & (total >= self.min_total)
