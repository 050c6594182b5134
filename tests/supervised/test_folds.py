"""Folds keep patients together and classes balanced."""

import numpy as np

from twinpurify.supervised.folds import patient_folds


def test_patients_stay_together_and_classes_are_balanced():
    rng = np.random.default_rng(0)
    patients = np.repeat([f"P{index}" for index in range(60)], 2)
    labels = np.repeat(np.array(["a", "b"])[(np.arange(60) < 12).astype(int)], 2)
    folds = patient_folds(patients, 3, rng, labels)
    for patient in set(patients):
        assert len(set(folds[patients == patient])) == 1
    for fold in range(3):
        assert (labels[folds == fold] == "b").sum() == 8
        assert (folds == fold).sum() == 40


def test_folds_follow_the_generator():
    patients = np.arange(30).astype(str)
    first, second, third = (
        patient_folds(patients, 5, np.random.default_rng(seed)) for seed in (0, 0, 1)
    )
    assert (first == second).all() and (first != third).any()


def test_labels_of_a_patient_do_not_tear_it_apart():
    patients, labels = np.array(["a", "a", "b", "c"]), np.array(["x", "y", "x", "y"])
    folds = patient_folds(patients, 2, np.random.default_rng(0), labels)
    assert folds[0] == folds[1]
