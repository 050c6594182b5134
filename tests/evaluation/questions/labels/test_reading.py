"""Which classes are learnt and scored."""

import numpy as np
import pandas as pd
import pytest

from tests.evaluation.stand_ins import SUBTYPES, embed
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.labels.reading import (
    class_labels,
    classes_of,
    frequent_classes,
    measure_held_out,
    measure_labels,
)
from twinpurify.evaluation.splits.held_out import of_split


def test_missing_labels_are_empty():
    obs = pd.DataFrame({"grade": pd.Categorical(["1", None, "3"])})
    assert class_labels(obs, "grade").tolist() == ["1", "", "3"]
    assert class_labels(obs, "subtype").tolist() == ["", "", ""]


def test_a_class_is_counted_by_patients():
    labels, patients = np.array(["a", "a", "b", "b", ""]), np.array(["1", "1", "2", "3", "4"])
    assert frequent_classes(labels, patients, 2) == {"b"}
    assert frequent_classes(labels, patients, 1) == {"a", "b"}


def test_a_rare_class_is_neither_learnt_nor_scored(cohort):
    held = of_split(embed(cohort))
    assert classes_of(held, "subtype").scored == sorted(SUBTYPES)
    rare = np.flatnonzero((class_labels(held.obs, "subtype") == "Basal") & ~held.scored)[3:]
    held.obs.iloc[rare, held.obs.columns.get_loc("subtype")] = np.nan
    assert classes_of(held, "subtype") == (["LumA", "LumB"], ["LumA", "LumB"])


def test_a_class_without_test_patients_is_learnt_but_not_scored(cohort):
    held = of_split(embed(cohort))
    tested = np.flatnonzero((class_labels(held.obs, "subtype") == "Basal") & held.scored)[2:]
    held.obs.iloc[tested, held.obs.columns.get_loc("subtype")] = np.nan
    assert classes_of(held, "subtype") == (sorted(SUBTYPES), ["LumA", "LumB"])


def test_one_class_is_no_question(cohort):
    held = of_split(embed(cohort))
    held.obs["one"] = "1"
    with pytest.raises(UnanswerableError, match=r"at least 8 training patients: '1' \(1 in all\)"):
        measure_held_out(held, "one", Task("one"))
    held.obs["two"] = np.where(held.scored, "1", np.arange(len(held.obs)) % 2)
    with pytest.raises(UnanswerableError, match=r"at least 3 scored patients: '1' \(1 in all\)"):
        measure_held_out(held, "two", Task("two"))


def test_samples_of_other_classes_are_not_scored():
    truth, called = np.array(["a", "a", "b", ""]), np.array(["a", "b", "b", "a"])
    accuracy, _ = measure_labels(Task("t"), 1.0, np.ones((2, 4)), truth, called, ["a", "b"])
    assert accuracy.value == pytest.approx(0.75)
