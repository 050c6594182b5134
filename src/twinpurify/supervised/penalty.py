"""Choice of the penalty of a logistic regression, by patients that the fit hasn't seen."""

import numpy as np
from scipy.special import softmax

from twinpurify.supervised.logistic import fit_logistic

INVERSE_PENALTIES = np.logspace(-4, 1, 6)


def choose_inverse_penalty(
    values: np.ndarray, labels: np.ndarray, folds: np.ndarray, balanced: bool = True
) -> float:
    """Choose the penalty by cross-validation, scoring the pooled predictions of all folds.

    The best balanced accuracy decides, and between equally good ones the best likelihood: where
    classes are easily told apart, any penalty would do there, but not on diluted tumours.

    Parameters
    ----------
    values : array, shape (samples, features), float64
    labels : array, shape (samples,)
        Two classes or more outside of each fold.
    folds : array of int, shape (samples,)
        By patient, as ``patient_folds`` deals them.
    balanced : bool
        As in ``fit_logistic``; the score weighs classes alike either way.

    Returns
    -------
    float
        C of scikit-learn, one of ``INVERSE_PENALTIES``; of equals the smallest.
    """
    scores = [_score(values, labels, folds, each, balanced) for each in INVERSE_PENALTIES]
    return float(INVERSE_PENALTIES[scores.index(max(scores))])


def _score(
    values: np.ndarray,
    labels: np.ndarray,
    folds: np.ndarray,
    inverse_penalty: float,
    balanced: bool,
) -> tuple[float, float]:
    """Balanced accuracy, then mean log probability of the own class, classes weighted alike."""
    classes, own, counts = np.unique(labels, return_inverse=True, return_counts=True)
    probability = np.zeros((len(labels), len(classes)))
    for fold in np.unique(folds):
        held = folds == fold
        fit = fit_logistic(values[~held], labels[~held], inverse_penalty, balanced)
        columns = np.searchsorted(classes, fit.classes)
        probability[np.ix_(held, columns)] = softmax(fit.decision(values[held]), axis=1)
    hits = np.bincount(own[probability.argmax(axis=1) == own], minlength=len(classes))
    evidence = np.log(np.maximum(probability[np.arange(len(own)), own], 1e-12))
    return float((hits / counts).mean()), float((evidence / counts[own]).sum() / len(classes))
