"""Is the tumour's histological grade read from the embedding?"""

from twinpurify.evaluation.measurement import Answer
from twinpurify.evaluation.questions.labels.calibration import answer_held_out
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
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
    return answer_held_out(of_split(embedded), "grade", "grade")
