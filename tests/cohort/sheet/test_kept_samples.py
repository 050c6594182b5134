"""The part of a sheet that a cohort is made of."""

import pandas as pd
import pytest

from tests.cohort.written import written
from twinpurify.cohort.sheet.kept_samples import keep_samples
from twinpurify.errors import SampleSheetError

SHEET = pd.DataFrame(
    {"cancer": ["BRCA", "LUAD", "BRCA", None], "batch": [1, 1, 2, 2]}, index=list("abcd")
)


def kept(keep):
    samples, notes = keep_samples(SHEET, keep)
    return samples.index.tolist(), written(notes, 4).steps


def test_nothing_asked_keeps_all():
    assert kept({}) == (["a", "b", "c", "d"], [])


def test_rows_with_the_values_stay_and_the_others_are_told():
    samples, (step,) = kept({"cancer": ["BRCA"]})
    assert samples == ["a", "c"]
    assert (step["dropped"], step["examples"], step["kept_samples"]) == (2, ["b", "d"], 2)
    assert step["reason"] == "rows whose cancer is not among those that samples.keep names"


def test_columns_are_asked_together_and_numbers_are_text():
    assert kept({"cancer": ["BRCA"], "batch": ["2"]})[0] == ["c"]


def test_an_absent_column_is_named():
    with pytest.raises(SampleSheetError, match=r"samples\.keep\.cancr: 'cancr' \(did you mean"):
        kept({"cancr": ["BRCA"]})


def test_an_unknown_value_is_named():
    with pytest.raises(SampleSheetError, match=r"names 'LUAC'.* \(did you mean 'LUAD'"):
        kept({"cancer": ["LUAC"]})


def test_values_that_never_meet_leave_nothing():
    with pytest.raises(SampleSheetError, match=r"No row .* what samples\.keep asks of"):
        kept({"cancer": ["LUAD"], "batch": ["2"]})


def test_a_sheet_without_columns_is_kept_whole():
    assert len(keep_samples(SHEET[[]], {})[0]) == 4
