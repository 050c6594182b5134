"""Which classes are taken for which, and do called probabilities come true?"""

import numpy as np
import pandas as pd

from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.formulas.weighted import brier, calibration_error, confidence_bins
from twinpurify.evaluation.measurement import Answer, measure
from twinpurify.evaluation.questions.labels.reading import (
    Classes,
    class_labels,
    classes_of,
    held_out_probes,
    measure_labels,
)
from twinpurify.evaluation.splits.held_out import HeldOut

N_BINS = 10
METRICS = {"brier": brier, "calibration_error": calibration_error}


def answer_held_out(held: HeldOut, column: str, task: Task) -> Answer:
    """Learn a label on the fitted samples of each fold, and judge calls and probabilities.

    Parameters
    ----------
    held : HeldOut
    column : str
    task : Task

    Returns
    -------
    Answer
        balanced_accuracy, macro_f1, brier, calibration_error; tables ``confusion`` and
        ``calibration``.

    Raises
    ------
    UnanswerableError
        If fewer than two classes can be learnt or scored.
    """
    classes, labels = classes_of(held, column), class_labels(held.obs, column)
    called = np.full(len(labels), "", dtype=labels.dtype)
    probabilities = np.zeros((len(labels), len(classes.trained)))
    for probe, scored in held_out_probes(held, labels, classes, column):
        called[scored] = probe.predict(held.features[scored])
        probabilities[scored] = probe.predict_proba(held.features[scored])
    rows, weights = held.scored, held.weights[:, held.scored]
    answer = Answer(measure_labels(task, 1.0, weights, labels[rows], called[rows], classes.scored))
    answer.add(judge(task, 1.0, weights, labels[rows], called[rows], probabilities[rows], classes))
    return answer


def judge(
    task: Task,
    fraction: float,
    weights: np.ndarray,
    truth: np.ndarray,
    called: np.ndarray,
    probabilities: np.ndarray,
    classes: Classes,
) -> Answer:
    """Hold calls and probabilities against the truth, for the samples whose class is scored.

    Parameters
    ----------
    task : Task
    fraction : float
    weights : array, shape (replicates, samples)
    truth, called : array of str, shape (samples,)
    probabilities : array, shape (samples, trained classes)
    classes : Classes

    Returns
    -------
    Answer
        brier, calibration_error; tables ``confusion`` and ``calibration``.
    """
    rows = np.isin(truth, classes.scored)
    truth, probabilities, weights = truth[rows], probabilities[rows], weights[:, rows]
    answer, about = Answer(), {"task": str(task), "fraction": fraction}
    for name, metric in METRICS.items():
        answer.measurements.append(
            measure(
                task,
                name,
                fraction,
                weights,
                lambda w, f=metric: f(w, truth, probabilities, classes.trained),
            )
        )
    confusion = confusion_table(truth, called[rows], classes)
    answer.tabulate("confusion", pd.DataFrame(about, index=confusion.index).join(confusion))
    curve = calibration_table(truth, probabilities, classes.trained)
    answer.tabulate("calibration", pd.DataFrame(about, index=curve.index).join(curve))
    return answer


def confusion_table(truth: np.ndarray, called: np.ndarray, classes: Classes) -> pd.DataFrame:
    """Count the samples of each scored class that are called each learnt class.

    Parameters
    ----------
    truth, called : array of str, shape (samples,)
    classes : Classes

    Returns
    -------
    DataFrame
        truth, predicted, n; every pair, also where n is 0.
    """
    pairs = pd.MultiIndex.from_product(
        [classes.scored, classes.trained], names=["truth", "predicted"]
    )
    counts = pd.DataFrame({"truth": truth, "predicted": called}).value_counts()
    return counts.reindex(pairs, fill_value=0).rename("n").reset_index()


def calibration_table(
    truth: np.ndarray, probabilities: np.ndarray, classes: list[str]
) -> pd.DataFrame:
    """Compare the probability of the likeliest class with how often it is the true one.

    Parameters
    ----------
    truth : array of str, shape (samples,)
    probabilities : array, shape (samples, classes)
    classes : list of str

    Returns
    -------
    DataFrame
        bin_low, bin_high, mean_predicted, observed, n; bins without samples are left out.
    """
    confidence, right, place = confidence_bins(truth, probabilities, classes, N_BINS)
    bins = pd.DataFrame({"mean_predicted": confidence, "observed": right}).groupby(place)
    table = bins.mean().assign(n=bins.size())
    edges = np.linspace(0.0, 1.0, N_BINS + 1).round(10)
    table.insert(0, "bin_low", edges[table.index])
    table.insert(1, "bin_high", edges[table.index + 1])
    return table.reset_index(drop=True)
