"""Inner validation never splits a patient, and balances classes as far as it can."""

import numpy as np
import pytest

from twinpurify.fine_tuning.validation import hold_out, inner_folds


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


PATIENTS = np.repeat([f"P{i}" for i in range(20)], 2)
# The first sample of a patient is a tumour of one of two classes, the second a normal in half.
CODES = np.array([code for i in range(20) for code in (i % 2, 2 if i < 10 else i % 2)])


def test_patients_stay_together_and_classes_are_on_both_sides():
    held = hold_out(CODES, PATIENTS, 0.2, rng())
    folds = inner_folds(CODES, PATIENTS, rng())
    for patient in np.unique(PATIENTS):
        assert len(set(held[patient == PATIENTS])) == 1
        assert len(set(folds[patient == PATIENTS])) == 1
    for code in range(3):
        assert set(held[code == CODES]) == {True, False}
        assert set(folds[code == CODES]) == {0, 1, 2}
    assert len(set(PATIENTS[held])) == 4


def test_three_patients_of_a_rare_class_are_dealt_to_three_folds():
    codes = np.array([0] * 30 + [1] * 3)
    patients = np.arange(33).astype(str)
    for seed in range(10):
        generator = np.random.default_rng(seed)
        assert sorted(inner_folds(codes, patients, generator)[30:]) == [0, 1, 2]
        assert hold_out(codes, patients, 0.1, generator)[30:].sum() == 1


@pytest.mark.parametrize("share", [0.01, 0.99])
def test_one_patient_a_class_at_least_is_on_either_side(share):
    codes, patients = np.repeat([0, 1], 4), np.arange(8).astype(str)
    held = hold_out(codes, patients, share, rng())
    for code in (0, 1):
        assert held[codes == code].sum() == (1 if share < 0.5 else 3)


def test_two_patients_of_a_class_are_too_few_however_many_samples():
    codes, patients = np.repeat([0, 1], 6), np.array(["a", "b"] * 3 + list("cdefgh"))
    assert inner_folds(codes, patients, rng()) is None
    assert hold_out(codes, patients, 0.2, rng()) is None


def test_a_class_that_would_be_held_out_altogether_is_kept():
    # Each patient of the common class is of a rarer one, too, of which one in three is held out.
    patients = np.array(["a", "b", "c", "d", "e", "f", "g", "h", "i", "a", "d", "g"])
    codes = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
    for seed in range(60):
        held = hold_out(codes, patients, 0.2, np.random.default_rng(seed))
        assert held is None or set(codes[~held]) == {0, 1, 2, 3}
    every = [hold_out(codes, patients, 0.2, np.random.default_rng(seed)) for seed in range(60)]
    assert any(held is None for held in every) and any(held is not None for held in every)
