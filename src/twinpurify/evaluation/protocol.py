"""All questions asked of one method on one split."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from twinpurify.evaluation.declaration.registry import questions
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import (
    Answer,
    SplitResult,
    UnanswerableError,
    split_result,
)
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.method import Method
from twinpurify.evaluation.splits.titration import Titration
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap

Asked = TypeVar("Asked")


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
    for key in settings.tasks:
        answer.add(ask(key, questions()[key].ask, embedded))
    return split_result(answer, data.split)


def ask(key: str, question: Callable[[Asked], Answer], asked: Asked) -> Answer:
    """Ask one question, and note as skipped what can't be answered.

    Parameters
    ----------
    key : str
        Of the question.
    question : callable
        From an embedding to an answer.
    asked : EmbeddedSplit or FrozenSplit

    Returns
    -------
    Answer
    """
    try:
        return question(asked)
    except UnanswerableError as reason:
        answer = Answer()
        answer.skip(Task(key), reason)
        return answer
