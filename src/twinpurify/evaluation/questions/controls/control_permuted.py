"""Control: labels that were permuted must be at chance."""

import numpy as np

from twinpurify.evaluation.declaration.metrics import ACCURACY, without_winner
from twinpurify.evaluation.declaration.question import (
    Kind,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import Answer, average
from twinpurify.evaluation.questions.labels.reading import (
    class_labels,
    classes_of,
    fit_labels,
    measure_labels,
)
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.held_out import of_split

N_PERMUTATIONS = 10


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Learn permuted subtypes of the training tumours; the score must be at chance.

    Tumours come in clusters, so that a single permutation may score far from chance by luck: the
    score is the mean over several, of which the first chooses the penalty. Each bootstrap
    replicate also redraws the permutations, so that the interval holds both kinds of chance.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Task ``control_permuted``: balanced_accuracy and macro_f1.

    Raises
    ------
    UnanswerableError
        If fewer than two subtypes can be learnt or scored.
    """
    held = of_split(embedded)
    classes, labels = classes_of(held, "subtype"), class_labels(held.obs, "subtype")
    learnt = ~held.scored & np.isin(labels, classes.trained)
    rng, permuted = embedded.rng("permutation"), labels.copy()
    permuted[learnt] = rng.permutation(labels[learnt])
    probe, scores = fit_labels(held, learnt, permuted, classes, "control_permuted"), []
    for _ in range(N_PERMUTATIONS):
        scores.append(
            measure_labels(
                Task("control_permuted"),
                1.0,
                embedded.test_weights,
                labels[held.scored],
                probe.predict(embedded.test),
                classes.scored,
            )
        )
        probe.refit(rng.permutation(labels[learnt]))
    drawn = rng.multinomial(
        N_PERMUTATIONS, np.full(N_PERMUTATIONS, 1.0 / N_PERMUTATIONS), len(embedded.test_weights)
    )
    return Answer([average(same, drawn / N_PERMUTATIONS) for same in zip(*scores, strict=True)])


PERMUTED = Score(
    "control_permuted",
    "Control: permuted labels",
    Kind.CONTROLS,
    without_winner(ACCURACY),
    "Subtype learnt on permuted labels: has to be at chance.",
    place=250,
)
QUESTION = Question("control_permuted", evaluate, (PERMUTED,), place=200)
