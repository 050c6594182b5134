"""docs/fine_tuning.md against the classifier, and its example on the simulated cohort."""

import re

import numpy as np

from twinpurify.fine_tuning import FineTunedClassifier
from twinpurify.fine_tuning.linear import FEW_LABELS_INVERSE_PENALTY
from twinpurify.parameters import parameters_model
from twinpurify.representation.registry import METHODS
from twinpurify.training.encoder_method import EncoderMethod

from .tables import CODE, DOCS, differences, documented, rows, stated

PAGE = (DOCS / "fine_tuning.md").read_text(encoding="utf-8")


def test_the_example_learns_the_subtype(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (example, *_) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names = {}
    exec(example, names)
    assert len(set(names["called"])) == 4
    assert min(names["accuracy"].values()) > 0.6
    np.testing.assert_array_equal(
        names["again"].predict_proba(names["tumours"][names["test"]]), names["likely"]
    )
    tested = set(names["patients"][names["test"]])
    own = names["samples"].loc[names["own_normals"].index, "patient_id"]
    assert len(own) and not tested & set(own)


def test_every_parameter_is_documented():
    true = stated(parameters_model(FineTunedClassifier))
    assert differences(documented(PAGE, "Of the classifier"), true) == []


def test_every_method_has_its_row():
    named = {name for row in rows(PAGE, "Method") for name in CODE.findall(row["Method"])}
    networks = {name for name, method in METHODS.items() if issubclass(method, EncoderMethod)}
    assert named == set(METHODS) - networks


def test_the_fixed_penalty_is_the_one_of_the_code():
    assert f"C = {FEW_LABELS_INVERSE_PENALTY:g}" in PAGE
