"""Control: an embedding that knows nothing of the profiles must be at chance."""

from dataclasses import replace

import numpy as np

from twinpurify.evaluation.declaration.metrics import ACCURACY, without_winner
from twinpurify.evaluation.declaration.question import (
    Kind,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import Answer
from twinpurify.evaluation.questions.labels.reading import measure_held_out
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.held_out import of_split


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Learn the subtype from random numbers in the place of the embedding.

    There are as many tumours and dimensions as the method's own embedding has, so that what a
    probe finds here is what it finds in that many numbers about that many tumours by itself.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Task ``control_random``: balanced_accuracy and macro_f1.

    Raises
    ------
    UnanswerableError
        If fewer than two subtypes can be learnt or scored.
    """
    held = of_split(embedded)
    noise = embedded.rng("random embedding").standard_normal(held.features.shape, dtype=np.float32)
    held = replace(held, features=noise)
    return Answer(measure_held_out(held, "subtype", Task("control_random")))


RANDOM = Score(
    "control_random",
    "Control: random embedding",
    Kind.CONTROLS,
    without_winner(ACCURACY),
    "Subtype learnt on random numbers, as many as the embedding has dimensions: has to be at "
    "chance.",
    place=260,
)
QUESTION = Question("control_random", evaluate, (RANDOM,), place=210)
