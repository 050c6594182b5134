"""How well a held-out risk tells who has the event earlier, and how well when."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from twinpurify.evaluation.formulas.concordance import c_index
from twinpurify.evaluation.formulas.survival import (
    brier_grid,
    c_uno,
    dynamic_auc,
    integrated_squared_error,
    skill,
)
from twinpurify.evaluation.formulas.weighted import mean
from twinpurify.evaluation.measurement import Answer, measure
from twinpurify.evaluation.questions.survival.curves import (
    baseline_hazard,
    censoring_curve,
    survival_curve,
)
from twinpurify.evaluation.questions.survival.endpoint import Endpoint, FoldRisk, held_out_risk

DAYS_PER_YEAR = 365.25
# Later than this quantile of the training patients' follow-up, few are left to score by.
HORIZON = 0.8


@dataclass(frozen=True)
class Learnt:
    """What training patients tell about follow-up, for each sample of an endpoint.

    Attributes
    ----------
    followed : array, shape (samples,)
        Probability of being followed until the sample's own time; NaN for one that isn't scored,
        or whose stratum has no training patient.
    horizon, reach : array, shape (samples,)
        The 80th percentile of follow-up, and its end, in days; 0 likewise.
    error, reference : array, shape (samples,)
        Squared error of predicted survival, averaged until the horizon: by the risk, and by the
        Kaplan-Meier curve, which is the same for all; NaN likewise.
    """

    followed: np.ndarray
    horizon: np.ndarray
    reach: np.ndarray
    error: np.ndarray
    reference: np.ndarray


def measure_risk(endpoint: Endpoint, risks: list[FoldRisk]) -> Answer:
    """Score the held-out risk of an endpoint by concordance, AUC and Brier score.

    Only samples of one fold and stratum are compared. Censoring, horizon and baseline hazard are
    those of the training patients of the stratum.

    Parameters
    ----------
    endpoint : Endpoint
    risks : list of FoldRisk

    Returns
    -------
    Answer
        Metrics c_index, c_uno, auc_<years>y, integrated_brier and brier_skill.
    """
    rows, risk = endpoint.held.scored, held_out_risk(endpoint, risks)
    learnt = _learn(endpoint, risks)
    outcome = {"time": endpoint.time[rows], "event": endpoint.event[rows], "risk": risk[rows]}
    compared = outcome | {"strata": endpoint.groups[rows]}
    answer, weights = Answer(), endpoint.held.weights[:, rows]
    uno = {"followed": learnt.followed[rows], "horizon": learnt.horizon[rows]}
    scorers = {"c_index": partial(c_index, **compared), "c_uno": partial(c_uno, **compared, **uno)}
    for metric, scorer in scorers.items():
        answer.measurements.append(measure(endpoint.task, metric, 1.0, weights, scorer))
    for years in endpoint.held.settings.survival_years:
        _add_auc(answer, endpoint, learnt, risk, years)
    _add_brier(answer, endpoint, learnt)
    return answer


def _learn(endpoint: Endpoint, risks: list[FoldRisk]) -> Learnt:
    """Estimate censoring, baseline hazard and reference for every group of the scored samples."""
    n = len(endpoint.time)
    fitted = {int(endpoint.held.fold[fold.score][0]): fold for fold in risks}
    scored = held_out_risk(endpoint, risks)
    learnt = Learnt(
        np.full(n, np.nan), np.zeros(n), np.zeros(n), np.full(n, np.nan), np.full(n, np.nan)
    )
    for peers, group in endpoint.scored_groups():
        if not peers.any():
            continue
        fold = fitted[int(endpoint.held.fold[group][0])]
        _learn_group(endpoint, learnt, peers, group, fold.fitted[peers[fold.fit]], scored[group])
    return learnt


def _learn_group(
    endpoint: Endpoint,
    learnt: Learnt,
    peers: np.ndarray,
    group: np.ndarray,
    fitted: np.ndarray,
    scored: np.ndarray,
) -> None:
    """Fill in what the peers of a group tell about it."""
    training = endpoint.time[peers], endpoint.event[peers]
    time, event = endpoint.time[group], endpoint.event[group]
    censoring = censoring_curve(*training)
    learnt.followed[group] = censoring.at(time)
    learnt.horizon[group] = np.quantile(training[0], HORIZON)
    learnt.reach[group] = training[0].max()
    grid = brier_grid(float(learnt.horizon[group][0]))
    curve = survival_curve(*training).at(grid)
    hazard = baseline_hazard(fitted, *training).at(grid)
    survival = np.exp(-np.exp(scored)[:, None] * hazard)
    weighting = (grid, learnt.followed[group], censoring.at(grid))
    learnt.error[group] = integrated_squared_error(time, event, survival, *weighting)
    known = np.broadcast_to(curve, survival.shape)
    learnt.reference[group] = integrated_squared_error(time, event, known, *weighting)


def _add_auc(
    answer: Answer, endpoint: Endpoint, learnt: Learnt, risk: np.ndarray, years: float
) -> None:
    """Score by the events until some years, or say that there are too few."""
    when, metric = years * DAYS_PER_YEAR, f"auc_{years:g}y"
    rows = endpoint.held.scored & (learnt.reach > when)
    cases = (endpoint.event[rows] > 0) & (endpoint.time[rows] <= when)
    fewest = min(cases.sum(), (endpoint.time[rows] > when).sum())
    if fewest < endpoint.held.settings.min_test_events:
        answer.skip(
            endpoint.task,
            f"no {metric}: too few held-out patients with an event until then, or followed for "
            "longer (settings survival_years, min_test_events)",
        )
        return
    scorer = partial(
        dynamic_auc,
        time=endpoint.time[rows],
        event=endpoint.event[rows],
        risk=risk[rows],
        followed=learnt.followed[rows],
        when=when,
        strata=endpoint.groups[rows],
    )
    weights = endpoint.held.weights[:, rows]
    answer.measurements.append(measure(endpoint.task, metric, 1.0, weights, scorer))


def _add_brier(answer: Answer, endpoint: Endpoint, learnt: Learnt) -> None:
    """Score the predicted survival itself, and against the Kaplan-Meier curve."""
    rows = np.isfinite(learnt.error)
    error, reference = learnt.error[rows], learnt.reference[rows]
    scorers = {
        "integrated_brier": partial(mean, values=error),
        "brier_skill": partial(skill, error=error, reference=reference),
    }
    weights = endpoint.held.weights[:, rows]
    for metric, scorer in scorers.items():
        answer.measurements.append(measure(endpoint.task, metric, 1.0, weights, scorer))
