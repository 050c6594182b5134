"""The two scores by which fits of one method are compared."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.formulas.weighted import balanced_accuracy, mean
from twinpurify.evaluation.measurement import Measurement, UnanswerableError, measure
from twinpurify.evaluation.questions.dilution.retrieval import top1_cosine
from twinpurify.evaluation.questions.labels.reading import class_labels, classes_of, fit_labels
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.held_out import of_split


def subtype_accuracy(
    embedded: EmbeddedSplit, task: Task, fractions: Sequence[float]
) -> list[Measurement]:
    """Learn the subtype on undiluted training tumours, score it at some tumour fractions.

    Parameters
    ----------
    embedded : EmbeddedSplit
    task : Task
    fractions : sequence of float
        Of the titration.

    Returns
    -------
    list of Measurement
        balanced_accuracy at each fraction, as the task ``subtype`` has it.

    Raises
    ------
    UnanswerableError
        If fewer than two subtypes can be learnt or scored.
    """
    held = of_split(embedded)
    classes, labels = classes_of(held, "subtype"), class_labels(held.obs, "subtype")
    probe = fit_labels(held, ~held.scored, labels, classes, "subtype")
    truth = labels[held.scored]
    rows = np.isin(truth, classes.scored)
    measurements = []
    for fraction in fractions:
        predicted = probe.predict(embedded.at_fraction(fraction))
        score = partial(
            balanced_accuracy, truth=truth[rows], predicted=predicted[rows], classes=classes.scored
        )
        weights = embedded.test_weights[:, rows]
        measurements.append(measure(task, "balanced_accuracy", fraction, weights, score))
    return measurements


def top1_retrieval(embedded: EmbeddedSplit, task: Task) -> Measurement:
    """Look up the most diluted test tumours among the undiluted ones.

    Parameters
    ----------
    embedded : EmbeddedSplit
    task : Task

    Returns
    -------
    Measurement
        top1_cosine at the lowest fraction, as the task ``retrieval`` has it.

    Raises
    ------
    UnanswerableError
        If there are no diluted profiles.
    """
    if not embedded.titration.mixes:
        raise UnanswerableError(
            "no diluted tumours: the test patients have no normals to dilute with, or the setting "
            "fractions holds 1.0 alone"
        )
    lowest = embedded.fractions[-1]
    queries = embedded.at_fraction(lowest)
    hits = top1_cosine(queries, embedded.test, np.arange(len(queries)))
    score = partial(mean, values=hits)
    return measure(task, "top1_cosine", lowest, embedded.test_weights, score)
