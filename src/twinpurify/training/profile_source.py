"""Where a training takes its profiles from: an array in memory, or a file that is read in turn."""

from collections.abc import Iterator
from copy import copy
from typing import Protocol, Self, TypeVar

import numpy as np
import torch
from torch import Tensor

from twinpurify.interface.stored_profiles import StoredProfiles, read_ahead

# Consecutive samples that are read at once, and values of samples that are shuffled together.
ROWS_PER_READ = 64
SHUFFLED_VALUES = 2**25
Source = TypeVar("Source", bound="ResidentProfiles | ShuffledBlocks")


class ProfileSource(Protocol):
    """Gives profiles, log2(x + 1), as batches in random order, in blocks, or some of them."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Count samples and genes."""

    def batches(
        self, batch_size: int, n_batches: int, generator: torch.Generator
    ) -> Iterator[Tensor]:
        """Yield whole batches of different samples on the device of the training.

        All draws are made before the first batch: what a step draws then doesn't depend on how
        the profiles are read.
        """

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield all profiles in order, some at a time."""

    def sample(self, seed: int) -> np.ndarray:
        """Give so many profiles as fit into memory several times."""

    def divided(self, aside: Tensor) -> tuple[Self, Tensor]:
        """Set samples aside by number: a source whose batches lack them, and their profiles."""


class ResidentProfiles:
    """Profiles in memory, shared with the array that they came in and never copied as a whole.

    Parameters
    ----------
    values : array, shape (samples, …)
    device : torch.device
        Where the batches are wanted.
    """

    def __init__(self, values: np.ndarray, device: torch.device | None = None) -> None:
        self.values = values
        # Rows of a matrix that lies column by column would be gathered value by value.
        self.profiles = torch.from_numpy(np.ascontiguousarray(values)).to(device)
        self.rows = torch.arange(len(values))

    @property
    def shape(self) -> tuple[int, ...]:
        """Count samples and genes."""
        return len(self.rows), *self.values.shape[1:]

    def batches(
        self, batch_size: int, n_batches: int, generator: torch.Generator
    ) -> Iterator[Tensor]:
        """Yield batches in random order."""
        order = torch.randperm(len(self.rows), generator=generator)[: batch_size * n_batches]
        for rows in self.rows[order].split(batch_size):
            # Several times as fast on a processor as indexing by a tensor.
            yield self.profiles.index_select(0, rows.to(self.profiles.device))

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield all profiles at once."""
        yield self.values

    def sample(self, seed: int) -> np.ndarray:
        """Give all profiles."""
        return self.values

    def divided(self, aside: Tensor) -> tuple[Self, Tensor]:
        """Set samples aside by number."""
        return _without(self, aside), self.profiles[aside.to(self.profiles.device)]


class ShuffledBlocks:
    """Profiles of a file: short runs of samples from random places, shuffled together.

    Parameters
    ----------
    stored : StoredProfiles
    device : torch.device
        Where the batches are wanted.
    """

    def __init__(self, stored: StoredProfiles, device: torch.device | None = None) -> None:
        self.stored = stored
        self.device = device
        self.rows = torch.arange(len(stored))

    @property
    def shape(self) -> tuple[int, ...]:
        """Count samples and genes."""
        return len(self.rows), self.stored.shape[1]

    def batches(
        self, batch_size: int, n_batches: int, generator: torch.Generator
    ) -> Iterator[Tensor]:
        """Yield batches, while the samples that come after these are being read."""
        runs = self.rows.split(ROWS_PER_READ)
        order = torch.randperm(len(runs), generator=generator)
        rows = torch.cat([runs[number] for number in order])[: batch_size * n_batches]
        n_together = max(1, SHUFFLED_VALUES // (self.shape[1] * batch_size)) * batch_size
        together = rows.split(n_together)
        shuffled = [torch.randperm(len(part), generator=generator) for part in together]
        for values, places in zip(read_ahead(self.stored.rows, together), shuffled, strict=True):
            for batch in places.split(batch_size):
                yield values.index_select(0, batch).to(self.device)

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield all profiles in order, a few samples at a time."""
        return self.stored.blocks()

    def sample(self, seed: int) -> np.ndarray:
        """Give some profiles of all of the file."""
        return self.stored.sample(seed)

    def divided(self, aside: Tensor) -> tuple[Self, Tensor]:
        """Set samples aside by number, and read them."""
        return _without(self, aside), self.stored.rows(aside).to(self.device)


def _without(source: Source, aside: Tensor) -> Source:
    """Share the profiles of a source, with fewer samples in its batches."""
    rest = copy(source)
    rest.rows = source.rows[~torch.isin(source.rows, aside)]
    return rest
