"""Units: undoing the logarithm, and refusing values that contradict the declared unit."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from twinpurify.cohort.units.unit import Unit

COUNTS = Unit(quantity="counts", scale="linear")
LOG2_TPM = Unit(quantity="tpm", scale="log2", offset=1.0)
LOG2_FPKM = Unit(quantity="fpkm", scale="log2", offset=0.1)
ARRAY = Unit(quantity="intensity", scale="log2", offset=0.0)
RATIO = Unit(quantity="log_ratio", scale="log2")


def matrix(*values: float) -> pd.DataFrame:
    genes = [f"G{i}" for i in range(len(values))]
    return pd.DataFrame([values], index=["s1"], columns=genes, dtype=np.float32)


@pytest.mark.parametrize("unit", [LOG2_TPM, LOG2_FPKM, ARRAY, RATIO])
def test_to_linear_undoes_the_logarithm(unit):
    linear = np.array([[0.5, 3.0, 800.0]])
    logarithms = np.log2(linear + unit.offset)
    np.testing.assert_allclose(unit.to_linear(logarithms), linear)
    np.testing.assert_allclose(unit.from_linear(linear), logarithms)


def test_linear_values_stay_linear_both_ways():
    frame = matrix(0.0, 7.0)
    assert COUNTS.from_linear(COUNTS.to_linear(frame)) is frame


def test_to_linear_keeps_linear_values_frames_and_float32():
    frame = matrix(0.0, 7.0)
    assert COUNTS.to_linear(frame) is frame
    linear = LOG2_TPM.to_linear(frame)
    pd.testing.assert_frame_equal(linear, matrix(0.0, 127.0))


def test_to_linear_of_a_rounded_floor_is_not_negative():
    assert LOG2_FPKM.to_linear(np.array([-3.33])) == 0


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        (COUNTS, "linear counts"),
        (LOG2_TPM, "log2(TPM + 1)"),
        (LOG2_FPKM, "log2(FPKM + 0.1)"),
        (ARRAY, "log2 intensity"),
        (RATIO, "log2 ratio"),
    ],
)
def test_describe(unit, text):
    assert unit.describe() == text


def test_a_unit_survives_its_dictionary():
    for unit in (COUNTS, LOG2_TPM, ARRAY, RATIO):
        assert Unit(**unit.model_dump()) == unit


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scale": "log2"}, "scale log2 needs `offset`"),
        ({"scale": "linear", "offset": 1.0}, "offset 1 is only for scale log2"),
        ({"scale": "log2", "offset": -1.0}, "greater than or equal to 0"),
        ({"scale": "ln", "offset": 1.0}, "'linear' or 'log2'"),
    ],
)
def test_contradictory_units_are_refused(settings, message):
    with pytest.raises(ValidationError, match=message):
        Unit(quantity="tpm", **settings)


@pytest.mark.parametrize("settings", [{"scale": "linear"}, {"scale": "log2", "offset": 1.0}])
def test_a_ratio_is_log2_without_a_pseudo_count(settings):
    with pytest.raises(ValidationError, match=r"a log_ratio is log2.*without a pseudo-count"):
        Unit(quantity="log_ratio", **settings)
    assert Unit(quantity="log_ratio", scale="log2", offset=0.0) == RATIO
