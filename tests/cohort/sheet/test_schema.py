"""The schema of obs: what every column may hold, and which names are the data model's own."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.cohort.sheet.schema import check_schema, is_reserved
from twinpurify.errors import SampleSheetError

RIGHT = {
    "patient_id": "p1",
    "tissue": "tumour",
    "subtype": "LumA",
    "grade": "1",
    "stage": "II",
    "sex": "female",
    "batch": "B1",
    "age": 120.0,
    "purity": 0.0,
    "purity_cpe": 1.0,
    "signal_leukocyte": -3.0,
    "contrast_er": 1.0,
    "os_time": 0.5,
    "os_event": 0.0,
}
WRONG = [
    ("patient_id", "", "text, which fails for ''"),
    ("tissue", "metastasis", "tumour or normal, which fails for 'metastasis'"),
    ("subtype", 1, "text"),
    ("grade", "G1", "1, 2, 3 or 4, which fails for 'G1'"),
    ("stage", 2, "text"),
    ("sex", "F", "female or male"),
    ("batch", 1, "text"),
    ("age", 121.0, "a number from 0 to 120, which fails for '121.0'"),
    ("purity", 1.1, "a number from 0 to 1"),
    ("purity_cpe", -0.1, "a number from 0 to 1"),
    ("signal_leukocyte", "high", "a number, which fails for 'high'"),
    ("contrast_er", 0.5, "0.0 or 1.0"),
    ("os_time", 0.0, "a number above 0"),
    ("pfi_event", 2.0, "0.0 or 1.0"),
]


def obs(**changes: object) -> pd.DataFrame:
    whole = pd.DataFrame([RIGHT | changes], index=["s1"])
    return pd.concat([whole, whole.assign(**dict.fromkeys(whole, np.nan))])


def test_what_fits_passes_and_what_is_missing_too():
    check_schema(obs())
    check_schema(obs(note=7, os_note="x"))


@pytest.mark.parametrize(("column", "value", "expected"), WRONG)
def test_what_does_not_fit_is_named_with_what_it_should_be(column, value, expected):
    with pytest.raises(SampleSheetError, match=f"{column}: it should be {expected}"):
        check_schema(obs(**{column: value}))


@pytest.mark.parametrize("name", ["sample_id", *RIGHT, "pfi_time", "outlier", "tissue_doubt"])
def test_names_of_the_data_model_are_reserved(name):
    assert is_reserved(name)
    assert not is_reserved(f"my_{name}")
