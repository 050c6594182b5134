"""Iterative fits of scikit-learn that may end before they settle."""

import logging
import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

logger = logging.getLogger(__name__)


def fit_and_note(name: str, estimator: Any, values: np.ndarray, **start: np.ndarray) -> np.ndarray:
    """Fit an estimator, and say in the log when it stopped before it settled.

    A warning would come once for each split and process, for what is no error: the factors hardly
    move any more.

    Parameters
    ----------
    name : str
        Method, for the log.
    estimator : scikit-learn transformer with ``max_iter``
    values : array, shape (samples, features)
    **start : array
        Initial values, where the estimator takes them.

    Returns
    -------
    array
        As from ``fit_transform``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = estimator.fit_transform(values, **start)
    if estimator.n_iter_ >= estimator.max_iter:
        logger.info(
            "%s: stopped after %d iterations, before it settled (setting max_iterations)",
            name,
            estimator.n_iter_,
        )
    return found
