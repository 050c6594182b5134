"""Draws of 16 bits, four at the price of one: enough to choose among genes or units."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

N_LEVELS = 2**16
LOWEST_LEVEL = -(2**15)


def random_levels(shape: Sequence[int], generator: torch.Generator) -> Tensor:
    """Draw integers uniform over all of int16, on the CPU.

    Parameters
    ----------
    shape : sequence of int
    generator : torch.Generator
        On the CPU, so that the same seed draws the same on every device.
    """
    n_values = math.prod(shape)
    words = torch.empty(-(-n_values // 4), dtype=torch.int64)
    # From the lowest to the highest of int64: all of its bits are random.
    words.random_(-(2**63), None, generator=generator)
    return words.view(torch.int16)[:n_values].view(*shape)


def levels_of(share: float) -> int:
    """Count the levels that make up a share of all, neither none nor all of them.

    Parameters
    ----------
    share : float
        0 to 1.
    """
    return min(max(round(share * N_LEVELS), 1), N_LEVELS - 1)
