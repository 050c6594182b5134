"""Is the tumour's histological grade read from the embedding?"""

from twinpurify.evaluation.declaration.metrics import ACCURACY, MISSES
from twinpurify.evaluation.declaration.question import (
    Kind,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import Answer
from twinpurify.evaluation.questions.labels.calibration import answer_held_out
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.frozen import FrozenSplit
from twinpurify.evaluation.splits.held_out import of_split


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Learn the grade on training tumours, score it on undiluted test tumours.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Task ``grade``: balanced_accuracy, macro_f1, brier and calibration_error; tables
        ``confusion`` and ``calibration``.

    Raises
    ------
    UnanswerableError
        If fewer than two grades can be learnt or scored.
    """
    return answer_held_out(of_split(embedded), "grade", Task("grade"))


def evaluate_transfer(frozen: FrozenSplit) -> Answer:
    """Learn and score the grade within the other cohort."""
    return answer_held_out(frozen.target, "grade", Task("grade"))


GRADE = Score(
    "grade",
    "Grade",
    Kind.CLINIC,
    (*ACCURACY, *MISSES),
    "Is the grade read from the embedding?",
    where=("own", "transfer"),
    place=110,
)
QUESTION = Question("grade", evaluate, (GRADE,), transfer=evaluate_transfer, place=40)
