"""Checks of labels and patients."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import SampleSheetError
from twinpurify.fine_tuning.labels import check_labels, check_patients


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["a", None, "b", np.nan], "2 of 4 labels are missing"),
        ([1.0, np.nan, 2.0, 3.0], "1 of 4 labels are missing"),
        (["a", "b"], r"labels of shape \(2,\) for 4 samples"),
        ([["a"], ["b"], ["a"], ["b"]], r"labels of shape \(4, 1\) for 4 samples"),
        (["a"] * 4, "all labels are 'a'; a classifier needs two classes"),
        (np.array(["a", 1, "b", 2], dtype=object), "of the types 'integer', 'string'"),
        (pd.date_range("2026", periods=4), "of the types '"),
    ],
)
def test_labels_that_cannot_be_learnt_are_refused(labels, message):
    with pytest.raises(SampleSheetError, match=message):
        check_labels(labels, 4)


@pytest.mark.parametrize(
    "labels",
    [
        ["a", "b", "a"],
        [1, 2, 1],
        [True, False, True],
        pd.Series(["a", "b", "a"], dtype="category"),
        pd.Series(["a", "b", "a"], dtype="string"),
    ],
)
def test_labels_come_back_as_they_are(labels):
    assert check_labels(labels, 3).tolist() == list(labels)


def test_patients_come_in_the_order_of_the_samples():
    assert check_patients(["P1", "P2", "P1"], 3, [1, 0, 2]).tolist() == ["P2", "P1", "P1"]
    assert check_patients([7, 8, 7], 3, [1, 0, 2]).tolist() == ["8", "7", "7"]


def test_without_patients_each_sample_is_its_own():
    assert len(set(check_patients(None, 12, range(12)))) == 12


@pytest.mark.parametrize(
    ("patients", "message"),
    [
        (["P1", None, "P2"], r"1 of 3 patients \(groups\) are missing"),
        (["P1", "P2"], r"patients \(groups\) of shape \(2,\) for 3 samples"),
    ],
)
def test_patients_that_are_missing_are_refused(patients, message):
    with pytest.raises(SampleSheetError, match=message):
        check_patients(patients, 3, range(3))
