"""Folds by patient, balanced over classes."""

import numpy as np


def patient_folds(
    patients: np.ndarray, n_folds: int, rng: np.random.Generator, labels: np.ndarray | None = None
) -> np.ndarray:
    """Deal patients to folds, class by class.

    Parameters
    ----------
    patients : array, shape (samples,)
        All samples of a patient come into one fold.
    n_folds : int
    rng : numpy.random.Generator
        Shuffles the patients.
    labels : array, shape (samples,), optional
        Classes to balance; a patient counts with its first sample.

    Returns
    -------
    array of int, shape (samples,)
        Fold of each sample, 0 to n_folds - 1.
    """
    names, first, patient = np.unique(patients, return_index=True, return_inverse=True)
    order = rng.permutation(len(names))
    if labels is not None:
        _, classes = np.unique(np.asarray(labels)[first], return_inverse=True)
        order = order[np.argsort(classes[order], kind="stable")]
    fold = np.empty(len(names), dtype=np.intp)
    fold[order] = np.arange(len(names)) % n_folds
    return fold[patient]
