"""Dropout whose draws come from a generator that is handed in, not from torch's global one."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from twinpurify.errors import ModelError
from twinpurify.training.distributed import n_processes, own_rows
from twinpurify.training.random_levels import LOWEST_LEVEL, N_LEVELS, levels_of, random_levels


class Dropout(nn.Module):
    """Sets a share of the units to zero in training and scales up the others.

    Parameters
    ----------
    share : float
        0 to 1, both excluded.

    References
    ----------
    Srivastava et al. 2014, JMLR 15:1929-1958.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.n_dropped = levels_of(share)
        self.draws: torch.Generator | None = None
        self.n_views = 1

    def forward(self, values: Tensor) -> Tensor:
        """Drop units of values, shape (rows, units), in training alone.

        Raises
        ------
        ModelError
            In training outside of ``dropout_draws``.
        """
        if not self.training:
            return values
        if self.draws is None:
            raise ModelError("dropout has no generator; run the network within dropout_draws")
        kept = self._levels(*values.shape, self.draws) >= LOWEST_LEVEL + self.n_dropped
        scale = N_LEVELS / (N_LEVELS - self.n_dropped)
        return values * kept.to(values.device).to(values.dtype).mul_(scale)

    def _levels(self, n_rows: int, n_units: int, draws: torch.Generator) -> Tensor:
        """Draw for the rows of all processes, view by view, and take those of this one."""
        n_whole = n_rows // self.n_views * n_processes()
        levels = random_levels((self.n_views, n_whole, n_units), draws)
        return levels[:, own_rows(n_whole)].reshape(n_rows, n_units)


@contextmanager
def dropout_draws(draws: torch.Generator, *networks: nn.Module, n_views: int = 1) -> Iterator[None]:
    """Let all dropout of some networks draw from a generator.

    Parameters
    ----------
    draws : torch.Generator
        On the CPU.
    *networks : nn.Module
    n_views : int
        Views of a batch that lie below each other in what the networks are run on.
    """
    layers = [
        layer for network in networks for layer in network.modules() if isinstance(layer, Dropout)
    ]
    for layer in layers:
        layer.draws, layer.n_views = draws, n_views
    try:
        yield
    finally:
        for layer in layers:
            layer.draws = None
