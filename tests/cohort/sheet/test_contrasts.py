"""Groups of tumours by the contrasts of a cohort's file, and signals beside them."""

import numpy as np
import pytest

from tests.cohort.sheet.test_sample_sheet import definition, sheet
from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.sheet.sample_sheet import build_obs
from twinpurify.errors import SampleSheetError

OESTROGEN = {
    "name": "oestrogen",
    "column": "er",
    "positive": ["1"],
    "negative": ["0"],
    "collection": "hallmark",
    "pathway": "HALLMARK_ESTROGEN_RESPONSE_EARLY",
}


def build(contrasts=(), signals=None):
    table = sheet().assign(
        er=["1.0", "1.0", "0", np.nan, "1"], leuko=["0.2", "0.3", "-0.1", np.nan, "0.4"]
    )
    log = IngestionLog("mine", 5, 10)
    settings = {"contrasts": list(contrasts), "signals": signals or {}}
    return build_obs(table, definition(**settings), log), log


def test_a_column_of_the_sheet_gives_the_sides():
    obs, log = build([OESTROGEN])
    tumours = obs[obs["tissue"] == "tumour"]
    assert tumours["contrast_oestrogen"].tolist()[:2] == [1.0, 0.0]
    assert np.isnan(tumours["contrast_oestrogen"].iloc[2])
    assert obs.loc[obs["tissue"] == "normal", "contrast_oestrogen"].isna().all()
    assert "er" in obs
    notes = [step["reason"] for step in log.as_dict()["steps"] if step["step"] == "contrasts"]
    assert notes == ["oestrogen: 1 against 1 tumours by er"]


def test_a_label_is_meant_before_a_column():
    grade = OESTROGEN | {"name": "grade", "column": "grade", "positive": [3], "negative": [1]}
    obs, _ = build([grade])
    tumours = obs[obs["tissue"] == "tumour"]
    sides = tumours["grade"].map({"3": 1.0, "1": 0.0}).astype(float)
    np.testing.assert_array_equal(tumours["contrast_grade"], sides)


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(SampleSheetError, match=r"contrasts\.oestrogen\.column: 'err'"):
        build([OESTROGEN | {"column": "err"}])


def test_a_side_without_tumours_is_refused():
    with pytest.raises(SampleSheetError, match=r"contrasts\.oestrogen\.positive names 'yes'.*'1'"):
        build([OESTROGEN | {"positive": ["yes"]}])


def test_contrasts_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two contrasts are called oestrogen"):
        build([OESTROGEN, OESTROGEN])


def test_a_value_on_both_sides_is_refused():
    with pytest.raises(ValueError, match=r"\['1'\] stand in both positive and negative"):
        build([OESTROGEN | {"negative": ["1"]}])


def test_a_signal_is_a_number_of_tumours_alone():
    obs, _ = build(signals={"leukocyte": "leuko"})
    tumours = obs[obs["tissue"] == "tumour"]
    assert tumours["signal_leukocyte"].tolist()[:2] == [0.2, -0.1]
    assert obs.loc[obs["tissue"] == "normal", "signal_leukocyte"].isna().all()


def test_a_signal_that_is_text_is_refused():
    with pytest.raises(SampleSheetError, match=r"signals\.leukocyte names the column 'site2'"):
        table = sheet().assign(site2=["a", "b", "c", "d", "e"])
        log = IngestionLog("mine", 5, 10)
        build_obs(table, definition(signals={"leukocyte": "site2"}), log)
