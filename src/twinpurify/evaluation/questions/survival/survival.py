"""Does the embedding tell who lives longer?"""

from collections.abc import Callable

import pandas as pd

from twinpurify.cohort.declaration.definition import ENDPOINTS
from twinpurify.errors import ModelError
from twinpurify.evaluation.measurement import Answer, UnanswerableError
from twinpurify.evaluation.questions.survival.endpoint import (
    Endpoint,
    FoldRisk,
    endpoint_of,
    held_out_risk,
    predict_risk,
)
from twinpurify.evaluation.questions.survival.increment import measure_increment
from twinpurify.evaluation.questions.survival.proportional_hazards import check_hazards
from twinpurify.evaluation.questions.survival.risk_scores import measure_risk
from twinpurify.evaluation.questions.survival.tertiles import tabulate_tertiles
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.held_out import HeldOut, of_split

# What may lack although the risk itself is there, by what stands behind the name of the task.
FURTHER: dict[str, Callable[[Endpoint, list[FoldRisk]], Answer]] = {
    "_increment": measure_increment,
    "_tertiles": tabulate_tertiles,
}


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Score the risk of every endpoint of the sample sheet.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        As from `measure_endpoints`.
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
        Tasks ``survival_<endpoint>`` and ``survival_<endpoint>_increment``; predictions are log
        hazards; tables ``proportional_hazards``, ``survival_increment`` and ``tertiles``.
    """
    answer = Answer()
    present = [name for name in ENDPOINTS if {f"{name}_time", f"{name}_event"} <= {*held.obs}]
    if not present:
        answer.skip("survival", "the sample sheet has no endpoint (definition key survival)")
    for name in present:
        try:
            answer.add(_measure_endpoint(endpoint_of(held, name)))
        except (UnanswerableError, ModelError) as reason:
            answer.skip(f"survival_{name}", str(reason))
    return answer


def _measure_endpoint(endpoint: Endpoint) -> Answer:
    """Predict the risk of one endpoint once, and ask everything of it."""
    risks = predict_risk(endpoint)
    rows, risk = endpoint.held.scored, held_out_risk(endpoint, risks)
    answer = measure_risk(endpoint, risks)
    table = {"sample_id": endpoint.held.obs.index[rows], "prediction": risk[rows]}
    answer.predictions.append(pd.DataFrame(table).assign(task=endpoint.task))
    answer.add(check_hazards(endpoint, risk))
    for suffix, question in FURTHER.items():
        try:
            answer.add(question(endpoint, risks))
        except UnanswerableError as reason:
            answer.skip(f"{endpoint.task}{suffix}", str(reason))
    return answer
