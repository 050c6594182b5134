"""Patterns by which values of complete profiles are hidden, to ask what an imputer makes of them.

Each takes a share of the genes that every profile, or every group of profiles, loses: exactly so
many, to rounding, so that no profile is left without any and all are equally hard.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from twinpurify.errors import ConfigurationError

# How much likelier a gene one SD lower in a profile is to be lost than another: e to this power.
SLOPE = 1.5


def hide_at_random(
    profiles: pd.DataFrame, rate: float, rng: np.random.Generator, groups: pd.Series
) -> np.ndarray:
    """Hide values completely at random (MCAR).

    Parameters
    ----------
    profiles : DataFrame, shape (samples, genes)
    rate : float
        Share of each sample's genes, above 0 and below 1.
    rng : Generator
    groups : Series
        Ignored; patterns are called alike.

    Returns
    -------
    array of bool, shape (samples, genes)
        True where a value is hidden.
    """
    return _highest(rng.uniform(size=profiles.shape), rate)


def hide_low_expression(
    profiles: pd.DataFrame, rate: float, rng: np.random.Generator, groups: pd.Series
) -> np.ndarray:
    r"""Hide what is lowly expressed more often, as reads that were not sampled are.

    With :math:`z_{ij}` the expression of a gene standardised within its sample, genes are drawn
    one after another without replacement, each with a chance proportional to
    :math:`\exp(-1.5 z_{ij})`; the draws are made at once by adding Gumbel noise to the logarithms.

    Parameters
    ----------
    profiles : DataFrame, shape (samples, genes)
        log2(x + 1).
    rate : float
        Share of each sample's genes, above 0 and below 1.
    rng : Generator
    groups : Series
        Ignored; patterns are called alike.

    Returns
    -------
    array of bool, shape (samples, genes)
        True where a value is hidden.

    References
    ----------
    Efraimidis & Spirakis 2006, 10.1016/j.ipl.2005.11.003
    """
    values = profiles.to_numpy(dtype=np.float64)
    centred = values - values.mean(axis=1, keepdims=True)
    within = centred / np.maximum(values.std(axis=1, keepdims=True), 1e-6)
    return _highest(rng.gumbel(size=values.shape) - SLOPE * within, rate)


def hide_gene_block(
    profiles: pd.DataFrame, rate: float, rng: np.random.Generator, groups: pd.Series
) -> np.ndarray:
    """Hide the same genes in all samples of a group, as a batch that didn't measure them would.

    Parameters
    ----------
    profiles : DataFrame, shape (samples, genes)
    rate : float
        Share of the genes that a group lacks, above 0 and below 1.
    rng : Generator
    groups : Series, shape (samples,)
        For example the cancer. Each group lacks a random block of its own.

    Returns
    -------
    array of bool, shape (samples, genes)
        True where a value is hidden.
    """
    codes, names = pd.factorize(groups.astype(str), sort=True)
    blocks = _highest(rng.uniform(size=(len(names), profiles.shape[1])), rate)
    return blocks[codes]


def _highest(keys: np.ndarray, rate: float) -> np.ndarray:
    """Mark the share of the columns with the highest keys, row by row; some but never all."""
    if not 0.0 < rate < 1.0:
        raise ConfigurationError(
            f"the rate of hidden values is {rate}; it lies above 0 and below 1 (`imputation.rates`)"
        )
    n_columns = keys.shape[1]
    count = min(max(round(rate * n_columns), 1), n_columns - 1)
    ranks = np.argsort(np.argsort(-keys, axis=1, kind="stable"), axis=1, kind="stable")
    return ranks < count


Pattern = Callable[[pd.DataFrame, float, np.random.Generator, pd.Series], np.ndarray]
PATTERNS: dict[str, Pattern] = {
    "at_random": hide_at_random,
    "low_expression": hide_low_expression,
    "gene_block": hide_gene_block,
}
