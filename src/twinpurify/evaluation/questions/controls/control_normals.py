"""Control: normals must come out as normals."""

import numpy as np
import pandas as pd

from twinpurify.evaluation.declaration.metrics import ACCURACY, without_winner
from twinpurify.evaluation.declaration.question import Kind, Question, Score
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import Answer
from twinpurify.evaluation.probes.kernel_classification import KernelClassificationProbe
from twinpurify.evaluation.questions.labels.reading import measure_held_out
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.held_out import TRAINING_ONLY, HeldOut


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Tell tumours from adjacent normals, on patients whose tissue wasn't seen.

    The probe is curved: a purification that takes normal tissue out leaves normals in the middle
    of the tumours, where no straight line can tell them apart and everybody can see them.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Task ``control_normals``: balanced_accuracy and macro_f1.

    Raises
    ------
    UnanswerableError
        If there are too few normals.
    """
    held = _with_normals(embedded)
    probe_class = KernelClassificationProbe
    return Answer(measure_held_out(held, "tissue", Task("control_normals"), probe_class))


def _with_normals(embedded: EmbeddedSplit) -> HeldOut:
    """Tumours and normals of the training and the test patients."""
    data = embedded.data
    parts = [data.train_obs, data.test_obs, data.train_normals_obs, data.test_normals_obs]
    obs = pd.concat([part[["patient_id", "tissue"]] for part in parts])
    return HeldOut(
        features=np.concatenate(
            [embedded.train, embedded.test, embedded.train_normals, embedded.test_normals]
        ),
        obs=obs,
        fold=np.repeat([TRAINING_ONLY, 0] * 2, [len(part) for part in parts]),
        weights=embedded.bootstrap.weights(obs["patient_id"]),
        settings=embedded.settings,
        rng=embedded.rng,
    )


NORMALS = Score(
    "control_normals",
    "Control: normals stay normal",
    Kind.CONTROLS,
    without_winner(ACCURACY),
    "Are held-out normals recognised as normals?",
    place=270,
)
QUESTION = Question("control_normals", evaluate, (NORMALS,), place=220)
