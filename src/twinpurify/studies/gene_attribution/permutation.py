"""Permutation importance: how much worse a class is told when a gene's values are shuffled."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd


def permutation_importance(
    log_likelihood: Callable[[pd.DataFrame], np.ndarray],
    profiles: pd.DataFrame,
    genes: Sequence[str],
    rng: np.random.Generator,
) -> np.ndarray:
    """Shuffle the values of one gene after the other across profiles.

    Parameters
    ----------
    log_likelihood : callable
        From profiles to the log probability of the own class of each.
    profiles : DataFrame, samples × genes
    genes : sequence of str
        Those that are shuffled.
    rng : numpy.random.Generator

    Returns
    -------
    array, shape (samples, genes that were shuffled)
        What each sample's log likelihood loses; below 0 where it gains.

    References
    ----------
    Breiman 2001, doi:10.1023/A:1010933404324
    """
    before, lost = log_likelihood(profiles), np.empty((len(profiles), len(genes)))
    for place, gene in enumerate(genes):
        shuffled = profiles.copy()
        shuffled[gene] = rng.permutation(profiles[gene].to_numpy())
        lost[:, place] = before - log_likelihood(shuffled)
    return lost
