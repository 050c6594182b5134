"""The network: genes that are shown to a summary, and the summary to all genes."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from twinpurify.representation.masked_transformer.attention import Block
from twinpurify.representation.masked_transformer.tokens import GeneTokens
from twinpurify.training.encoder import build_linear

SPREAD = 0.5
# Choices of tokens that a summary is averaged over where more genes are observed than are shown.
MOST_SHOWINGS = 4


@dataclass(frozen=True)
class Sizes:
    """How large a network is.

    Attributes
    ----------
    n_genes, n_factors, n_dimensions : int
        Genes, factors of the linear expectation, and width of the summary.
    width, n_heads : int
        Width of a token, and heads of each attention.
    n_tokens, n_latents : int
        Genes that are shown at once, and tokens that gather from them.
    n_layers, n_latent_layers : int
        Blocks of attention among genes, and among the latents.
    n_bins : int or None
        Bins of the levels; None for continuous ones.
    """

    n_genes: int
    n_factors: int
    n_dimensions: int
    width: int
    n_heads: int
    n_tokens: int
    n_latents: int
    n_layers: int
    n_latent_layers: int
    n_bins: int | None


class MaskedNetwork(nn.Module):
    """Restores genes that aren't shown: what the factors expect, and a correction to it.

    The factors are fixed. From them, and from tokens of some of the genes that were observed,
    latent tokens gather a summary; a decoder turns it into the correction, which is zero at first.

    Parameters
    ----------
    sizes : Sizes
    generator : torch.Generator
        Source of the initial weights.
    """

    def __init__(self, sizes: Sizes, generator: torch.Generator) -> None:
        super().__init__()
        width, n_latents = sizes.width, sizes.n_latents
        self.sizes = sizes
        self.register_buffer("loadings", torch.zeros(sizes.n_genes, sizes.n_factors))
        self.register_buffer("noise", torch.ones(sizes.n_genes))
        # Genes that are shown first, where more are observed than are shown.
        self.register_buffer("order", torch.randperm(sizes.n_genes, generator=generator))
        edges = None if sizes.n_bins is None else torch.zeros(sizes.n_bins - 1)
        self.tokens = GeneTokens(sizes.n_genes, width, edges, generator)
        latents = torch.empty(n_latents, width).normal_(0.0, SPREAD, generator=generator)
        self.latents = nn.Parameter(latents)
        self.from_factors = build_linear(sizes.n_factors, n_latents * width, generator)
        self.among_genes = nn.ModuleList(
            Block(width, sizes.n_heads, generator) for _ in range(sizes.n_layers)
        )
        self.gather = Block(width, sizes.n_heads, generator, crosses=True)
        self.among_latents = nn.ModuleList(
            Block(width, sizes.n_heads, generator) for _ in range(sizes.n_latent_layers)
        )
        self.gathered = nn.LayerNorm(n_latents * width)
        n_gathered = n_latents * width + sizes.n_factors
        self.summary = build_linear(n_gathered, sizes.n_dimensions, generator)
        self.decoder = build_linear(sizes.n_dimensions, sizes.n_genes, generator)
        nn.init.zeros_(self.decoder.weight)
        nn.init.zeros_(self.decoder.bias)

    def set_factors(self, loadings: Tensor, noise: Tensor) -> None:
        """Put fitted factors in place, shapes (genes, factors) and (genes,)."""
        self.loadings.copy_(loadings)
        self.noise.copy_(noise)

    def scores(self, values: Tensor, genes: Tensor) -> Tensor:
        """Find the factors of samples by the observed genes of their panels.

        Parameters
        ----------
        values : Tensor, shape (panels, samples of each, observed)
            Standardised.
        genes : Tensor, shape (panels, observed)

        Returns
        -------
        Tensor, shape (panels * samples of each, factors)
        """
        # Equations are solved in float32 whatever the precision of the products.
        with torch.autocast(values.device.type, enabled=False):
            loadings = self.loadings[genes]
            weighted = loadings / self.noise[genes].unsqueeze(-1)
            inner = weighted.transpose(1, 2) @ loadings
            inner = inner + torch.eye(inner.shape[-1], device=inner.device)
            told = (values.float() @ weighted).transpose(1, 2)
            # Positive definite by the identity that was added.
            factor = torch.linalg.cholesky_ex(inner)[0]
            return torch.cholesky_solve(told, factor).transpose(1, 2).flatten(0, 1)

    def summarize(self, values: Tensor, genes: Tensor, scores: Tensor) -> Tensor:
        """Gather a summary of samples.

        Parameters
        ----------
        values : Tensor, shape (samples, tokens)
            Standardised values of the genes shown, NaN where missing.
        genes : Tensor, shape (panels, tokens)
            Consecutive samples share a panel, as many each.
        scores : Tensor, shape (samples, factors)

        Returns
        -------
        Tensor, shape (samples, n_dimensions)
        """
        tokens = self.tokens(values, self.expected(scores, genes), genes)
        if torch.is_autocast_enabled(tokens.device.type):
            # What blocks add up needs no more than what they compute, and half of the memory.
            tokens = tokens.to(torch.get_autocast_dtype(tokens.device.type))
        for block in self.among_genes:
            tokens = block(tokens)
        latents = self.gather(self.first_latents(scores), tokens)
        for block in self.among_latents:
            latents = block(latents)
        gathered = self.gathered(latents.flatten(1))
        return self.summary(torch.cat([gathered, scores], dim=1))

    def first_latents(self, scores: Tensor) -> Tensor:
        """Tell the latents of each sample what its factors are (samples, latents, width)."""
        return self.latents + self.from_factors(scores).view(len(scores), *self.latents.shape)

    def correction(self, summaries: Tensor) -> Tensor:
        """Compute what to add to the expectation of each gene, shape (samples, genes)."""
        return self.decoder(F.relu(summaries))

    def forward(self, profiles: Tensor) -> Tensor:
        """Summarise complete standardised profiles, the mean over several choices of tokens."""
        every = torch.arange(self.sizes.n_genes, device=profiles.device).unsqueeze(0)
        scores = self.scores(profiles.unsqueeze(0), every)
        parts = self.order.split(self.sizes.n_tokens)[:MOST_SHOWINGS]
        # The last part may be short, and the summary of few genes worth less.
        parts = [genes for genes in parts if len(genes) == self.sizes.n_tokens]
        summaries = [
            self.summarize(profiles[:, genes], genes.unsqueeze(0), scores) for genes in parts
        ]
        return torch.stack(summaries).mean(dim=0)

    def expected(self, scores: Tensor, genes: Tensor) -> Tensor:
        """Compute what the factors expect of the genes shown, shape (samples, tokens)."""
        loadings = self.loadings[genes].transpose(1, 2)
        return (scores.view(len(genes), -1, scores.shape[1]) @ loadings).flatten(0, 1)
