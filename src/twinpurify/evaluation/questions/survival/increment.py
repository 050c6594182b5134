"""Does the embedding tell more about survival than age and stage do?"""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from twinpurify.evaluation.formulas.concordance import c_index
from twinpurify.evaluation.measurement import Answer, UnanswerableError, measure
from twinpurify.evaluation.probes.cox import fit_cox_ridge
from twinpurify.evaluation.questions.survival.endpoint import Endpoint, FoldRisk, held_out_risk
from twinpurify.supervised.scaling import Standardizer

STAGES = {"I": 1.0, "II": 2.0, "III": 3.0, "IV": 4.0}
# A handful of standardised covariates need no more than keeps separated ones finite.
PENALTY = 1e-3


def measure_increment(endpoint: Endpoint, risks: list[FoldRisk]) -> Answer:
    """Compare Cox models of age and stage with and without the risk by the embedding.

    The models learn from training patients alone. There the embedding enters as its out-of-fold
    risk: its fitted risk knows their outcomes, so that it would be trusted too much, at the cost
    of age and stage, which know none. Held-out patients have the risk by the full fit.

    Parameters
    ----------
    endpoint : Endpoint
        ``obs`` with ``age`` (years) or ``stage`` (I to IV), or both. A missing age is taken for
        the training patients' median, a missing stage for their median with a mark of its own.
    risks : list of FoldRisk

    Returns
    -------
    Answer
        Task ``survival_<endpoint>_increment``, metric delta_c_index; table
        ``survival_increment``.

    Raises
    ------
    UnanswerableError
        If neither age nor stage is known, or no out-of-fold risk could be had.
    """
    clinical = clinical_columns(endpoint.held.obs)
    if not all(np.isfinite(fold.out_of_fold).all() for fold in risks):
        raise UnanswerableError("the Cox regression converged in none of the inner folds")
    rows, task = endpoint.held.scored, replace(endpoint.task, question="survival_increment")
    models = {
        "clinical": _predict(endpoint, risks, clinical, with_risk=False),
        "embedding": held_out_risk(endpoint, risks),
        "both": _predict(endpoint, risks, clinical, with_risk=True),
    }
    outcome = {"time": endpoint.time[rows], "event": endpoint.event[rows]}
    score = {
        name: partial(c_index, **outcome, risk=risk[rows], strata=endpoint.groups[rows])
        for name, risk in models.items()
    }

    def gain(weights: np.ndarray) -> np.ndarray:
        return score["both"](weights) - score["clinical"](weights)

    weights = endpoint.held.weights[:, rows]
    answer = Answer([measure(task, "delta_c_index", 1.0, weights, gain)])
    alike = np.ones((1, weights.shape[1]))
    lines = [{"model": name, "c_index": float(one(alike)[0])} for name, one in score.items()]
    answer.tabulate("survival_increment", pd.DataFrame(lines).assign(task=str(endpoint.task)))
    return answer


def clinical_columns(obs: pd.DataFrame) -> pd.DataFrame:
    """Read age and stage as numbers, NaN where missing.

    Parameters
    ----------
    obs : DataFrame
        Sample sheet rows.

    Returns
    -------
    DataFrame
        Those of ``age`` and ``stage`` that are known of anybody.

    Raises
    ------
    UnanswerableError
        If neither is.
    """
    columns = pd.DataFrame(index=obs.index)
    if "age" in obs:
        columns["age"] = obs["age"].astype(float)
    if "stage" in obs:
        columns["stage"] = obs["stage"].astype(object).map(STAGES).astype(float)
    columns = columns.dropna(axis=1, how="all")
    if columns.empty:
        raise UnanswerableError(
            "the sample sheet tells neither age nor stage (definition keys columns.age and "
            "columns.stage; stages I to IV count)"
        )
    return columns


def _predict(
    endpoint: Endpoint, risks: list[FoldRisk], clinical: pd.DataFrame, with_risk: bool
) -> np.ndarray:
    """Log hazard of each scored sample by a model of the training patients; else 0."""
    predicted = np.zeros(len(endpoint.time))
    for fold in risks:
        values = _completed(clinical, fold.fit)
        fitted, scored = values[fold.fit], values[fold.score]
        if with_risk:
            fitted = np.column_stack([fitted, fold.out_of_fold])
            scored = np.column_stack([scored, fold.scored])
        scaler = Standardizer().fit(fitted)
        outcome = (endpoint.time[fold.fit], endpoint.event[fold.fit], PENALTY)
        model = fit_cox_ridge(scaler.transform(fitted), *outcome, endpoint.strata[fold.fit])
        if model is None:
            raise UnanswerableError("the Cox regression on age and stage doesn't converge")
        predicted[fold.score] = scaler.transform(scored) @ model
    return predicted


def _completed(clinical: pd.DataFrame, fit: np.ndarray) -> np.ndarray:
    """Fill in the medians of the training patients, and mark a missing stage."""
    medians = clinical.loc[fit].median().fillna(0.0)
    completed = clinical.fillna(medians)
    if "stage" in clinical:
        completed["stage_missing"] = clinical["stage"].isna().astype(float)
    return completed.to_numpy()
