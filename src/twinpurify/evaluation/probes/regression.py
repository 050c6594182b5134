"""Regression probes: how well a number can be read from an embedding, linearly or not."""

from typing import Self

import numpy as np

from twinpurify.evaluation.probes.kernel_ridge import (
    Spectrum,
    dual_coefficients,
    kernel_spectrum,
    left_out_errors,
    linear_spectrum,
)
from twinpurify.supervised.scaling import Standardizer

LINEAR_PENALTIES = np.logspace(3, -3, 7)
RBF_PENALTIES = np.logspace(1, -3, 5)
# Multiples of the gamma at which the median pair of samples has a kernel value of 1/e.
GAMMA_FACTORS = (0.25, 1.0, 4.0)
MAX_TUNING_SAMPLES = 400


class LinearProbe:
    """Ridge regression on standardised features.

    The penalty is the one with the least squared error where each patient is left out in turn,
    the strongest of equally good ones.

    Attributes
    ----------
    penalty_ : float
        For a kernel whose diagonal is 1 on average.
    coefficients_ : array, shape (features,)
        For standardised features.
    intercept_ : float
    """

    def fit(self, features: np.ndarray, target: np.ndarray, patients: np.ndarray) -> Self:
        """Fit on training samples: features (samples × features), target and patients (samples)."""
        target = np.asarray(target, dtype=np.float64)
        self.scaler_ = Standardizer().fit(features)
        values = self.scaler_.transform(features) / np.sqrt(features.shape[1])
        spectrum = linear_spectrum(values)
        errors = [_error(spectrum, target, penalty, patients) for penalty in LINEAR_PENALTIES]
        self.penalty_ = float(LINEAR_PENALTIES[int(np.argmin(errors))])
        dual, self.intercept_ = dual_coefficients(spectrum, target, self.penalty_)
        self.coefficients_ = values.T @ dual / np.sqrt(features.shape[1])
        return self

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Predict the target of samples (samples × features)."""
        return self.scaler_.transform(features) @ self.coefficients_ + self.intercept_


class RbfProbe:
    """Kernel ridge regression with a Gaussian kernel on standardised features.

    Penalty and kernel width are those with the least squared error where each patient is left
    out in turn. They are chosen on the samples of at most so many random patients that
    ``MAX_TUNING_SAMPLES`` are not exceeded, and the model is fitted on all.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the patients on whom the choice is made.

    Attributes
    ----------
    gamma_, penalty_ : float
    dual_ : array, shape (samples,)
    intercept_ : float
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def fit(self, features: np.ndarray, target: np.ndarray, patients: np.ndarray) -> Self:
        """Fit on training samples: features (samples × features), target and patients (samples)."""
        target = np.asarray(target, dtype=np.float64)
        self.scaler_ = Standardizer().fit(features)
        self.samples_ = self.scaler_.transform(features)
        squared = squared_distances(self.samples_, self.samples_)
        chosen = self._tuning_samples(np.asarray(patients))
        self._tune(squared[np.ix_(chosen, chosen)], target[chosen], np.asarray(patients)[chosen])
        self.dual_, self.intercept_ = _solve(np.exp(-self.gamma_ * squared), target, self.penalty_)
        return self

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Predict the target of samples (samples × features)."""
        squared = squared_distances(self.scaler_.transform(features), self.samples_)
        return np.exp(-self.gamma_ * squared) @ self.dual_ + self.intercept_

    def _tuning_samples(self, patients: np.ndarray) -> np.ndarray:
        """Positions of the samples of random patients, as many as the limit allows."""
        names, code, sizes = np.unique(patients, return_inverse=True, return_counts=True)
        order = self.rng.permutation(len(names))
        within = np.cumsum(sizes[order]) <= MAX_TUNING_SAMPLES
        return np.flatnonzero(np.isin(code, order[within]))

    def _tune(self, squared: np.ndarray, target: np.ndarray, patients: np.ndarray) -> None:
        """Choose kernel width and penalty."""
        median = np.median(squared[np.triu_indices_from(squared, k=1)])
        best = np.inf
        for factor in GAMMA_FACTORS:
            gamma = factor / median if median > 0.0 else factor
            spectrum = kernel_spectrum(np.exp(-gamma * squared))
            for penalty in RBF_PENALTIES:
                error = _error(spectrum, target, penalty, patients)
                if error < best:
                    best, self.gamma_, self.penalty_ = error, float(gamma), float(penalty)


def squared_distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances between rows: (rows of first, rows of second)."""
    norms = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1)[None, :]
    return np.maximum(norms - 2.0 * (first @ second.T), 0.0)


def _error(spectrum: Spectrum, target: np.ndarray, penalty: float, patients: np.ndarray) -> float:
    """Mean squared error where each patient is left out in turn."""
    return float(np.mean(left_out_errors(spectrum, target, penalty, patients) ** 2))


def _solve(kernel: np.ndarray, target: np.ndarray, penalty: float) -> tuple[np.ndarray, float]:
    """Solve kernel ridge regression with an unpenalised intercept, by Cholesky."""
    from scipy.linalg import cho_factor, cho_solve

    system = kernel + penalty * np.eye(len(kernel))
    rest, ones = cho_solve(
        cho_factor(system, overwrite_a=True), np.column_stack([target, np.ones(len(target))])
    ).T
    intercept = rest.sum() / ones.sum()
    return rest - intercept * ones, float(intercept)
