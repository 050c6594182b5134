"""The linear head: penalised logistic regression on the embedding."""

import logging

import numpy as np

from twinpurify.fine_tuning.validation import MINIMUM_PATIENTS, inner_folds
from twinpurify.supervised.logistic import LogisticFit, fit_logistic
from twinpurify.supervised.penalty import choose_inverse_penalty
from twinpurify.supervised.rotation import sample_space

logger = logging.getLogger(__name__)
# Of 1e-4 to 100 the likeliest with 2 to 5 patients a class, and never far from the most accurate,
# for PCA, raw profiles and TwinPurify of training patients of tcga_brca.
FEW_LABELS_INVERSE_PENALTY = 0.1


def fit_linear(
    values: np.ndarray,
    codes: np.ndarray,
    patients: np.ndarray,
    balanced: bool,
    rng: np.random.Generator,
) -> tuple[LogisticFit, float]:
    """Fit a logistic regression, its penalty chosen by inner folds of patients.

    Features that outnumber the samples are first rotated into the samples' space, which changes
    no prediction.

    Parameters
    ----------
    values : array, shape (samples, features), float64
        The scaled embedding.
    codes : array of int, shape (samples,)
        Class of each sample.
    patients : array of str, shape (samples,)
    balanced : bool
        Whether classes weigh alike.
    rng : numpy.random.Generator
        Deals patients to the folds.

    Returns
    -------
    LogisticFit
        On all features.
    float
        The inverse penalty C; ``FEW_LABELS_INVERSE_PENALTY`` if a class has too few patients.
    """
    basis = sample_space(values) if values.shape[1] > values.shape[0] else None
    features = values if basis is None else values @ basis
    folds = inner_folds(codes, patients, rng)
    if folds is None:
        inverse_penalty = FEW_LABELS_INVERSE_PENALTY
        logger.info(
            "a class has fewer than %d patients: C is %g, without a choice",
            MINIMUM_PATIENTS,
            inverse_penalty,
        )
    else:
        inverse_penalty = choose_inverse_penalty(features, codes, folds, balanced)
    fit = fit_logistic(features, codes, inverse_penalty, balanced)
    coefficients = fit.coefficients if basis is None else basis @ fit.coefficients
    return LogisticFit(fit.classes, coefficients, fit.intercept), inverse_penalty
