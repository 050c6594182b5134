"""Held-out patients in thirds of the risk, and whether the survival of these differs."""

import numpy as np
import pandas as pd
from scipy.stats import chi2

from twinpurify.evaluation.measurement import Answer, UnanswerableError
from twinpurify.evaluation.questions.survival.endpoint import Endpoint, FoldRisk

N_THIRDS = 3


def tabulate_tertiles(endpoint: Endpoint, risks: list[FoldRisk]) -> Answer:
    """Place each held-out patient among the risks of the training patients of her stratum.

    The thirds are cut by out-of-fold risks of training patients: no held-out patient has a say in
    her own third, and fitted risks lie further apart than those of new patients.

    Parameters
    ----------
    endpoint : Endpoint
    risks : list of FoldRisk

    Returns
    -------
    Answer
        Tables ``tertiles`` and ``logrank``.

    Raises
    ------
    UnanswerableError
        If no out-of-fold risk could be had, or all patients are in one third.
    """
    quantile = _quantiles(endpoint, risks)
    rows = np.isfinite(quantile)
    # A third is open above: the quantile 1 belongs to the last.
    tertile = np.minimum((quantile[rows] * N_THIRDS).astype(np.intp), N_THIRDS - 1) + 1
    time, event = endpoint.time[rows], endpoint.event[rows]
    tested = log_rank(time, event, tertile, endpoint.groups[rows])
    table = {
        "task": str(endpoint.task),
        "sample_id": endpoint.held.obs.index[rows],
        "tertile": tertile,
        "risk_quantile": quantile[rows],
        "time": time,
        "event": event.astype(np.intp),
    }
    answer = Answer()
    answer.tabulate("tertiles", pd.DataFrame(table))
    row = {"task": str(endpoint.task), "statistic": tested[0], "p_value": tested[1]}
    answer.tabulate("logrank", pd.DataFrame([row]))
    return answer


def _quantiles(endpoint: Endpoint, risks: list[FoldRisk]) -> np.ndarray:
    """Share of the training patients of the stratum with a lower risk; NaN if there is none."""
    quantile = np.full(len(endpoint.time), np.nan)
    for fold in risks:
        if not np.isfinite(fold.out_of_fold).all():
            raise UnanswerableError("the Cox regression converged in none of the inner folds")
        known, new = endpoint.strata[fold.fit], endpoint.strata[fold.score]
        place = np.full(len(new), np.nan)
        for stratum in np.intersect1d(known, new):
            reference = np.sort(fold.out_of_fold[known == stratum])
            risk = fold.scored[new == stratum]
            below = np.searchsorted(reference, risk, side="left")
            place[new == stratum] = below / len(reference)
        quantile[fold.score] = place
    return quantile


def log_rank(
    time: np.ndarray, event: np.ndarray, group: np.ndarray, strata: np.ndarray
) -> tuple[float, float]:
    """Test whether the hazards of groups differ, within strata.

    Parameters
    ----------
    time, event : array, shape (samples,)
    group : array, shape (samples,)
    strata : array, shape (samples,)
        Observed and expected events are added up over strata.

    Returns
    -------
    tuple of float
        Statistic, chi-squared with one degree of freedom less than groups, and p value.

    Raises
    ------
    UnanswerableError
        If fewer than two groups have anybody in them, or nobody had the event.

    References
    ----------
    Mantel 1966, Cancer Chemother Rep 50:163. Peto & Peto 1972, doi:10.2307/2344317.
    """
    names = np.unique(group)
    if len(names) < 2 or not event.any():
        raise UnanswerableError(f"{len(names)} groups and {int(event.sum())} events to compare")
    members = (group[:, None] == names).astype(np.float64)
    excess, covariance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for stratum in np.unique(strata):
        rows = strata == stratum
        moments = _excess_events(time[rows], event[rows], members[rows])
        excess, covariance = excess + moments[0], covariance + moments[1]
    statistic = float(excess @ np.linalg.pinv(covariance, hermitian=True) @ excess)
    return statistic, float(chi2.sf(statistic, len(names) - 1))


def _excess_events(
    time: np.ndarray, event: np.ndarray, members: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Events of each group beyond the expected ones, and their covariance (hypergeometric)."""
    times, position = np.unique(time, return_inverse=True)
    leaving, happened = np.zeros((2, len(times), members.shape[1]))
    np.add.at(leaving, position, members)
    np.add.at(happened, position, members * event[:, None])
    at_risk = leaving[::-1].cumsum(axis=0)[::-1]
    total, events = at_risk.sum(axis=1), happened.sum(axis=1)
    share = at_risk / total[:, None]
    excess = (happened - share * events[:, None]).sum(axis=0)
    scale = events * (total - events) / np.maximum(total - 1.0, 1.0)
    covariance = np.diag(scale @ share) - share.T @ (scale[:, None] * share)
    return excess, covariance
