"""Where a training takes its batches from: profiles in memory, or whatever gives them in turn."""

from collections.abc import Iterator
from typing import Protocol

import torch
from torch import Tensor


class ProfileSource(Protocol):
    """Gives the batches of an epoch, each sample at most once, in an order drawn anew."""

    def __len__(self) -> int:
        """Count the samples."""

    def batches(
        self, batch_size: int, n_batches: int, generator: torch.Generator
    ) -> Iterator[Tensor]:
        """Yield whole batches; all draws of the epoch's order are made before the first one."""


class ResidentProfiles:
    """Profiles in memory, shared with the array that they came in and never copied as a whole.

    Parameters
    ----------
    profiles : Tensor, shape (samples, …)
        On the device where the batches are wanted.
    """

    def __init__(self, profiles: Tensor) -> None:
        self.profiles = profiles

    def __len__(self) -> int:
        """Count the samples."""
        return len(self.profiles)

    def batches(
        self, batch_size: int, n_batches: int, generator: torch.Generator
    ) -> Iterator[Tensor]:
        """Yield batches in random order."""
        order = torch.randperm(len(self), generator=generator)[: batch_size * n_batches]
        for rows in order.split(batch_size):
            # Several times as fast on a processor as indexing by a tensor.
            yield self.profiles.index_select(0, rows.to(self.profiles.device))
