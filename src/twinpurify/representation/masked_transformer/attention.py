"""Blocks of attention: tokens that look at each other, or at other tokens."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from twinpurify.training.encoder import build_linear


def attend(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """Average values by how alike queries and keys are, all (samples, heads, tokens, width).

    By torch's fused kernels, FlashAttention where there is one. On a processor in bfloat16 the
    fused one takes four times as long as two products and a softmax, which is then what is done.
    """
    on_processor = queries.device.type == "cpu"
    if not on_processor or queries.dtype != torch.bfloat16:
        return F.scaled_dot_product_attention(queries, keys, values)
    scaled = (queries * queries.shape[-1] ** -0.5).flatten(0, 1)
    likeness = torch.bmm(scaled, keys.flatten(0, 1).transpose(1, 2))
    return torch.bmm(likeness.softmax(dim=-1), values.flatten(0, 1)).view(queries.shape)


class Attention(nn.Module):
    """Multi-head attention.

    Parameters
    ----------
    width : int
        Of a token; a multiple of `n_heads`.
    n_heads : int
    generator : torch.Generator
        Source of the initial weights.

    References
    ----------
    Vaswani et al. 2017, arXiv:1706.03762; Dao 2023, arXiv:2307.08691.
    """

    def __init__(self, width: int, n_heads: int, generator: torch.Generator) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.queries = build_linear(width, width, generator, bias=False)
        self.keys_values = build_linear(width, 2 * width, generator, bias=False)
        self.output = build_linear(width, width, generator, bias=False)

    def forward(self, tokens: Tensor, context: Tensor) -> Tensor:
        """Let tokens (samples, tokens, width) look at a context (samples, others, width)."""
        queries, keys, values = self._heads(tokens, context)
        seen = attend(queries, keys, values)
        return self.output(seen.transpose(1, 2).reshape(tokens.shape))

    def weights(self, tokens: Tensor, context: Tensor) -> Tensor:
        """Compute how much of each context token reaches each token, mean over the heads.

        Returns
        -------
        Tensor, shape (samples, tokens, others), rows sum to 1
        """
        queries, keys, _ = self._heads(tokens, context)
        likeness = queries @ keys.transpose(-1, -2) / queries.shape[-1] ** 0.5
        return likeness.softmax(dim=-1).mean(dim=1)

    def _heads(self, tokens: Tensor, context: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Project to queries, keys and values, (samples, heads, tokens, width of a head)."""
        n_samples, n_others, width = context.shape
        split = (self.n_heads, width // self.n_heads)
        queries = self.queries(tokens).view(n_samples, -1, *split).transpose(1, 2)
        both = self.keys_values(context).view(n_samples, n_others, 2, *split)
        keys, values = both.permute(2, 0, 3, 1, 4)
        return queries, keys, values


class Block(nn.Module):
    """Attention and a feed-forward layer, each normalised before and added to what was there.

    Parameters
    ----------
    width, n_heads, generator
        As in ``Attention``.
    crosses : bool
        Whether tokens look at other tokens rather than at each other.
    """

    def __init__(
        self, width: int, n_heads: int, generator: torch.Generator, crosses: bool = False
    ) -> None:
        super().__init__()
        self.before_attention, self.before_layer = nn.LayerNorm(width), nn.LayerNorm(width)
        self.of_context = nn.LayerNorm(width) if crosses else None
        self.attention = Attention(width, n_heads, generator)
        self.layer = nn.Sequential(
            build_linear(width, 4 * width, generator),
            nn.ReLU(inplace=True),
            build_linear(4 * width, width, generator),
        )

    def forward(self, tokens: Tensor, context: Tensor | None = None) -> Tensor:
        """Update tokens, shape (samples, tokens, width)."""
        tokens = tokens + self.attention(*self._normalized(tokens, context))
        return tokens + self.layer(self.before_layer(tokens))

    def weights(self, tokens: Tensor, context: Tensor | None = None) -> Tensor:
        """Compute the attention weights of the same update."""
        return self.attention.weights(*self._normalized(tokens, context))

    def _normalized(self, tokens: Tensor, context: Tensor | None) -> tuple[Tensor, Tensor]:
        normalized = self.before_attention(tokens)
        return normalized, normalized if self.of_context is None else self.of_context(context)
