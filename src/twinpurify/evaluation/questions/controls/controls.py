"""Controls whose answer is known: permuted labels are at chance, normals come out as normals."""

import numpy as np
import pandas as pd

from twinpurify.evaluation.measurement import Answer, average
from twinpurify.evaluation.probes.kernel_classification import KernelClassificationProbe
from twinpurify.evaluation.questions.labels.reading import (
    class_labels,
    classes_of,
    fit_labels,
    measure_held_out,
    measure_labels,
)
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.held_out import TRAINING_ONLY, HeldOut, of_split

N_PERMUTATIONS = 10


def evaluate_permuted(embedded: EmbeddedSplit) -> Answer:
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
                "control_permuted",
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


def evaluate_normals(embedded: EmbeddedSplit) -> Answer:
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
    return Answer(measure_held_out(held, "tissue", "control_normals", probe_class))


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
