"""One contestant on one split: the risk of test patients, stratum by stratum, and its score."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from twinpurify.errors import ModelError
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.formulas.concordance import c_index
from twinpurify.evaluation.measurement import Measurement, measure
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap, collect
from twinpurify.studies.completion import Parameters
from twinpurify.studies.restored_anchors.design import Stratum, design
from twinpurify.studies.restored_anchors.risks import TRUE, Risk, risk_of
from twinpurify.studies.restored_anchors.settings import RestoredAnchorSettings

METRIC = "c_index"
ANCHORS = ["cohort", "split", "stratum", "gene", "score"]


def run_contestant(
    name: str,
    data: SplitData,
    settings: RestoredAnchorSettings,
    parameters: Parameters,
    cohort: str,
    bootstrap: PatientBootstrap,
) -> dict[str, pd.DataFrame]:
    """Tell the risk of the test patients, and score it by concordance within strata.

    Parameters
    ----------
    name : str
        One of ``contestant_names``.
    data : SplitData
    settings : RestoredAnchorSettings
    parameters : mapping of str to mapping
        Of methods and imputers.
    cohort : str
    bootstrap : PatientBootstrap

    Returns
    -------
    dict of str to DataFrame
        ``scores`` and ``replicates`` as from ``collect``: ``survival_<endpoint>`` of all strata,
        and ``survival_<endpoint>@<stratum>``; ``anchors``, of the contestant that has the true
        ones; ``notes`` on what was left out.

    Raises
    ------
    UnanswerableError
        If nothing can be asked.
    """
    strata, notes = design(data, settings)
    risk = risk_of(name, data, settings, parameters)
    known = np.full(len(data.test_obs), np.nan)
    for stratum in strata:
        notes += _fill_in(known, stratum, risk, name)
    measured = _measure(known, strata, data, settings, bootstrap)
    scores, replicates = collect(measured, cohort, cohort, name, data.split, data.seed)
    return {
        "scores": scores,
        "replicates": replicates,
        "anchors": _anchors(strata, cohort, data.split) if name == TRUE else pd.DataFrame(),
        "notes": pd.DataFrame({"note": notes}, dtype=str),
    }


def _fill_in(known: np.ndarray, stratum: Stratum, risk: Risk, name: str) -> list[str]:
    """Fill in the risks of a stratum, or say why there are none."""
    try:
        known[stratum.test] = risk(stratum)
    except ModelError as error:
        return [f"{name}, {stratum.name}: {error}"]
    return []


def _measure(
    risk: np.ndarray,
    strata: list[Stratum],
    data: SplitData,
    settings: RestoredAnchorSettings,
    bootstrap: PatientBootstrap,
) -> list[Measurement]:
    """Score each stratum, and all together if none is missing."""
    names = np.full(len(risk), "", dtype=object)
    for stratum in strata:
        names[stratum.test] = stratum.name
    task, asked = Task("survival", endpoint=settings.endpoint), names != ""
    groups = {replace(task, stratum=stratum.name): stratum.test for stratum in strata}
    measured = [
        _concordance(one, rows, risk, names, data, settings, bootstrap)
        for one, rows in ({task: asked} | groups).items()
        if np.isfinite(risk[rows]).all()
    ]
    return measured


def _concordance(
    task: Task,
    rows: np.ndarray,
    risk: np.ndarray,
    names: np.ndarray,
    data: SplitData,
    settings: RestoredAnchorSettings,
    bootstrap: PatientBootstrap,
) -> Measurement:
    """Compare patients of one stratum with each other (Harrell's C)."""
    obs = data.test_obs.loc[rows]
    scorer = partial(
        c_index,
        time=obs[f"{settings.endpoint}_time"].to_numpy(dtype=np.float64),
        event=obs[f"{settings.endpoint}_event"].to_numpy(dtype=np.float64),
        risk=risk[rows],
        strata=names[rows],
    )
    return measure(task, METRIC, 1.0, bootstrap.weights(obs["patient_id"]), scorer)


def _anchors(strata: list[Stratum], cohort: str, split: int) -> pd.DataFrame:
    """Tabulate the anchors of every stratum."""
    rows = [
        {"cohort": cohort, "split": split, "stratum": stratum.name, "gene": gene}
        | {"score": float(stratum.scores[gene])}
        for stratum in strata
        for gene in stratum.anchors
    ]
    return pd.DataFrame(rows, columns=ANCHORS)
