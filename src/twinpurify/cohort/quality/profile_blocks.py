"""Profiles on the log2 scale without a second copy of the matrix: a few samples at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from twinpurify.cohort.units.unit import ARRAY_QUANTITIES, Unit

# A block takes 16 MB in single precision.
VALUES_PER_BLOCK = 4_000_000


def library_sizes(expression: pd.DataFrame, unit: Unit) -> np.ndarray:
    """Sum each sample in linear units, as its library size.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        Finite values in `unit`.
    unit : Unit
        The cohort's unit.

    Returns
    -------
    float64 array, (n_samples,)
        NaN for arrays, which have no library.
    """
    if unit.quantity in ARRAY_QUANTITIES:
        return np.full(len(expression), np.nan)
    values = expression.to_numpy()
    sizes = np.empty(len(values))
    for block in _blocks(*values.shape):
        sizes[block] = unit.to_linear(values[block]).sum(axis=1, dtype=np.float64)
    return sizes


def gene_variance(
    expression: pd.DataFrame, unit: Unit, sizes: np.ndarray, samples: np.ndarray
) -> np.ndarray:
    """Compute the variance of each gene's log2(x + 1) in one pass.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        Finite values in `unit`.
    unit : Unit
        The cohort's unit.
    sizes : array, (n_samples,)
        Library sizes of all samples.
    samples : int array
        Positions of the samples that count.

    Returns
    -------
    float64 array, (n_genes,)
        Variance over these samples.
    """
    values = expression.to_numpy()
    total = np.zeros(values.shape[1])
    squares = np.zeros(values.shape[1])
    for block in _blocks(len(samples), values.shape[1]):
        rows = samples[block]
        profiles = _log2_profiles(values[rows], unit, sizes[rows])
        total += profiles.sum(axis=0, dtype=np.float64)
        squares += np.square(profiles).sum(axis=0, dtype=np.float64)
    return np.maximum(squares / len(samples) - (total / len(samples)) ** 2, 0.0)


def log2_profiles(
    expression: pd.DataFrame,
    unit: Unit,
    sizes: np.ndarray,
    genes: np.ndarray,
    samples: np.ndarray | None = None,
) -> np.ndarray:
    """Bring chosen genes to log2(x + 1); counts become counts per million before.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        Finite values in `unit`.
    unit : Unit
        The cohort's unit.
    sizes : array, (n_samples,)
        Library sizes of all samples, over all genes.
    genes : int array
        Positions of the genes.
    samples : int array, optional
        Positions of the samples; by default all.

    Returns
    -------
    float32 array, (len(samples), len(genes))
        The profiles.
    """
    values = expression.to_numpy()
    samples = np.arange(len(values)) if samples is None else samples
    profiles = np.empty((len(samples), len(genes)), np.float32)
    for block in _blocks(len(samples), values.shape[1]):
        rows = samples[block]
        profiles[block] = _log2_profiles(values[rows][:, genes], unit, sizes[rows])
    return profiles


def most_variable(variance: np.ndarray, n_genes: int) -> np.ndarray:
    """Choose the genes that vary most; those that don't vary are never chosen.

    Parameters
    ----------
    variance : array, (n_genes,)
        Of each gene.
    n_genes : int
        How many are chosen at most.

    Returns
    -------
    int array
        Their positions, in the order of the matrix.
    """
    first = np.argsort(-variance, kind="stable")[:n_genes]
    return np.sort(first[variance[first] > 0.0])


def robust_scale(values: np.ndarray) -> np.ndarray:
    """Estimate the standard deviation of each column by its median absolute deviation.

    Parameters
    ----------
    values : array, (n_samples, …)
        A few odd rows don't move it.

    Returns
    -------
    array
        The median absolute deviation × 1.4826, along the first axis.
    """
    return 1.4826 * np.median(np.abs(values - np.median(values, axis=0)), axis=0)


def _log2_profiles(values: np.ndarray, unit: Unit, sizes: np.ndarray) -> np.ndarray:
    if unit.quantity != "counts" and unit.scale == "log2" and unit.offset == 1.0:
        return values
    linear = unit.to_linear(values)
    if unit.quantity == "counts":
        # An empty library has no counts to divide.
        linear = linear * (1e6 / np.maximum(sizes, 1.0)).astype(np.float32)[:, None]
    return np.log2(linear + 1.0)


def _blocks(n_samples: int, n_genes: int) -> Iterator[slice]:
    step = max(1, VALUES_PER_BLOCK // max(1, n_genes))
    for start in range(0, n_samples, step):
        yield slice(start, start + step)
