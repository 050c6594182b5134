"""Profiles on the log2 scale without a second copy of the matrix: a few samples at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from twinpurify.cohort.units.unit import ARRAY_QUANTITIES, Unit

# A block takes 16 MB in single precision.
VALUES_PER_BLOCK = 4_000_000


class Profiles:
    """A matrix as log2(x + 1); counts become counts per million before.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        Finite values in `unit`; genes are approved symbols.
    unit : Unit
        The cohort's unit.

    Attributes
    ----------
    samples, genes : Index
        Names.
    sizes : float64 array, (n_samples,)
        Library sizes, the linear sum of each sample over all genes; NaN for arrays, which have no
        library.
    """

    def __init__(self, expression: pd.DataFrame, unit: Unit) -> None:
        self.samples, self.genes, self.unit = expression.index, expression.columns, unit
        self._values = expression.to_numpy()
        self.sizes = np.full(len(self.samples), np.nan)
        if unit.quantity not in ARRAY_QUANTITIES:
            for block in self._blocks(len(self.samples)):
                linear = unit.to_linear(self._values[block])
                self.sizes[block] = linear.sum(axis=1, dtype=np.float64)

    def log2(self, genes: np.ndarray, samples: np.ndarray | None = None) -> np.ndarray:
        """Take some genes of some samples, or of all samples, in float32.

        Parameters
        ----------
        genes : int array
            Positions of the genes.
        samples : int array, optional
            Positions of the samples.
        """
        samples = np.arange(len(self.samples)) if samples is None else samples
        profiles = np.empty((len(samples), len(genes)), np.float32)
        for block in self._blocks(len(samples)):
            profiles[block] = self._log2(samples[block], genes)
        return profiles

    def most_variable(self, n_genes: int, samples: np.ndarray) -> np.ndarray:
        """Choose the genes that vary most, in the order of the matrix; never one that doesn't vary.

        Parameters
        ----------
        n_genes : int
            How many are chosen at most.
        samples : int array
            Positions of the samples that count.
        """
        variance = self.variance(samples)
        first = np.argsort(-variance, kind="stable")[:n_genes]
        return np.sort(first[variance[first] > 0.0])

    def variance(self, samples: np.ndarray) -> np.ndarray:
        """Compute the variance of each gene over some samples, in one pass and in float64.

        Parameters
        ----------
        samples : int array
            Their positions.
        """
        total, squares = np.zeros((2, len(self.genes)))
        for block in self._blocks(len(samples)):
            profiles = self._log2(samples[block])
            total += profiles.sum(axis=0, dtype=np.float64)
            squares += np.square(profiles).sum(axis=0, dtype=np.float64)
        return np.maximum(squares / len(samples) - (total / len(samples)) ** 2, 0.0)

    def evenly_spaced(self, n_genes: int) -> np.ndarray:
        """Choose up to `n_genes` genes at even distances, whatever they are."""
        return np.unique(np.linspace(0, len(self.genes) - 1, n_genes).astype(int))

    def _blocks(self, n_samples: int) -> Iterator[slice]:
        step = max(1, VALUES_PER_BLOCK // max(1, len(self.genes)))
        for start in range(0, n_samples, step):
            yield slice(start, start + step)

    def _log2(self, rows: np.ndarray, genes: np.ndarray | slice = slice(None)) -> np.ndarray:
        values, unit = self._values[rows][:, genes], self.unit
        if unit.quantity != "counts" and unit.scale == "log2" and unit.offset == 1.0:
            return values
        linear = unit.to_linear(values)
        if unit.quantity == "counts":
            # An empty library has no counts to divide.
            linear = linear * (1e6 / np.maximum(self.sizes[rows], 1.0)).astype(np.float32)[:, None]
        return np.log2(linear + 1.0)


def robust_scale(values: np.ndarray) -> np.ndarray:
    """Estimate the standard deviation of each column, so that a few odd rows don't move it.

    Parameters
    ----------
    values : array, (n_samples, …)
        Their median absolute deviation × 1.4826 is taken along the first axis.
    """
    return 1.4826 * np.median(np.abs(values - np.median(values, axis=0)), axis=0)
