"""Is the subtype still read when the genes that it was called from are hidden?"""

from twinpurify.evaluation.declaration.metrics import ACCURACY
from twinpurify.evaluation.declaration.question import Kind, Question, Score
from twinpurify.evaluation.measurement import Answer
from twinpurify.evaluation.questions.labels.without_label_genes import answer_without
from twinpurify.evaluation.splits.embedded import EmbeddedSplit


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Learn and score the subtype on profiles whose subtype genes are hidden.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Task ``subtype_without_label_genes``: balanced_accuracy and macro_f1.

    Raises
    ------
    UnanswerableError
        If the genes aren't known or measured, or fewer than two classes can be learnt or scored.
    """
    return answer_without(embedded, "subtype")


HIDDEN = Score(
    "subtype_without_label_genes",
    "Subtype without its own genes",
    Kind.KEPT,
    ACCURACY,
    "Is the subtype read with the genes hidden that it was called from (`evaluation.label_genes`)? "
    "They get the mean of the training tumours, in training and test.",
    place=90,
)
QUESTION = Question("subtype_without_label_genes", evaluate, (HIDDEN,), place=20)
