"""Ridge-penalised Cox regression by Newton steps on whole arrays.

The same estimate as lifelines gives (a test holds it there), without the summaries of a table
that take most of its time: the evaluation fits thousands of these.
"""

from dataclasses import dataclass

import numpy as np
from scipy import linalg

MAX_STEPS = 50
MAX_HALVINGS = 20
TOLERANCE = 1e-9


@dataclass(frozen=True)
class FollowUp:
    """Samples by stratum and, within it, in ascending order of time, with what ties need.

    Attributes
    ----------
    order : array of int, shape (samples,)
        Position of each sample as it was handed in.
    values : array, shape (samples, features)
    event : array of bool, shape (samples,)
    first : array of int, shape (samples,)
        Position of the first sample with the same time: where the risk set begins.
    last : array of int, shape (samples,)
        Position after the last sample with the same time.
    start, end : array of int, shape (samples,)
        Positions of the first sample of the stratum and after its last: where risk sets end.
    tied_share : array, shape (samples,)
        Of an event: how many events of the same time come before it, over their number.
    """

    order: np.ndarray
    values: np.ndarray
    event: np.ndarray
    first: np.ndarray
    last: np.ndarray
    start: np.ndarray
    end: np.ndarray
    tied_share: np.ndarray


def fit_cox_ridge(
    values: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    penalty: float,
    strata: np.ndarray | None = None,
) -> np.ndarray | None:
    """Maximise the mean partial log likelihood (ties after Efron) minus ``penalty/2 · |β|²``.

    Parameters
    ----------
    values : array, shape (samples, features)
    time : array, shape (samples,)
    event : array, shape (samples,)
        1 for an event, 0 for censored.
    penalty : float
        Above 0.
    strata : array, shape (samples,), optional
        Each stratum has a baseline hazard of its own: only its samples are in a risk set.

    Returns
    -------
    array, shape (features,), or None
        Log hazard ratios; None if the Newton steps don't converge.

    References
    ----------
    Cox 1972, doi:10.1111/j.2517-6161.1972.tb00899.x. Efron 1977,
    doi:10.1080/01621459.1977.10480613.
    """
    follow_up = order_follow_up(values, time, event, strata)
    coefficients = np.zeros(values.shape[1])
    objective, gradient, curvature = _expand(follow_up, coefficients, penalty)
    for _ in range(MAX_STEPS):
        step = linalg.solve(curvature, gradient, assume_a="pos")
        # The Newton decrement is twice the gain that is left.
        if gradient @ step < TOLERANCE:
            return coefficients
        for _ in range(MAX_HALVINGS):
            trial = _expand(follow_up, coefficients + step, penalty)
            if trial[0] > objective:
                break
            step = step / 2.0
        else:
            return None
        coefficients = coefficients + step
        objective, gradient, curvature = trial
    return None


def partial_likelihood(
    risk: np.ndarray, time: np.ndarray, event: np.ndarray, strata: np.ndarray | None = None
) -> float:
    """Cox's partial log likelihood of log hazards, ties after Efron, summed over strata.

    What ``fit_cox_ridge`` maximises, of risks that needn't be those of a fit on these samples: in
    logarithms throughout, since new samples may lie far from all others.

    Parameters
    ----------
    risk : array, shape (samples,)
        Log hazards.
    time, event : array, shape (samples,)
    strata : array, shape (samples,), optional

    Returns
    -------
    float
    """
    follow_up = order_follow_up(np.asarray(risk)[:, None], time, event, strata)
    log_hazard, at, first = follow_up.values[:, 0], follow_up.event, follow_up.first
    log_risk = np.empty(len(log_hazard))
    for start in np.unique(follow_up.start):
        rows = slice(start, follow_up.end[start])
        log_risk[rows] = np.logaddexp.accumulate(log_hazard[rows][::-1])[::-1]
    log_tied = np.full(len(log_hazard), -np.inf)
    np.logaddexp.at(log_tied, first[at], log_hazard[at])
    thinned = np.log1p(-follow_up.tied_share * np.exp(log_tied[first] - log_risk[first]))
    return float((log_hazard - log_risk[first] - thinned)[at].sum())


def schoenfeld_residuals(
    values: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    coefficients: np.ndarray,
    strata: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Compare each sample that had its event with those at risk then, as the model expects them.

    Parameters
    ----------
    values : array, shape (samples, features)
    time, event : array, shape (samples,)
    coefficients : array, shape (features,)
        Log hazard ratios.
    strata : array, shape (samples,), optional

    Returns
    -------
    residuals : array, shape (samples, features)
        Value of the sample less the mean of its risk set, weighted by hazard; NaN without event.
    information : array, shape (features, features)
        Negative Hessian of the partial log likelihood.

    References
    ----------
    Schoenfeld 1982, doi:10.1093/biomet/69.1.239.
    """
    follow_up = order_follow_up(values, time, event, strata)
    log_hazard = follow_up.values @ coefficients
    hazard = np.exp(log_hazard - log_hazard.max())
    risk, sums = _sums_of_risk_sets(follow_up, hazard[:, None] * follow_up.values, hazard)
    at = follow_up.event
    residuals = np.full(follow_up.values.shape, np.nan)
    residuals[follow_up.order[at]] = follow_up.values[at] - sums[at] / risk[at, None]
    information = _expand(follow_up, coefficients, 0.0)[2] * len(time)
    return residuals, information


def order_follow_up(
    values: np.ndarray, time: np.ndarray, event: np.ndarray, strata: np.ndarray | None = None
) -> FollowUp:
    """Sort by stratum and time, and find the ties.

    Parameters
    ----------
    values : array, shape (samples, features)
    time, event : array, shape (samples,)
    strata : array, shape (samples,), optional

    Returns
    -------
    FollowUp
    """
    _, stratum = np.unique(np.zeros(len(time)) if strata is None else strata, return_inverse=True)
    order = np.lexsort([time, stratum])
    time, event, stratum = np.asarray(time)[order], np.asarray(event)[order] > 0, stratum[order]
    # One rising key for both, so that equal times of two strata aren't tied.
    moment = np.cumsum((np.diff(time, prepend=-np.inf) != 0) | (np.diff(stratum, prepend=-1) != 0))
    first, last = (np.searchsorted(moment, moment, side=side) for side in ("left", "right"))
    start, end = (np.searchsorted(stratum, stratum, side=side) for side in ("left", "right"))
    events_before = np.concatenate([[0], np.cumsum(event)])
    rank = events_before[:-1] - events_before[first]
    tied = events_before[last] - events_before[first]
    share = np.where(event, rank / np.maximum(tied, 1), 0.0)
    ordered = np.asarray(values, dtype=np.float64)[order]
    return FollowUp(order, ordered, event, first, last, start, end, share)


def _expand(
    follow_up: FollowUp, coefficients: np.ndarray, penalty: float
) -> tuple[float, np.ndarray, np.ndarray]:
    """Objective, gradient and negative Hessian at some coefficients."""
    values, event, share = follow_up.values, follow_up.event, follow_up.tied_share
    n = len(values)
    log_hazard = values @ coefficients
    hazard = np.exp(log_hazard - log_hazard.max())
    risk, risk_values = _sums_of_risk_sets(follow_up, hazard[:, None] * values, hazard)
    inverse = np.where(event, 1.0 / np.maximum(risk, 1e-300), 0.0)
    means = (risk_values * inverse[:, None])[event]
    likelihood = (log_hazard - log_hazard.max() - np.log(np.maximum(risk, 1e-300)))[event].sum()
    gradient = values[event].sum(axis=0) - means.sum(axis=0)
    # Each sample's second moment counts once per event whose risk set it is in; at tied events
    # Efron takes off the share of those that have gone.
    passed = np.concatenate([[0.0], np.cumsum(inverse)])
    exposure = passed[follow_up.last] - passed[follow_up.start]
    gone = np.concatenate([[0.0], np.cumsum(inverse * share)])
    tied = np.where(event, gone[follow_up.last] - gone[follow_up.first], 0.0)
    weight = hazard * (exposure - tied)
    curvature = values.T @ (weight[:, None] * values) - means.T @ means
    return (
        likelihood / n - 0.5 * penalty * coefficients @ coefficients,
        gradient / n - penalty * coefficients,
        curvature / n + penalty * np.eye(len(coefficients)),
    )


def _sums_of_risk_sets(
    follow_up: FollowUp, weighted: np.ndarray, hazard: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Sum hazards and weighted values over each event's risk set, thinned at ties by Efron."""
    stacked = np.column_stack([hazard, weighted])
    nothing = np.zeros((1, stacked.shape[1]))
    onwards = np.concatenate([np.cumsum(stacked[::-1], axis=0)[::-1], nothing])
    from_here = onwards[follow_up.first] - onwards[follow_up.end]
    of_events = np.concatenate([nothing, np.cumsum(stacked * follow_up.event[:, None], axis=0)])
    tied = of_events[follow_up.last] - of_events[follow_up.first]
    sums = from_here - follow_up.tied_share[:, None] * tied
    return sums[:, 0], sums[:, 1:]
