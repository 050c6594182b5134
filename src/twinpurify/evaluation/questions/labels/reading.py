"""What the questions about a class label share."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from twinpurify.errors import listed
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.formulas.weighted import balanced_accuracy, macro_f1
from twinpurify.evaluation.measurement import Measurement, UnanswerableError, measure
from twinpurify.evaluation.probes.classification import ClassificationProbe
from twinpurify.evaluation.probes.kernel_classification import KernelClassificationProbe
from twinpurify.evaluation.splits.held_out import HeldOut

Probe = ClassificationProbe | KernelClassificationProbe

# With fewer, a class would be absent from many bootstrap replicates.
MIN_SCORED_PATIENTS = 3
METRICS = {"balanced_accuracy": balanced_accuracy, "macro_f1": macro_f1}


class Classes(NamedTuple):
    """Classes that a probe learns, and those among them that are scored."""

    trained: list[str]
    scored: list[str]


def class_labels(obs: pd.DataFrame, column: str) -> np.ndarray:
    """Labels as str, empty where missing or where the sample sheet lacks the column."""
    if column not in obs:
        return np.full(len(obs), "")
    labels = obs[column].astype(object)
    return labels.where(labels.notna(), "").astype(str).to_numpy(dtype=str)


def frequent_classes(labels: np.ndarray, patients: np.ndarray, minimum: int) -> set[str]:
    """Classes with at least so many patients.

    Parameters
    ----------
    labels : array of str, shape (samples,)
        Empty where missing.
    patients : array, shape (samples,)
    minimum : int

    Returns
    -------
    set of str
    """
    named = pd.Series(patients)[labels != ""].groupby(labels[labels != ""]).nunique()
    return set(named.index[named >= minimum])


def learnable_classes(held: HeldOut, labels: np.ndarray) -> set[str]:
    """Classes that have enough fitted patients in every fold (setting min_class_patients)."""
    minimum, patients = held.settings.min_class_patients, held.patients
    return set.intersection(
        *(frequent_classes(labels[fit], patients[fit], minimum) for fit, _ in held.folds())
    )


def choose_classes(trained: set[str], scorable: set[str], column: str, minimum: int) -> Classes:
    """Choose what is learnt and scored, or say why there's no question.

    Parameters
    ----------
    trained : set of str
        Classes with enough training patients.
    scorable : set of str
        Classes with enough scored patients.
    column : str
        Label, for the message.
    minimum : int
        Training patients that were asked for, for the message.

    Returns
    -------
    Classes

    Raises
    ------
    UnanswerableError
        If fewer than two classes can be learnt or scored.
    """
    if not trained:
        raise UnanswerableError(
            f"{column}: no class has {minimum} training patients (setting min_class_patients), or "
            f"no column of the sheet is named (definition key columns.{column})"
        )
    if len(trained) < 2:
        raise UnanswerableError(
            f"{column}: classes with at least {minimum} training patients: "
            f"{listed(sorted(trained))}; two are needed (setting min_class_patients)"
        )
    if len(trained & scorable) < 2:
        raise UnanswerableError(
            f"{column}: classes with at least {MIN_SCORED_PATIENTS} scored patients: "
            f"{listed(sorted(trained & scorable))}; two are needed"
        )
    return Classes(sorted(trained), sorted(trained & scorable))


def classes_of(held: HeldOut, column: str) -> Classes:
    """Classes that can be learnt in every fold and scored.

    Parameters
    ----------
    held : HeldOut
    column : str

    Returns
    -------
    Classes

    Raises
    ------
    UnanswerableError
        If there are fewer than two.
    """
    labels, patients = class_labels(held.obs, column), held.patients
    scored = frequent_classes(labels[held.scored], patients[held.scored], MIN_SCORED_PATIENTS)
    minimum = held.settings.min_class_patients
    return choose_classes(learnable_classes(held, labels), scored, column, minimum)


def fit_labels(
    held: HeldOut,
    rows: np.ndarray,
    labels: np.ndarray,
    classes: Classes,
    purpose: str,
    probe_class: type[Probe] = ClassificationProbe,
) -> Probe:
    """Fit the classification probe on those of some samples that have a learnt class.

    Parameters
    ----------
    held : HeldOut
    rows : array of bool, shape (samples,)
        Samples that may be learnt from.
    labels : array of str, shape (samples,)
    classes : Classes
    purpose : str
        Name of the random numbers that deal the inner folds.
    probe_class : type
        The linear probe or the curved one.

    Returns
    -------
    ClassificationProbe or KernelClassificationProbe
    """
    rows = rows & np.isin(labels, classes.trained)
    probe = probe_class(held.rng(purpose), held.settings.n_inner_folds)
    return probe.fit(held.features[rows], labels[rows], held.patients[rows])


def held_out_probes(
    held: HeldOut,
    labels: np.ndarray,
    classes: Classes,
    purpose: str,
    probe_class: type[Probe] = ClassificationProbe,
) -> Iterator[tuple[Probe, np.ndarray]]:
    """Fit a probe on the fitted samples of each fold.

    Parameters
    ----------
    held : HeldOut
    labels : array of str, shape (samples,)
    classes : Classes
    purpose : str
        Name of the random numbers that deal the inner folds.
    probe_class : type
        The linear probe or the curved one.

    Yields
    ------
    tuple of probe, array of bool
        The probe, and the mask of the samples that are its to score.
    """
    for fitted, scored in held.folds():
        yield fit_labels(held, fitted, labels, classes, purpose, probe_class), scored


def measure_held_out(
    held: HeldOut, column: str, task: Task, probe_class: type[Probe] = ClassificationProbe
) -> list[Measurement]:
    """Learn a label on the fitted samples of each fold and score it on the others, undiluted.

    Tasks on one label deal its patients to the same inner folds, so that they differ by what is
    asked, and not by how the probe's penalty was chosen.

    Parameters
    ----------
    held : HeldOut
    column : str
    task : Task
    probe_class : type
        The linear probe or the curved one.

    Returns
    -------
    list of Measurement

    Raises
    ------
    UnanswerableError
        If fewer than two classes can be learnt or scored.
    """
    classes, labels = classes_of(held, column), class_labels(held.obs, column)
    predicted = np.full(len(labels), "", dtype=labels.dtype)
    for probe, scored in held_out_probes(held, labels, classes, column, probe_class):
        predicted[scored] = probe.predict(held.features[scored])
    rows = held.scored
    return measure_labels(
        task, 1.0, held.weights[:, rows], labels[rows], predicted[rows], classes.scored
    )


def measure_labels(
    task: Task,
    fraction: float,
    weights: np.ndarray,
    truth: np.ndarray,
    predicted: np.ndarray,
    classes: list[str],
) -> list[Measurement]:
    """Score predicted labels of the samples whose class is scored.

    Parameters
    ----------
    task : Task
    fraction : float
    weights : array, shape (replicates, samples)
    truth, predicted : array of str, shape (samples,)
    classes : list of str

    Returns
    -------
    list of Measurement
    """
    rows = np.isin(truth, classes)
    truth, predicted, weights = truth[rows], predicted[rows], weights[:, rows]
    return [
        measure(task, name, fraction, weights, lambda w, f=metric: f(w, truth, predicted, classes))
        for name, metric in METRICS.items()
    ]
