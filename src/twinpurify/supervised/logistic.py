"""Penalised logistic regression.

The same estimate as scikit-learn gives (a test holds it there), without the checks of the input
that take most of its time on small samples: the evaluation fits thousands of these.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

# Those of scikit-learn: largest gradient, and relative gain, at which the search ends.
OPTIONS = {"maxiter": 500, "maxls": 50, "gtol": 1e-4, "ftol": 64 * np.finfo(float).eps}


@dataclass(frozen=True)
class LogisticFit:
    """A fitted logistic regression.

    Attributes
    ----------
    classes : array, shape (classes,)
    coefficients : array, shape (features, classes)
        One column if there are two classes: the log odds of the second.
    intercept : array, shape (classes,)
    """

    classes: np.ndarray
    coefficients: np.ndarray
    intercept: np.ndarray

    def decision(self, values: np.ndarray) -> np.ndarray:
        """Log probability of each class up to a constant (samples × classes)."""
        return _all_classes(values @ self.coefficients + self.intercept)


def fit_logistic(
    values: np.ndarray, labels: np.ndarray, inverse_penalty: float, balanced: bool = True
) -> LogisticFit:
    """Maximise the likelihood with an L2 penalty on all but the intercepts, by L-BFGS.

    Parameters
    ----------
    values : array, shape (samples, features), float64
    labels : array, shape (samples,)
        Two classes or more.
    inverse_penalty : float
        C of scikit-learn: what the likelihood counts for, beside half the squared coefficients.
    balanced : bool
        Whether each class counts as much as any other, however many samples it has.

    Returns
    -------
    LogisticFit
        As far as it has come after 500 steps; stopping early at a weak penalty is no news.
    """
    classes, own, counts = np.unique(labels, return_inverse=True, return_counts=True)
    problem = _Problem(
        values=values,
        transposed=np.ascontiguousarray(values.T),
        truth=(own[:, None] == np.arange(len(classes))).astype(np.float64),
        # Weights sum to the number of samples; the objective is a mean over them.
        weights=_weights(own, counts, balanced)[:, None],
        penalty=1.0 / (inverse_penalty * len(labels)),
        n_columns=1 if len(classes) == 2 else len(classes),
    )
    start = np.zeros((values.shape[1] + 1) * problem.n_columns)
    found = minimize(problem.objective, start, jac=True, method="L-BFGS-B", options=OPTIONS)
    parameters = found.x.reshape(-1, problem.n_columns)
    return LogisticFit(classes, parameters[:-1], parameters[-1])


def _weights(own: np.ndarray, counts: np.ndarray, balanced: bool) -> np.ndarray:
    """Weigh samples, in all 1: classes alike, or samples alike."""
    return 1.0 / (len(counts) * counts[own]) if balanced else np.full(len(own), 1.0 / len(own))


@dataclass(frozen=True)
class _Problem:
    """What the objective is made of; ``n_columns`` is that of the coefficients."""

    values: np.ndarray
    transposed: np.ndarray
    truth: np.ndarray
    weights: np.ndarray
    penalty: float
    n_columns: int

    def objective(self, flat: np.ndarray) -> tuple[float, np.ndarray]:
        """Penalised negative log likelihood and its gradient; the intercepts come last."""
        parameters = flat.reshape(-1, self.n_columns)
        coefficients = parameters[:-1]
        decision = _all_classes(self.values @ coefficients + parameters[-1])
        decision -= decision.max(axis=1, keepdims=True)
        odds = np.exp(decision)
        total = odds.sum(axis=1, keepdims=True)
        missed = np.log(total) - (decision * self.truth).sum(axis=1, keepdims=True)
        error = ((odds / total - self.truth) * self.weights)[:, -self.n_columns :]
        gradient = np.empty_like(parameters)
        gradient[:-1] = self.transposed @ error + self.penalty * coefficients
        gradient[-1] = error.sum(axis=0)
        loss = (self.weights * missed).sum() + 0.5 * self.penalty * (coefficients**2).sum()
        return float(loss), gradient.ravel()


def _all_classes(decision: np.ndarray) -> np.ndarray:
    """Put a column of zeros in front of the log odds of the second of two classes."""
    if decision.shape[1] > 1:
        return decision
    return np.concatenate([np.zeros_like(decision), decision], axis=1)
