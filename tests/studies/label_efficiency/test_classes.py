"""Which class a sample is of."""

import numpy as np
import pytest

from twinpurify.errors import ConfigurationError
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.studies.label_efficiency.classes import (
    check_sides,
    learnt_classes,
    sample_classes,
)

from .toy import toy_cohort


def test_normals_are_a_class_when_asked_for():
    obs = toy_cohort().obs
    obs.loc[obs["tissue"] == "normal", "subtype"] = "a"
    without, with_normals = (sample_classes(obs, "subtype", flag) for flag in (False, True))
    normal = (obs["tissue"] == "normal").to_numpy()
    assert set(without[normal]) == {""} and set(with_normals[normal]) == {"normal"}
    assert set(without[~normal]) == {"a", "b", "c", ""}
    assert (without[~normal] == with_normals[~normal]).all()


def test_an_unknown_column_is_named():
    with pytest.raises(ConfigurationError, match=r"label_efficiency.label is 'subtipe'.*subtype"):
        sample_classes(toy_cohort().obs, "subtipe", False)


def test_small_classes_are_left_out_and_one_is_too_few():
    labels, patients = np.repeat(["a", "b", "c", ""], [9, 9, 2, 9]), np.arange(29)
    assert learnt_classes(labels, patients, 4) == ["a", "b"]
    with pytest.raises(UnanswerableError, match=r"at least 10 patients:  \(0 in all\)"):
        learnt_classes(labels, patients, 10)


def test_a_class_that_a_side_lacks_is_named():
    train, test = np.array(["a", "a", "b", "b"]), np.array(["a", "a", "a", "b"])
    with pytest.raises(UnanswerableError, match=r"repeat 3.*'b'.*fewer than 3 test"):
        check_sides(train, test, ["a", "b"], 3)
