"""Is the tumour's subtype read from the embedding, however diluted the tumour is?"""

from twinpurify.evaluation.declaration.metrics import ACCURACY, MISSES
from twinpurify.evaluation.declaration.question import (
    Kind,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import Answer
from twinpurify.evaluation.questions.labels.calibration import answer_held_out, judge
from twinpurify.evaluation.questions.labels.reading import (
    class_labels,
    classes_of,
    fit_labels,
    measure_labels,
)
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.frozen import FrozenSplit
from twinpurify.evaluation.splits.held_out import of_split, trained_and_scored

TASK = Task("subtype")


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Learn the subtype on undiluted training tumours, score it at each tumour fraction.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Task ``subtype``: balanced_accuracy and macro_f1 at each fraction of the titration; brier
        and calibration_error, and the tables ``confusion`` and ``calibration``, at the highest
        and the lowest.

    Raises
    ------
    UnanswerableError
        If fewer than two subtypes can be learnt or scored.
    """
    held = of_split(embedded)
    classes, labels = classes_of(held, "subtype"), class_labels(held.obs, "subtype")
    probe = fit_labels(held, ~held.scored, labels, classes, "subtype")
    truth, answer = labels[held.scored], Answer()
    for fraction in embedded.fractions:
        features = embedded.at_fraction(fraction)
        asked = (TASK, fraction, embedded.test_weights, truth)
        called = probe.predict(features)
        answer.measurements += measure_labels(*asked, called, classes.scored)
        if fraction in (embedded.fractions[0], embedded.fractions[-1]):
            answer.add(judge(*asked, called, probe.predict_proba(features), classes))
    if not embedded.titration.mixes:
        answer.skip(TASK, "diluted tumours: the test patients have no normals to dilute with")
    return answer


def evaluate_transfer(frozen: FrozenSplit) -> Answer:
    """Learn the subtype on the training tumours of the own cohort, score it on the other one."""
    target = frozen.target
    held = trained_and_scored(frozen.own, target.features, target.obs, target.weights)
    return answer_held_out(held, "subtype", TASK)


SUBTYPE = Score(
    "subtype",
    "Subtype",
    Kind.KEPT,
    (*ACCURACY, *MISSES),
    "Is the subtype read from the embedding? The probe learns on undiluted training tumours.",
    fractions=("highest", "lowest"),
    asked_at="all on `own`, the last two at the highest and the lowest; 1.0 on `transfer`",
    where=("own", "transfer"),
    main=True,
    place=10,
)
QUESTION = Question("subtype", evaluate, (SUBTYPE,), transfer=evaluate_transfer, place=10)
