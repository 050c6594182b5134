"""How far to trust the network, by how many genes were observed."""

import numpy as np
import torch
from torch import Tensor

from twinpurify.representation.masked_transformer.loss import correct
from twinpurify.representation.masked_transformer.network import MaskedNetwork
from twinpurify.representation.masked_transformer.panels import hidden_genes

# Each size is asked with so many panels.
N_PANELS = 4


def fit_gains(
    network: MaskedNetwork, profiles: Tensor | None, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Regress what the factors leave of hidden genes on what the network adds to them.

    The more genes are observed, the more the factors explain, and the more of the correction is
    noise. A gain below 1 takes it back to what serves tumours that the network wasn't trained on.

    Parameters
    ----------
    network : MaskedNetwork
    profiles : Tensor, shape (tumours, genes), or None
        Standardised, of tumours that weren't trained on; without any, all gains are 0: nothing
        says that what the network adds to so few is worth anything.
    seed : int
        Of the panels.

    Returns
    -------
    sizes : array, shape (sizes,)
        Observed genes.
    gains : array, shape (sizes,)
        0 to 1.
    """
    n_genes = network.sizes.n_genes
    sizes = np.unique(np.geomspace(1, max(n_genes - 1, 1), 10).round().astype(int))
    if profiles is None:
        return sizes.astype(np.float64), np.zeros(len(sizes))
    generator = torch.Generator().manual_seed(seed)
    profiles = profiles.to(network.loadings.device)
    profiles = profiles[: len(profiles) // N_PANELS * N_PANELS]
    network.eval()
    gains = [_gain(network, profiles, int(size), generator) for size in sizes]
    return sizes.astype(np.float64), np.array(gains)


def _gain(
    network: MaskedNetwork, profiles: Tensor, n_observed: int, generator: torch.Generator
) -> float:
    """Regress over all hidden genes at one number of observed ones."""
    drawn = torch.rand(N_PANELS, profiles.shape[1], generator=generator)
    panels = drawn.argsort(dim=1).to(profiles.device)
    with torch.no_grad():
        added, left = correct(network, profiles, panels, n_observed)
    hidden = hidden_genes(panels, n_observed).repeat_interleave(len(profiles) // N_PANELS, dim=0)
    of_itself = (added.square() * hidden).sum().item()
    explained = (added * left * hidden).sum().item()
    return float(np.clip(explained / of_itself, 0.0, 1.0)) if of_itself > 0 else 0.0
