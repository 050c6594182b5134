"""Scores as functions of per-sample ingredients and sample weights, vectorised over replicates.

Every function takes ``weights`` of shape (replicates, samples), 0 or above, and returns one score
a replicate. With uniform weights that is the ordinary score; with integer weights, the score of
samples repeated so often. A replicate that can't be scored (a class or all pairs are absent) is
NaN, since leaving the class out would measure something else.
"""

from collections.abc import Sequence

import numpy as np


def mean(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Average values such as hits or overlaps.

    Parameters
    ----------
    weights : array, shape (replicates, samples)
    values : array, shape (samples,)

    Returns
    -------
    array, shape (replicates,)
    """
    return ratio(weights @ np.asarray(values, dtype=np.float64), weights.sum(axis=1))


def balanced_accuracy(
    weights: np.ndarray, truth: np.ndarray, predicted: np.ndarray, classes: np.ndarray
) -> np.ndarray:
    """Average the recall over classes.

    Parameters
    ----------
    weights : array, shape (replicates, samples)
    truth, predicted : array, shape (samples,)
        Labels; a prediction may be of a class that isn't scored.
    classes : sequence
        The classes that are scored.

    Returns
    -------
    array, shape (replicates,), 0 to 1
    """
    true, _, hits = _class_weights(weights, truth, predicted, classes)
    return ratio(hits, true).mean(axis=1)


def macro_f1(
    weights: np.ndarray, truth: np.ndarray, predicted: np.ndarray, classes: np.ndarray
) -> np.ndarray:
    """Average the harmonic mean of precision and recall over classes.

    Parameters
    ----------
    weights : array, shape (replicates, samples)
    truth, predicted : array, shape (samples,)
        Labels; a prediction may be of a class that isn't scored.
    classes : sequence
        The classes that are scored.

    Returns
    -------
    array, shape (replicates,), 0 to 1
    """
    true, called, hits = _class_weights(weights, truth, predicted, classes)
    scores = ratio(2.0 * hits, true + called)
    return np.where(true > 0.0, scores, np.nan).mean(axis=1)


def brier(
    weights: np.ndarray, truth: np.ndarray, probabilities: np.ndarray, classes: Sequence[str]
) -> np.ndarray:
    """Average the squared distance between the probabilities of all classes and the truth.

    Parameters
    ----------
    weights : array, shape (replicates, samples)
    truth : array, shape (samples,)
        Each among the classes.
    probabilities : array, shape (samples, classes)
    classes : sequence

    Returns
    -------
    array, shape (replicates,), 0 to 2
        0 for certainty that comes true. Equal probabilities of K classes get 1 - 1/K.

    References
    ----------
    Brier 1950, 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2
    """
    of_class = np.asarray(truth)[:, None] == np.asarray(classes)[None, :]
    return mean(weights, ((probabilities - of_class) ** 2).sum(axis=1))


def calibration_error(
    weights: np.ndarray,
    truth: np.ndarray,
    probabilities: np.ndarray,
    classes: Sequence[str],
    n_bins: int = 10,
) -> np.ndarray:
    """Average how far the likeliest class's probability is from how often it comes true.

    Samples are binned by the probability of their likeliest class; in each bin the mean
    probability is held against the share of samples that are of that class, and bins count by
    their weight (expected calibration error).

    Parameters
    ----------
    weights : array, shape (replicates, samples)
    truth : array, shape (samples,)
    probabilities : array, shape (samples, classes)
    classes : sequence
    n_bins : int
        Bins of equal width between 0 and 1.

    Returns
    -------
    array, shape (replicates,), 0 to 1

    References
    ----------
    Naeini, Cooper & Hauskrecht 2015, 10.1609/aaai.v29i1.9602
    """
    confidence, right, place = confidence_bins(truth, probabilities, classes, n_bins)
    return _mean_gap_of_bins(weights, confidence - right, place, n_bins)


def confidence_bins(
    truth: np.ndarray, probabilities: np.ndarray, classes: Sequence[str], n_bins: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the likeliest class's probability, whether it is the true one, and the bin.

    Parameters
    ----------
    truth : array, shape (samples,)
    probabilities : array, shape (samples, classes)
    classes : sequence
    n_bins : int
        Of equal width; a bin holds its upper edge.

    Returns
    -------
    confidence : array, shape (samples,)
    right : array of bool, shape (samples,)
    place : array of int, shape (samples,)
        0 to n_bins - 1.
    """
    confidence = probabilities.max(axis=1)
    right = np.asarray(classes)[probabilities.argmax(axis=1)] == np.asarray(truth)
    return confidence, right, _equal_bins(confidence, n_bins)


def level_error(
    weights: np.ndarray, estimate: np.ndarray, truth: np.ndarray, n_bins: int = 10
) -> np.ndarray:
    """Average how far estimates between 0 and 1 are from the truth, but for their scatter.

    Samples are binned by their estimate; in each bin the mean estimate is held against the mean
    truth, and bins count by their weight. What a reliability plot shows, as one number.

    Parameters
    ----------
    weights : array, shape (replicates, samples)
    estimate, truth : array, shape (samples,), 0 to 1
    n_bins : int
        Bins of equal width.

    Returns
    -------
    array, shape (replicates,)
    """
    place = _equal_bins(estimate, n_bins)
    return _mean_gap_of_bins(weights, np.asarray(estimate) - truth, place, n_bins)


def r2(
    weights: np.ndarray,
    truth: np.ndarray,
    predicted: np.ndarray,
    baseline: np.ndarray | float | None = None,
) -> np.ndarray:
    """State which share of the variation around a baseline the prediction explains.

    Parameters
    ----------
    weights : array, shape (replicates, samples)
    truth, predicted : array, shape (samples,)
    baseline : array or float, optional
        Prediction of somebody who knows nothing; by default the mean of the scored samples.

    Returns
    -------
    array, shape (replicates,), up to 1, negative where the baseline predicts better
    """
    residual = weights @ (truth - predicted) ** 2
    around = truth - (truth.mean() if baseline is None else baseline)
    total = weights @ around**2
    if baseline is None:
        total = total - ratio((weights @ around) ** 2, weights.sum(axis=1))
    scale = weights.sum(axis=1) * np.mean(around**2)
    return 1.0 - ratio(residual, np.where(total > 1e-10 * scale, total, 0.0))


def spearman(weights: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Correlate two rankings; ties share their mean rank.

    Parameters
    ----------
    weights : array, shape (replicates, samples)
    first, second : array, shape (samples,)

    Returns
    -------
    array, shape (replicates,), -1 to 1
    """
    ranks = [_ranks(weights, values) for values in (first, second)]
    total = weights.sum(axis=1, keepdims=True)
    x, y = (rank - ratio((weights * rank).sum(axis=1, keepdims=True), total) for rank in ranks)
    spread = np.sqrt((weights * x**2).sum(axis=1) * (weights * y**2).sum(axis=1))
    floor = 1e-10 * total[:, 0] ** 3
    return ratio((weights * x * y).sum(axis=1), np.where(spread > floor, spread, 0.0))


def _equal_bins(values: np.ndarray, n_bins: int) -> np.ndarray:
    """Find the bin of each value between 0 and 1; a bin holds its upper edge."""
    return np.searchsorted(np.linspace(0.0, 1.0, n_bins + 1)[1:-1], values)


def _mean_gap_of_bins(
    weights: np.ndarray, gaps: np.ndarray, place: np.ndarray, n_bins: int
) -> np.ndarray:
    """Average the absolute mean gap of each bin, bins by their weight, shape (replicates,)."""
    of_bins = gaps[:, None] * (place[:, None] == np.arange(n_bins))
    return ratio(np.abs(weights @ of_bins).sum(axis=1), weights.sum(axis=1))


def _class_weights(
    weights: np.ndarray, truth: np.ndarray, predicted: np.ndarray, classes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weight of the samples of, called, and rightly called each class: (replicates, classes)."""
    of_class = np.asarray(truth)[:, None] == np.asarray(classes)[None, :]
    called = np.asarray(predicted)[:, None] == np.asarray(classes)[None, :]
    masks = (of_class, called, of_class & called)
    return tuple(weights @ mask.astype(np.float64) for mask in masks)


def _ranks(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Mean rank of each sample among the weighted samples, up to a constant."""
    _, group = np.unique(values, return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    mass = np.add.reduceat(weights[:, order], starts, axis=1)
    return (mass.cumsum(axis=1) - mass / 2.0)[:, group]


def ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Divide, with NaN where the denominator is not above zero.

    Parameters
    ----------
    numerator, denominator : array
        Of one shape, or of shapes that broadcast.
    """
    defined = denominator > 0.0
    return np.where(defined, numerator / np.where(defined, denominator, 1.0), np.nan)
