"""How many labelled patients does it take to read the subtype from the embedding?"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from twinpurify.evaluation.declaration.metrics import BALANCED_ACCURACY
from twinpurify.evaluation.declaration.question import (
    Question,
)
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import Answer, Measurement, average
from twinpurify.evaluation.questions.labels.reading import (
    class_labels,
    classes_of,
    fit_labels,
    measure_labels,
)
from twinpurify.evaluation.questions.labels.subtype import SUBTYPE
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.held_out import of_split

MIN_LABELLED_PATIENTS = 2


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Learn the subtype from the labels of some training patients, score it undiluted.

    The embedding stays as it was fitted, without labels, on all training patients. Patients with
    a label are drawn class by class, several times; the score is the mean over the draws. A
    larger share holds the smaller ones. All methods learn from the same patients.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Tasks ``subtype@labels=<share>``: balanced_accuracy.

    Raises
    ------
    UnanswerableError
        If fewer than two subtypes can be learnt or scored.
    """
    held, answer = of_split(embedded), Answer()
    classes, labels = classes_of(held, "subtype"), class_labels(held.obs, "subtype")
    learnt = ~held.scored & np.isin(labels, classes.trained)
    orders = [
        patient_orders(held.patients[learnt], labels[learnt], embedded.rng(f"labels {repeat}"))
        for repeat in range(embedded.settings.n_label_repeats)
    ]
    truth = labels[held.scored]

    def score(share: float, repeat: int) -> Measurement:
        task = Task("subtype", given="labels", amount=share)
        rows = learnt & labelled(held.patients, labels, orders[repeat], share)
        probe = fit_labels(held, rows, labels, classes, f"{task} {repeat}")
        called = probe.predict(embedded.test)
        return measure_labels(task, 1.0, embedded.test_weights, truth, called, classes.scored)[0]

    for share in embedded.settings.label_fractions:
        answer.measurements.append(average([score(share, repeat) for repeat in range(len(orders))]))
    return answer


def patient_orders(
    patients: np.ndarray, labels: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Shuffle the patients of each class.

    Parameters
    ----------
    patients, labels : array of str, shape (samples,)
    rng : numpy.random.Generator

    Returns
    -------
    dict of str to array
        Patients by class.
    """
    return {
        str(name): rng.permutation(np.unique(patients[labels == name]))
        for name in np.unique(labels)
    }


def labelled(
    patients: np.ndarray, labels: np.ndarray, orders: Mapping[str, np.ndarray], share: float
) -> np.ndarray:
    """Mark the samples whose label may be learnt from.

    Parameters
    ----------
    patients, labels : array of str, shape (samples,)
    orders : mapping of str to array
        Patients of each class; the first ones have a label.
    share : float
        Of the patients of each class; at least two of them.

    Returns
    -------
    array of bool, shape (samples,)
    """
    rows = np.zeros(len(labels), dtype=bool)
    for name, order in orders.items():
        n_labelled = max(MIN_LABELLED_PATIENTS, round(share * len(order)))
        rows |= (labels == name) & np.isin(patients, order[:n_labelled])
    return rows


LABELLED = replace(
    SUBTYPE,
    metrics=(BALANCED_ACCURACY,),
    meaning="Is the subtype read when only this share of the training patients has a label "
    "(`evaluation.label_fractions`)? Mean over draws by class; the embedding is the same.",
    given="labels",
    behind="share",
    asked_at="1.0",
    where=("own",),
    place=11,
)
QUESTION = Question("label_efficiency", evaluate, (LABELLED,), place=30)
