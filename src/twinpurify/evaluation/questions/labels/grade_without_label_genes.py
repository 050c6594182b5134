"""Is the grade still read when the genes that it was called from are hidden?"""

from twinpurify.evaluation.declaration.metrics import ACCURACY
from twinpurify.evaluation.declaration.question import Kind, Question, Score
from twinpurify.evaluation.measurement import Answer
from twinpurify.evaluation.questions.labels.without_label_genes import answer_without
from twinpurify.evaluation.splits.embedded import EmbeddedSplit


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Learn and score the grade on profiles whose proliferation genes are hidden.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Task ``grade_without_label_genes``: balanced_accuracy and macro_f1.

    Raises
    ------
    UnanswerableError
        If the genes aren't known or measured, or fewer than two classes can be learnt or scored.
    """
    return answer_without(embedded, "grade")


HIDDEN = Score(
    "grade_without_label_genes",
    "Grade without proliferation genes",
    Kind.CLINIC,
    ACCURACY,
    "Likewise the grade, without genes of proliferation.",
    place=120,
)
QUESTION = Question("grade_without_label_genes", evaluate, (HIDDEN,), place=50)
