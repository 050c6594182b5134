"""Whether accounts of one model agree on its genes."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
from scipy.stats import rankdata

from twinpurify.evaluation.uncertainty.bootstrap import INTERVAL


def rank_agreement(
    accounts: Mapping[str, np.ndarray], weights: np.ndarray
) -> list[dict[str, object]]:
    """Correlate the ranks that pairs of accounts give to genes, over tumours of one class.

    The importance of a gene is its mean over the tumours; the bootstrap draws tumours anew.

    Parameters
    ----------
    accounts : mapping of str to array, shape (tumours, genes)
        Importance of each gene for each tumour, of the same genes.
    weights : array, shape (replicates, tumours)

    Returns
    -------
    list of dict
        ``first``, ``second``, ``spearman``, and the 95% interval ``low`` to ``high``, a pair each;
        NaN where an account gives all genes the same.
    """
    drawn = weights[weights.sum(axis=1) > 0.0]
    stacked = np.vstack([np.ones(drawn.shape[1]), drawn])
    ranks = {name: _centred_ranks(stacked @ account) for name, account in accounts.items()}
    found = []
    for first, second in combinations(accounts, 2):
        values = _correlation(ranks[first], ranks[second])
        draws = values[1:][np.isfinite(values[1:])]
        low, high = np.percentile(draws, INTERVAL) if len(draws) else (np.nan, np.nan)
        pair = {"first": first, "second": second, "spearman": float(values[0])}
        found.append(pair | {"low": float(low), "high": float(high)})
    return found


def _centred_ranks(importance: np.ndarray) -> np.ndarray:
    """Rank genes in each row, ties shared, about zero."""
    ranks = rankdata(importance, axis=1)
    return ranks - ranks.mean(axis=1, keepdims=True)


def _correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Correlate two sets of rows about zero, row by row."""
    spread = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    return np.divide(
        (first * second).sum(axis=1), spread, out=np.full(len(spread), np.nan), where=spread > 0.0
    )
