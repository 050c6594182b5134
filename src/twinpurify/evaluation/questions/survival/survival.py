"""Does the embedding tell who lives longer?"""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from twinpurify.cohort.declaration.definition import ENDPOINTS
from twinpurify.errors import ModelError
from twinpurify.evaluation.declaration.question import (
    HIGHER,
    LOWER,
    Kind,
    Metric,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import Task
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
from twinpurify.evaluation.splits.frozen import FrozenSplit
from twinpurify.evaluation.splits.held_out import HeldOut, of_split

# What may lack although the risk itself is there, by what is asked.
FURTHER: dict[str, Callable[[Endpoint, list[FoldRisk]], Answer]] = {
    "survival_increment": measure_increment,
    "survival_tertiles": tabulate_tertiles,
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
        answer.skip(Task("survival"), "the sample sheet has no endpoint (definition key survival)")
    for name in present:
        try:
            answer.add(_measure_endpoint(endpoint_of(held, name)))
        except (UnanswerableError, ModelError) as reason:
            answer.skip(Task("survival", endpoint=name), reason)
    return answer


def _measure_endpoint(endpoint: Endpoint) -> Answer:
    """Predict the risk of one endpoint once, and ask everything of it."""
    risks = predict_risk(endpoint)
    rows, risk = endpoint.held.scored, held_out_risk(endpoint, risks)
    answer = measure_risk(endpoint, risks)
    table = {"sample_id": endpoint.held.obs.index[rows], "prediction": risk[rows]}
    answer.predictions.append(pd.DataFrame(table).assign(task=str(endpoint.task)))
    answer.add(check_hazards(endpoint, risk))
    for name, question in FURTHER.items():
        try:
            answer.add(question(endpoint, risks))
        except UnanswerableError as reason:
            answer.skip(replace(endpoint.task, question=name), reason)
    return answer


def evaluate_transfer(frozen: FrozenSplit) -> Answer:
    """Score the risk of every endpoint of the other cohort."""
    return measure_endpoints(frozen.target)


C_INDEX = Metric(
    "c_index", "concordance index", HIGHER, "0 to 1", "Harrell's concordance; chance is 0.5."
)
C_UNO = Metric(
    "c_uno",
    "Uno’s concordance",
    HIGHER,
    "0 to 1",
    "Uno's concordance: likewise, of events until the 80th percentile of the training patients' "
    "follow-up, and made up for patients whose follow-up ended; chance is 0.5.",
)
AUC = Metric(
    "auc_<years>y",
    "AUC at <years> years",
    HIGHER,
    "0 to 1",
    "Probability that a patient with the event until then has the higher risk than one followed "
    "beyond without it; chance is 0.5. The years are `evaluation.survival_years`; absent where "
    "fewer than `evaluation.min_test_events` patients are on either side.",
)
INTEGRATED_BRIER = Metric(
    "integrated_brier",
    "integrated Brier score",
    LOWER,
    "0 to 1",
    "Squared error of the predicted survival, mean over time until the same percentile; lower is "
    "better.",
)
BRIER_SKILL = Metric(
    "brier_skill",
    "skill over Kaplan–Meier",
    HIGHER,
    "up to 1",
    "Share of the integrated Brier score of the training patients' Kaplan-Meier curve that the "
    "risk takes away; negative when it does worse.",
)
DELTA_C_INDEX = Metric(
    "delta_c_index",
    "gain of concordance",
    HIGHER,
    "-1 to 1",
    "Harrell's concordance of age, stage and embedding less that of age and stage.",
)
RISK = Score(
    "survival",
    "Survival",
    Kind.CLINIC,
    (C_INDEX, C_UNO, AUC, INTEGRATED_BRIER, BRIER_SKILL),
    "Does the embedding tell who has the event earlier, and how likely it is by when?",
    of_endpoint=True,
    where=("own", "transfer"),
    main=True,
    place=70,
)
INCREMENT = Score(
    "survival_increment",
    "Survival, beyond age and stage",
    Kind.CLINIC,
    (DELTA_C_INDEX,),
    "Does it tell more than age and stage do? The models learn from training patients, the "
    "embedding by out-of-fold risks.",
    of_endpoint=True,
    where=("own", "transfer"),
    place=80,
)
QUESTION = Question(
    "survival",
    evaluate,
    (RISK, INCREMENT),
    transfer=evaluate_transfer,
    place=170,
    transfer_place=45,
)
