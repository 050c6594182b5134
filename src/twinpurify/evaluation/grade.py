"""Is the tumour's histological grade read from the embedding?"""

from twinpurify.evaluation.calibration import answer_held_out
from twinpurify.evaluation.embedded import EmbeddedSplit
from twinpurify.evaluation.held_out import of_split
from twinpurify.evaluation.measurement import Answer


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
