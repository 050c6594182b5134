"""Curved classification probe: support vectors with a Gaussian kernel."""

from typing import Self

import numpy as np
from sklearn.svm import SVC

from twinpurify.evaluation.formulas.weighted import balanced_accuracy
from twinpurify.supervised.folds import patient_folds
from twinpurify.supervised.scaling import Standardizer

PENALTIES = (0.1, 1.0, 10.0)


class KernelClassificationProbe:
    """Support vector classifier with a Gaussian kernel, classes weighted alike.

    It finds a class that lies in the middle of another, or around it, which no straight line
    tells apart. Features are standardised by the training samples; the kernel's width is set by
    their number and variance, the penalty C by balanced accuracy on inner folds by patient.

    Parameters
    ----------
    rng : numpy.random.Generator
        Deals patients to the inner folds.
    n_folds : int
        Inner folds.
    inverse_penalty : float, optional
        C, where it was chosen before; the inner folds decide by default.

    Attributes
    ----------
    inverse_penalty_ : float
        The chosen C.
    """

    def __init__(
        self, rng: np.random.Generator, n_folds: int = 3, inverse_penalty: float | None = None
    ) -> None:
        self.rng = rng
        self.n_folds = n_folds
        self.inverse_penalty = inverse_penalty

    def fit(self, features: np.ndarray, labels: np.ndarray, patients: np.ndarray) -> Self:
        """Fit on training samples.

        Parameters
        ----------
        features : array, shape (samples, features)
        labels : array of str, shape (samples,)
        patients : array, shape (samples,)
        """
        labels = np.asarray(labels, dtype=str)
        self.scaler_ = Standardizer().fit(features)
        values = self.scaler_.transform(features)
        self.inverse_penalty_ = self.inverse_penalty or self._choose(values, labels, patients)
        self.model_ = _classifier(self.inverse_penalty_).fit(values, labels)
        return self

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Name the class of each sample, array of str, shape (samples,)."""
        return self.model_.predict(self.scaler_.transform(features))

    def _choose(self, values: np.ndarray, labels: np.ndarray, patients: np.ndarray) -> float:
        """Choose C by balanced accuracy on the inner folds."""
        folds = patient_folds(np.asarray(patients), self.n_folds, self.rng, labels)
        scores = [self._inner_score(values, labels, folds, penalty) for penalty in PENALTIES]
        return PENALTIES[int(np.argmax(scores))]

    def _inner_score(
        self, values: np.ndarray, labels: np.ndarray, folds: np.ndarray, penalty: float
    ) -> float:
        """Balanced accuracy of the pooled predictions on the inner folds."""
        called = np.empty_like(labels)
        for fold in range(self.n_folds):
            held = folds == fold
            called[held] = (
                _classifier(penalty).fit(values[~held], labels[~held]).predict(values[held])
            )
        ones = np.ones((1, len(labels)))
        return float(balanced_accuracy(ones, labels, called, np.unique(labels))[0])


def _classifier(penalty: float) -> SVC:
    return SVC(C=penalty, kernel="rbf", gamma="scale", class_weight="balanced")
