"""Inner validation by patient, as long as there are patients enough."""

import numpy as np

from twinpurify.supervised.folds import patient_folds

N_FOLDS = 3
# Of a class: one to validate on, and two that may differ to learn from.
MINIMUM_PATIENTS = 3


def fewest_patients(codes: np.ndarray, patients: np.ndarray) -> int:
    """Count the patients of the class that has fewest.

    Parameters
    ----------
    codes : array of int, shape (samples,)
        Class of each sample.
    patients : array of str, shape (samples,)
    """
    return int(_patients_of_classes(codes, patients).min())


def inner_folds(
    codes: np.ndarray, patients: np.ndarray, rng: np.random.Generator
) -> np.ndarray | None:
    """Deal the patients of each class to three folds.

    Returns
    -------
    array of int, shape (samples,), or None
        None if a class has fewer than three patients.
    """
    if fewest_patients(codes, patients) < MINIMUM_PATIENTS:
        return None
    return patient_folds(patients, N_FOLDS, rng, _strata(codes, patients))


def hold_out(
    codes: np.ndarray, patients: np.ndarray, share: float, rng: np.random.Generator
) -> np.ndarray | None:
    """Choose patients of each class for validation.

    Parameters
    ----------
    codes : array of int, shape (samples,)
    patients : array of str, shape (samples,)
    share : float
        Of the patients of each class; one of them at least.
    rng : numpy.random.Generator

    Returns
    -------
    array of bool, shape (samples,), or None
        Samples for validation; None if a class has fewer than three patients, or all of its
        patients would be held out for another class that they are of, too.
    """
    if fewest_patients(codes, patients) < MINIMUM_PATIENTS:
        return None
    strata, chosen = _strata(codes, patients), []
    for stratum in np.unique(strata):
        own = rng.permutation(np.unique(patients[strata == stratum]))
        n_held = min(max(1, round(share * len(own))), len(own) - 1)
        chosen.extend(own[:n_held])
    held = np.isin(patients, chosen)
    return held if len(np.unique(codes[~held])) == len(np.unique(codes)) else None


def _strata(codes: np.ndarray, patients: np.ndarray) -> np.ndarray:
    """Give each sample the rarest class of its patient, so that rare classes are dealt evenly."""
    rarity = np.argsort(np.argsort(_patients_of_classes(codes, patients), kind="stable"))
    _, patient = np.unique(patients, return_inverse=True)
    rarest = np.full(patient.max() + 1, len(rarity))
    np.minimum.at(rarest, patient, rarity[codes])
    return rarest[patient]


def _patients_of_classes(codes: np.ndarray, patients: np.ndarray) -> np.ndarray:
    """Count the patients of each class."""
    classes = np.unique(codes)
    return np.array([len(np.unique(patients[codes == each])) for each in classes])
