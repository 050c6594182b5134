"""The target network of BYOL: an exponential moving average of the network that is trained."""

from copy import deepcopy

import torch
from torch import Tensor, nn


class MovingTarget(nn.Module):
    """A copy of a network whose weights follow it; no gradient reaches them.

    Statistics of batch normalisation are its own, of the batches that it sees. Weights and
    statistics are part of its state, and so of a checkpoint.

    Parameters
    ----------
    online : nn.Module
        What is followed.
    decay : float
        Share of itself that the target keeps at each step, 0 to 1.

    References
    ----------
    Grill et al. 2020, arXiv:2006.07733.
    """

    def __init__(self, online: nn.Module, decay: float) -> None:
        super().__init__()
        self.network = deepcopy(online).requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def follow(self, online: nn.Module) -> None:
        """Move each weight towards that of the online network."""
        for own, leading in zip(self.network.parameters(), online.parameters(), strict=True):
            own.lerp_(leading, 1.0 - self.decay)

    @torch.no_grad()
    def forward(self, values: Tensor) -> Tensor:
        """Run the target."""
        return self.network(values)
