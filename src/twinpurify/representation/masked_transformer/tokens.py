"""Tokens of genes: which gene, at what level, and how far from what the factors expect."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SPREAD = 0.5


class GeneTokens(nn.Module):
    """Makes a token of each gene that is shown.

    A token is the gene's embedding, plus that of its level, plus the gene's residual, observed
    less expected, times a direction of the gene's own. A gene without a value has the embedding of
    the missing level, learned as the others are, and no residual.

    Parameters
    ----------
    n_genes, width : int
    edges : Tensor, shape (bins - 1,), or None
        Standardised values between which a level is one of the bins, whose embedding is scaled by
        each gene; None for a continuous level: the value times a direction of the gene's own.
    generator : torch.Generator
        Source of the initial embeddings.

    References
    ----------
    Jiang & Hassanpour 2025, arXiv:2504.09704 (gene and level tokens).
    """

    def __init__(
        self, n_genes: int, width: int, edges: Tensor | None, generator: torch.Generator
    ) -> None:
        super().__init__()

        def embeddings(n_rows: int, mean: float = 0.0) -> nn.Parameter:
            drawn = torch.empty(n_rows, width).normal_(mean, SPREAD, generator=generator)
            return nn.Parameter(drawn)

        self.gene = embeddings(n_genes)
        self.residual = embeddings(n_genes)
        self.missing = embeddings(1)
        self.has_bins = edges is not None
        if edges is None:
            self.level = embeddings(n_genes)
        else:
            self.register_buffer("edges", edges)
            self.level, self.level_of_gene = embeddings(len(edges) + 1), embeddings(n_genes, 1.0)

    def forward(self, values: Tensor, expected: Tensor, genes: Tensor) -> Tensor:
        """Make tokens.

        Parameters
        ----------
        values : Tensor, shape (samples, tokens)
            Standardised, NaN where missing.
        expected : Tensor, shape (samples, tokens)
            Of the same genes, by the factors.
        genes : Tensor, shape (panels, tokens)
            Numbers of the genes; consecutive samples share a panel, as many each.

        Returns
        -------
        Tensor, shape (samples, tokens, width)
        """
        n_each = len(values) // len(genes)
        missing = values.isnan()
        known = values.masked_fill(missing, 0.0)
        residuals = (known - expected).masked_fill(missing, 0.0)
        levels = torch.where(missing.unsqueeze(-1), self.missing, self._levels(known, genes))
        tokens = levels + residuals.unsqueeze(-1) * _of_genes(self.residual, genes, n_each)
        return tokens + _of_genes(self.gene, genes, n_each)

    def _levels(self, known: Tensor, genes: Tensor) -> Tensor:
        """Embed levels, shape (samples, tokens, width)."""
        n_each = len(known) // len(genes)
        if not self.has_bins:
            return known.unsqueeze(-1) * _of_genes(self.level, genes, n_each)
        of_bin = F.embedding(torch.bucketize(known, self.edges), self.level)
        return of_bin * _of_genes(self.level_of_gene, genes, n_each)


def _of_genes(embeddings: Tensor, genes: Tensor, n_each: int) -> Tensor:
    """Look embeddings up for panels and repeat them for the samples that share one."""
    return F.embedding(genes, embeddings).repeat_interleave(n_each, dim=0)
