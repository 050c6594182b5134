"""Survival probe: penalised Cox regression on the principal components of an embedding."""

from typing import Self

import numpy as np

from twinpurify.errors import ModelError
from twinpurify.evaluation.probes.cox import fit_cox_ridge, partial_likelihood
from twinpurify.supervised.folds import patient_folds
from twinpurify.supervised.scaling import Standardizer

# Per sample, for components whose mean variance is 1.
PENALTIES = np.logspace(0.5, -2, 6)
# Components with less than this share of the first one's variance are rounding.
RELATIVE_FLOOR = 1e-8
# Time, event and stratum of samples.
Outcome = tuple[np.ndarray, np.ndarray, np.ndarray]


class CoxProbe:
    """Cox regression with a ridge penalty.

    The standardised embedding is reduced to its first principal components in training, at most
    ``n_components``; they keep their variances, so that the penalty is that of a ridge on the
    embedding itself. It is chosen by the cross-validated partial likelihood of Verweij
    and van Houwelingen over inner folds by patient, going from the strongest penalty down until
    the likelihood falls or a fit doesn't converge. Fit and choice treat ties alike, after Efron.

    Parameters
    ----------
    rng : numpy.random.Generator
        Deals patients to the inner folds.
    n_folds : int
        Inner folds.
    n_components : int
    scaler : type of Standardizer
        How features are scaled; each to variance 1 by default.

    Attributes
    ----------
    axes_ : array, shape (features, components)
        Principal axes of the standardised features, scaled to a mean variance of 1.
    penalty_ : float
    coefficients_ : array, shape (components,)
        Log hazard ratios.
    risk_ : array, shape (training samples,)
        Log hazard of the training samples, by the fit on all of them.
    out_of_fold_ : array, shape (training samples,)
        Log hazard of each by the fit on the other inner folds, at the chosen penalty and on the
        same axes: what a further model may learn from, since ``risk_`` knows their outcomes. NaN
        where an inner fit didn't converge.

    References
    ----------
    Verweij & van Houwelingen 1993, 10.1002/sim.4780122407
    """

    def __init__(
        self,
        rng: np.random.Generator,
        n_folds: int = 3,
        n_components: int = 64,
        scaler: type[Standardizer] = Standardizer,
    ) -> None:
        self.rng = rng
        self.n_folds = n_folds
        self.n_components = n_components
        self.scaler = scaler

    def fit(
        self,
        features: np.ndarray,
        time: np.ndarray,
        event: np.ndarray,
        patients: np.ndarray,
        strata: np.ndarray | None = None,
    ) -> Self:
        """Fit on training samples.

        Parameters
        ----------
        features : array, shape (samples, features)
        time : array, shape (samples,)
            Days, above 0.
        event : array, shape (samples,)
            1 if the event was observed, 0 if censored.
        patients : array, shape (samples,)
        strata : array, shape (samples,), optional
            Only samples of one stratum are compared.

        Raises
        ------
        ModelError
            If no penalty lets the fit converge.
        """
        time, event = np.asarray(time, dtype=np.float64), np.asarray(event, dtype=np.float64)
        self.scaler_ = self.scaler().fit(features)
        values = self.scaler_.transform(features)
        self.axes_ = _principal_axes(values, self.n_components)
        scores = values @ self.axes_
        folds = patient_folds(np.asarray(patients), self.n_folds, self.rng, event)
        outcome = (time, event, np.zeros(len(time)) if strata is None else np.asarray(strata))
        for penalty in self._path(scores, outcome, folds):
            coefficients = fit_cox_ridge(scores, time, event, penalty, strata)
            if coefficients is not None:
                self.penalty_, self.coefficients_ = float(penalty), coefficients
                self.risk_ = scores @ coefficients
                self.out_of_fold_ = self._out_of_fold[penalty]
                return self
        raise ModelError(
            f"Cox regression on {len(time)} samples with {int(event.sum())} events and "
            f"{scores.shape[1]} components converges at no penalty (setting n_cox_components)"
        )

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Log hazard of samples (samples × features) relative to the average of training."""
        return self.scaler_.transform(features) @ self.axes_ @ self.coefficients_

    def _path(self, scores: np.ndarray, outcome: Outcome, folds: np.ndarray) -> np.ndarray:
        """Penalties to try: the chosen one, then ever stronger ones."""
        best, chosen = -np.inf, 0
        self._out_of_fold: dict[float, np.ndarray] = {}
        for position, penalty in enumerate(PENALTIES):
            likelihood, self._out_of_fold[penalty] = _held_out(scores, outcome, folds, penalty)
            if not likelihood > best:
                break
            best, chosen = likelihood, position
        return PENALTIES[chosen::-1]


def _principal_axes(values: np.ndarray, n_components: int) -> np.ndarray:
    """First principal axes of standardised training values, scaled to a mean variance of 1."""
    if values.shape[1] > values.shape[0]:
        variances, vectors = np.linalg.eigh(values @ values.T / len(values))
        vectors = values.T @ vectors / np.sqrt(np.maximum(variances * len(values), 1e-300))
    else:
        variances, vectors = np.linalg.eigh(values.T @ values / len(values))
    kept = np.flatnonzero(variances > RELATIVE_FLOOR * variances[-1])[::-1][:n_components]
    return vectors[:, kept] / np.sqrt(variances[kept].mean())


def _held_out(
    scores: np.ndarray, outcome: Outcome, folds: np.ndarray, penalty: float
) -> tuple[float, np.ndarray]:
    """Gain of partial likelihood by the held-out samples, and their risks.

    The gain is minus infinity, and risks are missing, if a fit fails.
    """
    total, out_of_fold = 0.0, np.full(len(scores), np.nan)
    time, event, strata = outcome
    for fold in np.unique(folds):
        kept = folds != fold
        coefficients = fit_cox_ridge(scores[kept], time[kept], event[kept], penalty, strata[kept])
        if coefficients is None:
            return -np.inf, out_of_fold
        risk = scores @ coefficients
        total += partial_likelihood(risk, time, event, strata)
        total -= partial_likelihood(risk[kept], time[kept], event[kept], strata[kept])
        out_of_fold[~kept] = risk[~kept]
    return total, out_of_fold
