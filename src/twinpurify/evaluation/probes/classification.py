"""Linear classification probe: penalised logistic regression."""

from typing import Self

import numpy as np
from scipy.special import softmax

from twinpurify.supervised.folds import patient_folds
from twinpurify.supervised.logistic import LogisticFit, fit_logistic
from twinpurify.supervised.penalty import choose_inverse_penalty
from twinpurify.supervised.rotation import sample_space
from twinpurify.supervised.scaling import Standardizer


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
    inverse_penalty : float, optional
        C, where it was chosen before; the inner folds decide by default.
    scaler : type of Standardizer
        How features are scaled; each to variance 1 by default.

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

    def __init__(
        self,
        rng: np.random.Generator,
        n_folds: int = 3,
        inverse_penalty: float | None = None,
        scaler: type[Standardizer] = Standardizer,
    ) -> None:
        self.rng = rng
        self.n_folds = n_folds
        self.inverse_penalty = inverse_penalty
        self.scaler = scaler

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
        self.scaler_ = self.scaler().fit(features)
        self._values, self._basis = self.scaler_.transform(features), None
        if self._values.shape[1] > self._values.shape[0]:
            self._basis = sample_space(self._values)
            self._values = self._values @ self._basis
        self.inverse_penalty_ = self.inverse_penalty
        if self.inverse_penalty is None:
            folds = patient_folds(np.asarray(patients), self.n_folds, self.rng, labels)
            self.inverse_penalty_ = choose_inverse_penalty(self._values, labels, folds)
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
