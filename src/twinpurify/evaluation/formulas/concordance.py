"""Concordance of predicted risk with what happened: Harrell's, and the pairs that all kinds share.

As in :mod:`twinpurify.evaluation.formulas.weighted`, functions take ``weights`` of shape
(replicates, samples) and return one score a replicate, NaN where no pair is comparable.
"""

import numpy as np

from twinpurify.evaluation.formulas.weighted import ratio


def c_index(
    weights: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    risk: np.ndarray,
    strata: np.ndarray | None = None,
) -> np.ndarray:
    """Share of the comparable pairs in which the higher risk met its event first (Harrell's C).

    A pair is comparable if the earlier of the two had the event; at equal times, if one had the
    event and the other was censored. Equal risks count one half.

    Parameters
    ----------
    weights : array, shape (replicates, samples)
    time : array, shape (samples,)
        Days, above 0.
    event : array, shape (samples,)
        1 if the event was observed, 0 if censored.
    risk : array, shape (samples,)
        Larger is worse.
    strata : array, shape (samples,), optional
        Only pairs of one stratum are compared, for risks of different models.

    Returns
    -------
    array, shape (replicates,), 0 to 1

    References
    ----------
    Harrell et al. 1996, 10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4
    """
    observed = np.flatnonzero(event)
    comparable = comparable_pairs(time, event, observed, strata)
    return concordance(weights, observed, np.ones(len(observed)), comparable, risk)


def comparable_pairs(
    time: np.ndarray, event: np.ndarray, cases: np.ndarray, strata: np.ndarray | None
) -> np.ndarray:
    """Mark the samples of which it is known that a case met its event before them.

    Parameters
    ----------
    time, event : array, shape (samples,)
    cases : array of int, shape (cases,)
        Positions of samples with an event.
    strata : array, shape (samples,), or None
        Only pairs of one stratum are compared.

    Returns
    -------
    array of bool, shape (cases, samples)
    """
    t, later = time[cases, None], time[None, :]
    return within_strata((t < later) | ((t == later) & (event[None, :] == 0)), cases, strata)


def within_strata(
    comparable: np.ndarray, cases: np.ndarray, strata: np.ndarray | None
) -> np.ndarray:
    """Keep the pairs (cases × samples) of one stratum; all of them where there are no strata."""
    return comparable if strata is None else comparable & (strata[cases, None] == strata[None, :])


def concordance(
    weights: np.ndarray,
    cases: np.ndarray,
    importance: np.ndarray,
    comparable: np.ndarray,
    risk: np.ndarray,
) -> np.ndarray:
    """Weighted share of the comparable pairs of which the case has the higher risk.

    Parameters
    ----------
    weights : array, shape (replicates, samples)
    cases : array of int, shape (cases,)
        Positions of samples with an event.
    importance : array, shape (cases,)
        How much the pairs of each case count.
    comparable : array of bool, shape (cases, samples)
    risk : array, shape (samples,)
        Larger is worse; equal risks count one half.

    Returns
    -------
    array, shape (replicates,), 0 to 1
    """
    mine, theirs = risk[cases, None], risk[None, :]
    concordant = comparable * ((mine > theirs) + 0.5 * (mine == theirs))
    first = weights[:, cases] * importance
    agreed = ((first @ concordant) * weights).sum(axis=1)
    return ratio(agreed, ((first @ comparable.astype(np.float64)) * weights).sum(axis=1))
