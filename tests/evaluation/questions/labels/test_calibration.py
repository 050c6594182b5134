"""Confusion and calibration against sklearn."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix

from tests.evaluation.stand_ins import SUBTYPES, embed, values
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.labels.calibration import (
    answer_held_out,
    calibration_table,
    confusion_table,
    judge,
)
from twinpurify.evaluation.questions.labels.reading import Classes, class_labels
from twinpurify.evaluation.splits.held_out import of_split

CLASSES = Classes(["a", "b", "c"], ["a", "b", "c"])


def called_and_true(n: int = 200):
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet([0.7] * 3, n)
    truth = np.array([rng.choice(CLASSES.trained, p=row) for row in probabilities])
    return truth, np.array(CLASSES.trained)[probabilities.argmax(axis=1)], probabilities


def test_confusion_is_that_of_sklearn():
    truth, called, _ = called_and_true()
    table = confusion_table(truth, called, CLASSES)
    assert list(table.columns) == ["truth", "predicted", "n"]
    found = table.pivot(index="truth", columns="predicted", values="n").to_numpy()
    np.testing.assert_array_equal(found, confusion_matrix(truth, called, labels=CLASSES.trained))


def test_a_class_that_is_learnt_and_not_scored_can_be_called():
    classes = Classes(["a", "b", "c"], ["a", "b"])
    table = confusion_table(np.array(["a", "b", "b"]), np.array(["a", "c", "c"]), classes)
    assert table.set_index(["truth", "predicted"])["n"].to_dict() == {
        ("a", "a"): 1,
        ("a", "b"): 0,
        ("a", "c"): 0,
        ("b", "a"): 0,
        ("b", "b"): 0,
        ("b", "c"): 2,
    }


def test_the_calibration_curve_is_that_of_sklearn():
    truth, called, probabilities = called_and_true()
    table = calibration_table(truth, probabilities, CLASSES.trained)
    columns = ["bin_low", "bin_high", "mean_predicted", "observed", "n"]
    assert list(table.columns) == columns
    confidence = probabilities.max(axis=1)
    observed, predicted = calibration_curve(called == truth, confidence, n_bins=10)
    np.testing.assert_allclose(table["observed"], observed)
    np.testing.assert_allclose(table["mean_predicted"], predicted)
    assert table["n"].sum() == len(truth)
    assert table["mean_predicted"].between(table["bin_low"], table["bin_high"]).all()
    assert table["bin_high"].iloc[-1] == 1.0


def test_samples_of_other_classes_are_not_judged():
    truth, called, probabilities = called_and_true()
    classes = Classes(["a", "b", "c"], ["a", "b"])
    answer = judge(Task("t"), 0.4, np.ones((2, len(truth))), truth, called, probabilities, classes)
    (confusion,), (curve,) = answer.tables["confusion"], answer.tables["calibration"]
    assert confusion["n"].sum() == curve["n"].sum() == np.isin(truth, ["a", "b"]).sum()
    assert set(confusion["truth"]) == {"a", "b"}
    for table in (confusion, curve):
        assert list(table.columns[:2]) == ["task", "fraction"]
        assert set(table["task"]) == {"t"} and set(table["fraction"]) == {0.4}
    assert [m.metric for m in answer.measurements] == ["brier", "calibration_error"]


def test_each_scored_tumour_is_counted_once_over_all_folds(cohort):
    held = of_split(embed(cohort))
    answer = answer_held_out(held, "subtype", Task("subtype"))
    named = np.isin(class_labels(held.obs, "subtype")[held.scored], SUBTYPES).sum()
    (confusion,) = answer.tables["confusion"]
    assert confusion["n"].sum() == named
    right = confusion["truth"] == confusion["predicted"]
    recall = confusion[right].set_index("truth")["n"] / confusion.groupby("truth")["n"].sum()
    found = values(answer.measurements)
    assert found["subtype", "balanced_accuracy", 1.0] == pytest.approx(recall.mean())
    assert 0.0 <= found["subtype", "brier", 1.0] < 2 / 3


def test_without_labels_there_is_nothing_to_judge(cohort):
    del cohort.obs["grade"]
    with pytest.raises(UnanswerableError, match="grade: no class"):
        answer_held_out(of_split(embed(cohort)), "grade", Task("grade"))
