"""Units: undoing the logarithm, and refusing values that contradict the declared unit."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from twinpurify.cohort.unit_checks import check_unit
from twinpurify.cohort.units import Unit
from twinpurify.errors import ExpressionError

COUNTS = Unit(quantity="counts", scale="linear")
LOG2_TPM = Unit(quantity="tpm", scale="log2", offset=1.0)
LOG2_FPKM = Unit(quantity="fpkm", scale="log2", offset=0.1)
ARRAY = Unit(quantity="intensity", scale="log2", offset=0.0)


def matrix(*values: float) -> pd.DataFrame:
    genes = [f"G{i}" for i in range(len(values))]
    return pd.DataFrame([values], index=["s1"], columns=genes, dtype=np.float32)


@pytest.mark.parametrize("unit", [LOG2_TPM, LOG2_FPKM, ARRAY])
def test_to_linear_undoes_the_logarithm(unit):
    linear = np.array([[0.5, 3.0, 800.0]])
    np.testing.assert_allclose(unit.to_linear(np.log2(linear + unit.offset)), linear)


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
    ],
)
def test_describe(unit, text):
    assert unit.describe() == text


def test_a_unit_survives_its_dictionary():
    for unit in (COUNTS, LOG2_TPM, ARRAY):
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


@pytest.mark.parametrize(
    ("unit", "values"),
    [
        (COUNTS, (0.0, 1e6)),
        (LOG2_TPM, (0.0, 20.8)),
        (LOG2_FPKM, (-3.3219, 16.2)),
        (LOG2_FPKM, (-3.33, 16.2)),
        (ARRAY, (-2.0, 14.9)),
    ],
)
def test_values_within_their_unit_pass(unit, values):
    check_unit(matrix(*values), unit)


@pytest.mark.parametrize(
    ("unit", "values", "message"),
    [
        (COUNTS, (90.0, -2.0), r"can't be negative.* 1 such values \(gene 'G1' in sample 's1': -2"),
        (COUNTS, (0.0, 18.0), r"linear counts, but the largest value is 18.*unit\.scale: log2"),
        (LOG2_TPM, (2.0, 900.0), r"stays below 30.*900\).*likely linear tpm.*unit\.scale: linear"),
        (LOG2_TPM, (2.0, -3.25), r"smallest value is 0, but.*unit\.offset \(0\.11 or less"),
        (LOG2_FPKM, (2.0, -3.5), r"smallest value is -3\.32, but.*the lowest is -3\.5"),
    ],
)
def test_values_outside_their_unit_are_refused(unit, values, message):
    with pytest.raises(ExpressionError, match=message):
        check_unit(matrix(*values), unit)


def test_a_message_names_five_values_and_counts_all():
    with pytest.raises(ExpressionError, match=r"8 such values .*'G4'.*: -1, …\)"):
        check_unit(matrix(*[-1.0] * 8), COUNTS)
