"""log2(x + 1), of blocks and of plain tables."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.cohort.units.unit import Unit
from twinpurify.normalization.steps.log2 import Log2, as_log2_table

LINEAR = pd.DataFrame(
    [[0.0, 1.0, 3.0, 1000.0], [0.5, 7.0, 255.0, 12.5]], index=["s0", "s1"], columns=list("ABCD")
)


def test_the_logarithm_is_that_of_the_value_plus_one():
    np.testing.assert_allclose(Log2().transform(LINEAR), np.log2(LINEAR + 1.0))


@pytest.mark.parametrize("offset", [None, 1.0, 0.1])
def test_a_table_of_any_unit_comes_to_it(offset):
    if offset is None:
        unit, stored = Unit(quantity="tpm", scale="linear"), LINEAR
    else:
        unit = Unit(quantity="fpkm", scale="log2", offset=offset)
        stored = np.log2(LINEAR + offset)
    table = as_log2_table(stored, unit)
    np.testing.assert_allclose(table, np.log2(LINEAR + 1.0), rtol=1e-6)
    assert (table.dtypes == np.float32).all()
    assert list(table.index) == ["s0", "s1"] and list(table.columns) == list("ABCD")


def test_a_rounding_below_the_offset_is_cut():
    unit = Unit(quantity="fpkm", scale="log2", offset=0.1)
    assert as_log2_table(pd.DataFrame([[-3.34]]), unit).iat[0, 0] == 0.0
