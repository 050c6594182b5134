"""Does the embedding tell who lives longer?"""

from functools import partial

import numpy as np
import pandas as pd

from twinpurify.errors import ModelError
from twinpurify.evaluation.embedded import EmbeddedSplit
from twinpurify.evaluation.held_out import HeldOut, of_split
from twinpurify.evaluation.measurement import Answer, UnanswerableError, measure
from twinpurify.evaluation.metrics import c_index
from twinpurify.evaluation.probes.survival import CoxProbe

ENDPOINTS = ("os", "dss", "dfi", "pfi", "rfs")


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Score the risk of every endpoint of the sample sheet.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Tasks ``survival_<endpoint>``: c_index; predictions are log hazards.
    """
    return measure_endpoints(of_split(embedded))


def measure_endpoints(held: HeldOut) -> Answer:
    """Score the risk of every endpoint by Cox regression on other patients.

    Parameters
    ----------
    held : HeldOut
        ``obs`` with ``<endpoint>_time`` (days) and ``<endpoint>_event`` (0 or 1).

    Returns
    -------
    Answer
    """
    answer = Answer()
    present = [name for name in ENDPOINTS if {f"{name}_time", f"{name}_event"} <= {*held.obs}]
    if not present:
        answer.skip("survival", "the sample sheet has no endpoint (definition key survival)")
    for endpoint in present:
        try:
            answer.add(_measure_endpoint(held, endpoint))
        except (UnanswerableError, ModelError) as reason:
            answer.skip(f"survival_{endpoint}", str(reason))
    return answer


def _measure_endpoint(held: HeldOut, endpoint: str) -> Answer:
    """Score one endpoint; only patients of one fold are compared."""
    time = held.obs[f"{endpoint}_time"].to_numpy(dtype=np.float64)
    event = held.obs[f"{endpoint}_event"].to_numpy(dtype=np.float64)
    known = np.isfinite(time) & np.isfinite(event)
    held, time, event = held.take(known), time[known], event[known]
    _check_events(held, event)
    risk, settings = np.zeros(len(time)), held.settings
    for fit, score in held.folds():
        rng = held.rng(f"survival_{endpoint}")
        probe = CoxProbe(rng, settings.n_inner_folds, settings.n_cox_components)
        probe.fit(held.features[fit], time[fit], event[fit], held.patients[fit])
        risk[score] = probe.predict(held.features[score])
    rows, task = held.scored, f"survival_{endpoint}"
    scorer = partial(
        c_index, time=time[rows], event=event[rows], risk=risk[rows], strata=held.fold[rows]
    )
    table = {"task": task, "sample_id": held.obs.index[rows], "prediction": risk[rows]}
    return Answer(
        [measure(task, "c_index", 1.0, held.weights[:, rows], scorer)], [pd.DataFrame(table)]
    )


def _check_events(held: HeldOut, event: np.ndarray) -> None:
    """Refuse to learn from, or to score by, a handful of events."""
    fitted = min((int(event[fit].sum()) for fit, _ in held.folds()), default=0)
    scored, settings = int(event[held.scored].sum()), held.settings
    if fitted < settings.min_train_events or scored < settings.min_test_events:
        raise UnanswerableError(
            f"{fitted} events to fit on and {scored} to score; at least "
            f"{settings.min_train_events} and {settings.min_test_events} are needed "
            "(settings min_train_events, min_test_events)"
        )
