"""Linear classification probe: penalised logistic regression."""

from typing import Self

import numpy as np
from scipy.special import softmax

from twinpurify.evaluation.metrics import balanced_accuracy
from twinpurify.evaluation.probes.folds import patient_folds
from twinpurify.evaluation.probes.logistic import LogisticFit, fit_logistic
from twinpurify.evaluation.probes.rotation import sample_space
from twinpurify.evaluation.probes.scaling import Standardizer

INVERSE_PENALTIES = np.logspace(-4, 1, 6)


class ClassificationProbe:
    """Logistic regression with an L2 penalty, classes weighted alike.

    Features are standardised by the training samples. The penalty is the one with the best
    balanced accuracy in an inner cross-validation by patient, and of equally good ones that with
    the best likelihood: where classes are easily told apart, any penalty would do there, but not
    on diluted tumours. The inner folds share the standardisation, which sees no label. Features
    that outnumber the samples are first rotated into the samples' space, which changes no
    prediction.

    Parameters
    ----------
    rng : numpy.random.Generator
        Deals patients to the inner folds.
    n_folds : int
        Inner folds.

    Attributes
    ----------
    classes_ : array, shape (classes,)
    inverse_penalty_ : float
        The chosen C.
    coefficients_ : array, shape (features, classes)
        For standardised features; one column if there are two classes.
    intercept_ : array, shape (classes,)
    frequencies_ : array, shape (classes,)
        Shares of the classes among the training samples.
    """

    def __init__(self, rng: np.random.Generator, n_folds: int = 3) -> None:
        self.rng = rng
        self.n_folds = n_folds

    def fit(self, features: np.ndarray, labels: np.ndarray, patients: np.ndarray) -> Self:
        """Fit on training samples.

        Parameters
        ----------
        features : array, shape (samples, features)
        labels : array of str, shape (samples,)
            Two classes or more, each with at least ``n_folds`` patients.
        patients : array, shape (samples,)
        """
        labels = np.asarray(labels, dtype=str)
        self.scaler_ = Standardizer().fit(features)
        self._values, self._basis = self.scaler_.transform(features), None
        if self._values.shape[1] > self._values.shape[0]:
            self._basis = sample_space(self._values)
            self._values = self._values @ self._basis
        self.inverse_penalty_ = self._choose(labels, np.asarray(patients))
        return self.refit(labels)

    def refit(self, labels: np.ndarray) -> Self:
        """Fit other labels of the same samples with the penalty already chosen.

        Parameters
        ----------
        labels : array of str, shape (samples,)
        """
        labels = np.asarray(labels, dtype=str)
        fit = fit_logistic(self._values, labels, self.inverse_penalty_)
        self.frequencies_ = np.unique(labels, return_counts=True)[1] / len(labels)
        self.classes_, self.intercept_ = fit.classes, fit.intercept
        self.coefficients_ = fit.coefficients
        if self._basis is not None:
            self.coefficients_ = self._basis @ fit.coefficients
        return self

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Name the likeliest class of each sample.

        Parameters
        ----------
        features : array, shape (samples, features)

        Returns
        -------
        array of str, shape (samples,)
        """
        return self.classes_[self._decision(features).argmax(axis=1)]

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """State how likely each class is in a cohort with the class frequencies of training.

        The fit weighs classes alike, as if they were equally frequent; left like that, a
        probability would say nothing that can be held against a share of tumours. Weighing them
        by their frequencies afterwards undoes it (Saerens et al.). The likeliest class may thus
        be another than the one that ``predict`` names.

        Parameters
        ----------
        features : array, shape (samples, features)

        Returns
        -------
        array, shape (samples, classes)

        References
        ----------
        Saerens, Latinne & Decaestecker 2002, 10.1162/089976602753284446
        """
        return softmax(self._decision(features) + np.log(self.frequencies_), axis=1)

    def _decision(self, features: np.ndarray) -> np.ndarray:
        """Log probability of each class up to a constant, classes equally frequent."""
        fit = LogisticFit(self.classes_, self.coefficients_, self.intercept_)
        return fit.decision(self.scaler_.transform(features))

    def _choose(self, labels: np.ndarray, patients: np.ndarray) -> float:
        """Choose the penalty on inner folds, scoring their pooled predictions."""
        folds = patient_folds(patients, self.n_folds, self.rng, labels)
        scores = [self._inner_score(labels, folds, penalty) for penalty in INVERSE_PENALTIES]
        return float(INVERSE_PENALTIES[scores.index(max(scores))])

    def _inner_score(
        self, labels: np.ndarray, folds: np.ndarray, inverse_penalty: float
    ) -> tuple[float, float]:
        """Balanced accuracy, then mean log probability of the own class, classes weighted alike."""
        classes, own = np.unique(labels, return_inverse=True)
        probability = np.zeros((len(labels), len(classes)))
        for fold in range(self.n_folds):
            held = folds == fold
            fit = fit_logistic(self._values[~held], labels[~held], inverse_penalty)
            columns = np.searchsorted(classes, fit.classes)
            likely = softmax(fit.decision(self._values[held]), axis=1)
            probability[np.ix_(held, columns)] = likely
        called = classes[probability.argmax(axis=1)]
        accuracy = balanced_accuracy(np.ones((1, len(labels))), labels, called, classes)[0]
        evidence = np.log(np.maximum(probability[np.arange(len(own)), own], 1e-12))
        weight = 1.0 / np.bincount(own)[own]
        return float(accuracy), float((weight * evidence).sum() / len(classes))
