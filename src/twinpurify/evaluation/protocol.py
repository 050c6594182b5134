"""All questions asked of one method on one split."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from twinpurify.evaluation.measurement import (
    Answer,
    SplitResult,
    UnanswerableError,
    split_result,
)
from twinpurify.evaluation.questions.controls import (
    control_random,
    controls,
    few_normals,
    stability,
)
from twinpurify.evaluation.questions.dilution import (
    foreign_background,
    purified_profile,
    retrieval,
    true_neighbours,
)
from twinpurify.evaluation.questions.labels import (
    grade,
    label_efficiency,
    subtype,
    without_label_genes,
)
from twinpurify.evaluation.questions.pathways import (
    dimension_names,
    pathway_contrasts,
    pathway_purity,
)
from twinpurify.evaluation.questions.purity import (
    immune_left,
    purity_estimate,
    purity_left,
    purity_stratified,
)
from twinpurify.evaluation.questions.survival import survival
from twinpurify.evaluation.settings import EvaluationSettings, TaskName
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.method import Method
from twinpurify.evaluation.splits.titration import Titration
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap

Asked = TypeVar("Asked")

QUESTIONS: dict[TaskName, Callable[[EmbeddedSplit], Answer]] = {
    "subtype": subtype.evaluate,
    "subtype_without_label_genes": without_label_genes.evaluate_subtype,
    "label_efficiency": label_efficiency.evaluate,
    "grade": grade.evaluate,
    "grade_without_label_genes": without_label_genes.evaluate_grade,
    "retrieval": retrieval.evaluate,
    "foreign_background": foreign_background.evaluate,
    "true_neighbours": true_neighbours.evaluate,
    "purity_left": purity_left.evaluate,
    "purity_stratified": purity_stratified.evaluate,
    "purity_estimate": purity_estimate.evaluate,
    "purified_profile": purified_profile.evaluate,
    "pathway_purity": pathway_purity.evaluate,
    "pathway_contrast": pathway_contrasts.evaluate,
    "dimension_names": dimension_names.evaluate,
    "immune_left": immune_left.evaluate,
    "survival": survival.evaluate,
    "few_normals": few_normals.evaluate,
    "stability": stability.evaluate,
    "control_permuted": controls.evaluate_permuted,
    "control_random": control_random.evaluate,
    "control_normals": controls.evaluate_normals,
}


def evaluate_split(
    method: Method,
    data: SplitData,
    settings: EvaluationSettings,
    bootstrap: PatientBootstrap,
    titration: Titration | None = None,
    refits: Mapping[str, Method] | None = None,
) -> SplitResult:
    """Ask the chosen questions of a method that was fitted on the training patients.

    Parameters
    ----------
    method : Method
    data : SplitData
    settings : EvaluationSettings
        ``tasks`` names the questions.
    bootstrap : PatientBootstrap
        Of the cohort.
    titration : Titration, optional
        As from ``build_titration(data, settings)``, to build it once for several methods.
    refits : mapping of str to Method, optional
        The method fitted again, by the key of ``wanted_variants``; others are fitted when asked
        for.

    Returns
    -------
    SplitResult
        Measurements, predictions, and the tasks that the cohort's labels don't allow.
    """
    embedded = EmbeddedSplit(method, data, settings, bootstrap, titration, refits)
    answer = Answer()
    for task in settings.tasks:
        answer.add(ask(task, QUESTIONS[task], embedded))
    return split_result(answer, data.split)


def ask(task: str, question: Callable[[Asked], Answer], asked: Asked) -> Answer:
    """Ask one question, and note as skipped what can't be answered.

    Parameters
    ----------
    task : str
    question : callable
        From an embedding to an answer.
    asked : EmbeddedSplit or HeldOut

    Returns
    -------
    Answer
    """
    try:
        return question(asked)
    except UnanswerableError as reason:
        answer = Answer()
        answer.skip(task, str(reason))
        return answer
