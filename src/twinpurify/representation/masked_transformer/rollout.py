"""Attention rollout: how much of each gene reaches the summary through all layers of attention."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from twinpurify.representation.masked_transformer.inference import Observed, Showing, showings
from twinpurify.representation.masked_transformer.network import MaskedNetwork


def attention_rollout(network: MaskedNetwork, observed: Observed) -> np.ndarray:
    r"""Multiply the attention of all layers, half of each being what a token keeps of itself.

    For layers with attention :math:`A_l`, the share of each input token is
    :math:`\prod_l (A_l + I) / 2`. Latents that gather from genes hold nothing of genes before, and
    their attention counts as it is. Shares are averaged over the latents.

    Parameters
    ----------
    network : MaskedNetwork
    observed : Observed

    Returns
    -------
    array, shape (samples, genes)
        Rows sum to 1; genes that weren't shown have 0.

    References
    ----------
    Abnar & Zuidema 2020, arXiv:2005.00928
    """
    total = np.zeros(observed.given.shape, np.float64)
    with torch.inference_mode():
        for showing in showings(network, observed):
            shares = _shares(network, showing).numpy() * showing.weight[:, None]
            shares[np.isnan(showing.values.numpy())] = 0.0
            rows = np.arange(len(total))[showing.rows][:, None]
            total[rows, showing.genes.numpy()] += shares
    return total / total.sum(axis=1, keepdims=True)


def _shares(network: MaskedNetwork, showing: Showing) -> Tensor:
    """Share of each token of one showing, mean over the latents (samples, tokens)."""
    expected = network.expected(showing.scores, showing.genes)
    tokens = network.tokens(showing.values, expected, showing.genes)
    through: Any = None
    for block in network.among_genes:
        kept = _with_itself(block.weights(tokens))
        through = kept if through is None else kept @ through
        tokens = block(tokens)
    latents = network.first_latents(showing.scores)
    gathered = network.gather.weights(latents, tokens)
    through = gathered if through is None else gathered @ through
    latents = network.gather(latents, tokens)
    for block in network.among_latents:
        through = _with_itself(block.weights(latents)) @ through
        latents = block(latents)
    return through.mean(dim=1)


def _with_itself(weights: Tensor) -> Tensor:
    """Average attention with what a token keeps of itself."""
    return 0.5 * (weights + torch.eye(weights.shape[-1]))
