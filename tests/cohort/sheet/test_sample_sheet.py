"""From a raw sample sheet to obs: renaming, decoding, and refusing what isn't declared."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tests.cohort.written import written
from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.cohort.sheet.sample_sheet import build_obs
from twinpurify.errors import SampleSheetError

SETTINGS = {
    "title": "Example",
    "platform": "rna_seq",
    "unit": {"quantity": "tpm", "scale": "log2", "offset": 1.0},
    "expression": {"path": "e.csv", "orientation": "samples_in_rows"},
    "samples": {"path": "s.csv"},
    "columns": {
        "patient_id": "patient",
        "tissue": "kind",
        "subtype": "pam50",
        "grade": "nhg",
        "age": "years",
        "batch": "plate",
    },
    "purity": {"cpe": "CPE", "absolute": "ABS"},
    "survival": {
        "os": {
            "time": "t",
            "event": "e",
            "time_unit": "months",
            "event_values": ["1", "dead"],
            "censored_values": ["0"],
        }
    },
    "tissue_values": {"tumour": ["tumor"], "normal": ["normal"]},
    "label_values": {"subtype": ["LumA", "Basal"], "grade": {"G1": "1", "G3": "3"}},
}


def definition(**changes: object) -> CohortDefinition:
    return CohortDefinition.model_validate(SETTINGS | changes)


def sheet() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "patient": ["p1", "p1", "p2", "p3", "p4"],
            "kind": ["tumor", "normal", "tumor", "tumor", "metastasis"],
            "pam50": ["LumA", "LumA", "Basal", "Normal", "LumA"],
            "nhg": ["G1", np.nan, "G3", np.nan, "G1"],
            "years": ["50", "50", "61.5", np.nan, "70"],
            "plate": ["1.0", "2.0", "1.0", "1.0", "1.0"],
            "CPE": ["0.5", "0.1", "1", np.nan, "0.2"],
            "ABS": ["0.6", np.nan, np.nan, "0.9", "0.3"],
            "t": ["2", "2", "0", "12.5", "4"],
            "e": ["1.0", "1.0", "0", "dead", "0"],
            "site": ["0012", "0013", "0014", "0015", "0016"],
            "nodes": ["1", np.nan, "3", "0", "2"],
            "note": [np.nan, "x", np.nan, np.nan, np.nan],
        },
        index=["s1", "s2", "s3", "s4", "s5"],
        dtype=object,
    )


def build(table: pd.DataFrame, **changes: object) -> tuple[pd.DataFrame, SimpleNamespace]:
    obs, notes = build_obs(table, definition(**changes))
    return obs, written(notes, len(table))


def reasons(log: SimpleNamespace, step: str) -> list[str]:
    return [entry["reason"] for entry in log.steps if entry["step"] == step]


def test_obs_speaks_the_language_of_the_data_model():
    obs, _ = build(sheet())
    assert obs.index.name == "sample_id"
    assert obs["tissue"].to_dict() == {
        "s1": "tumour",
        "s2": "normal",
        "s3": "tumour",
        "s4": "tumour",
    }
    assert obs["patient_id"].tolist() == ["p1", "p1", "p2", "p3"]
    assert obs["grade"].dropna().to_dict() == {"s1": "1", "s3": "3"}
    assert obs["batch"].tolist() == ["1", "2", "1", "1"]
    np.testing.assert_array_equal(obs["age"], [50, 50, 61.5, np.nan])
    np.testing.assert_array_equal(obs["purity"], obs["purity_cpe"])
    np.testing.assert_array_equal(obs["purity_absolute"], [0.6, np.nan, np.nan, 0.9])


def test_times_become_days_and_events_0_or_1():
    obs, log = build(sheet())
    np.testing.assert_allclose(obs["os_time"], [2 * 30.4375, np.nan, np.nan, 12.5 * 30.4375])
    np.testing.assert_array_equal(obs["os_event"], [1, np.nan, np.nan, 1])
    assert reasons(log, "survival_os") == ["1 of 3 tumours left without os: the time is 0 or less"]


def test_a_missing_event_or_time_leaves_both_missing():
    table = sheet()
    table.loc["s1", "e"] = np.nan
    table.loc["s4", "t"] = np.nan
    obs, log = build(table)
    assert obs[["os_time", "os_event"]].isna().all(axis=None)
    assert "1 of 3 tumours left without os: the event is missing" in reasons(log, "survival_os")
    assert "1 of 3 tumours left without os: the time is missing" in reasons(log, "survival_os")
    assert log.warnings == ["No tumour has an event of os; it can't be evaluated."]


def test_labels_of_a_tumour_are_left_missing_on_its_normal():
    obs, log = build(sheet())
    normal = obs.loc["s2"]
    assert normal[["subtype", "grade", "purity", "purity_cpe", "os_time", "os_event"]].isna().all()
    assert normal["age"] == 50
    assert reasons(log, "normals")[0].startswith(
        "1 of 1 normals bear labels of their patient's tumour"
    )


def test_what_is_dropped_is_logged():
    _, log = build(sheet())
    entry = next(entry for entry in log.steps if entry["step"] == "tissue")
    assert entry["kept_samples"] == 4
    assert entry["examples"] == ["s5"]
    assert entry["reason"] == "neither tumour nor normal: 'metastasis' (1)"
    assert reasons(log, "labels") == [
        "subtype left missing, since label_values.subtype doesn't name it: 'Normal' (1)"
    ]


def test_further_columns_keep_their_name_and_leading_zeros():
    obs, _ = build(sheet())
    assert obs["site"].tolist() == ["0012", "0013", "0014", "0015"]
    np.testing.assert_array_equal(obs["nodes"], [1, np.nan, 3, 0])
    assert obs["note"].dropna().to_dict() == {"s2": "x"}
    assert {"pam50", "t", "kind"}.isdisjoint(obs.columns)


def test_typed_and_categorical_sheets_give_the_same_obs():
    typed = sheet().astype({"years": float, "CPE": float, "t": float, "kind": "category"})
    typed["plate"] = typed["plate"].astype(float)
    pd.testing.assert_frame_equal(build(typed)[0], build(sheet())[0])


def test_own_column_of_a_mapped_name_is_kept_under_another():
    obs, log = build(sheet().assign(grade="high", sample_id="x"))
    assert obs["sheet_grade"].eq("high").all()
    assert obs["sheet_sample_id"].eq("x").all()
    assert "the sheet's own column 'grade' is kept as 'sheet_grade'" in reasons(log, "columns")


def test_without_a_tissue_column_all_are_tumours_and_the_log_says_so():
    columns = {"subtype": "pam50"}
    obs, log = build(
        sheet(),
        columns=columns,
        label_values={},
        tissue_values=None,
        require_normals=False,
    )
    assert obs["tissue"].eq("tumour").all()
    assert obs["patient_id"].tolist() == obs.index.tolist()
    assert reasons(log, "tissue") == [
        "columns.tissue is not set: every sample is taken for a tumour"
    ]


def test_the_pattern_cuts_the_patient_out():
    table = sheet().set_axis([f"TCGA-A{i}-01" for i in range(5)])
    columns = {name: column for name, column in SETTINGS["columns"].items() if name != "patient_id"}
    obs, _ = build(table, columns=columns, patient_id_pattern=r"^TCGA-(\w+)-")
    assert obs["patient_id"].tolist() == ["A0", "A1", "A2", "A3"]


def test_a_label_value_that_never_occurs_is_a_warning():
    _, log = build(
        sheet(), label_values={"subtype": ["LumA", "Basal", "Her2"]} | {"grade": {"G1": "1"}}
    )
    assert log.warnings == ["label_values.subtype names 'Her2' (1 in all), which no sample has."]


def test_an_empty_label_is_left_out():
    obs, log = build(sheet().assign(pam50=np.nan), label_values={"grade": {"G1": "1"}})
    assert "subtype" not in obs
    assert log.warnings == [
        "Every value of 'subtype' (1 in all) is missing; the cohort does without."
    ]


def test_order_of_rows_and_columns_is_irrelevant():
    straight, _ = build(sheet())
    turned, _ = build(sheet().iloc[::-1, ::-1])
    pd.testing.assert_frame_equal(straight, turned.loc[straight.index], check_like=True)


BAD_SHEETS = [
    (
        {"rename": {"pam50": "PAM_50"}},
        r"these columns are missing: columns\.subtype: 'pam50' \(did you mean 'PAM_50'\?\)",
    ),
    ({"stage": "I"}, r"names that the cohort uses itself: 'stage' \(1 in all\)"),
    ({"purity_lump": "7"}, r"names that the cohort uses itself: 'purity_lump'"),
    ({"kind": "T"}, r"No sample is a tumour: .* the column 'kind' holds 'T' \(5\)"),
    ({"patient": np.nan}, r"No patient could be told for the samples 's1', .*\(4 in all\)"),
    ({"nhg": "2"}, r"label_values\.grade names 'G1', 'G3' \(2 in all\), none of which occurs"),
    ({"CPE": "61"}, r"purity\.cpe .* 'CPE', which should hold fractions from 0 to 1 .*'s1: 61'"),
    ({"CPE": "high"}, r"purity\.cpe .* should hold numbers but holds 'high' \(3\)"),
    ({"years": "20000"}, r"columns\.age .* should hold years from 0 to 120, but holds 's1: 20000'"),
    (
        {"t": "3026"},
        r"survival\.os\.time .*less than 100 years \(survival\.os\.time_unit is months\)",
    ),
    (
        {"e": "2"},
        r"survival\.os\.event .*codes '2' \(3\) are in neither survival\.os\.event_values",
    ),
]


@pytest.mark.parametrize(("change", "message"), BAD_SHEETS, ids=lambda value: str(value)[:24])
def test_bad_sheets_are_refused(change, message):
    table = sheet()
    table = table.rename(columns=change["rename"]) if "rename" in change else table.assign(**change)
    with pytest.raises(SampleSheetError, match=message):
        build(table)


def test_a_grade_outside_the_vocabulary_is_refused_by_the_schema():
    with pytest.raises(
        SampleSheetError,
        match=r"label_values.*grade: it should be 1, 2, 3 or 4, which fails for 'G1', 'G3'",
    ):
        build(sheet(), label_values={})


def test_labels_by_the_vocabulary_of_their_field():
    table = sheet().assign(
        pam50=["Luminal A", "LumA", "BRCA.Basal", "HER2-enriched", "claudin-low"],
        stadium=["Stage IIA", np.nan, "IV", "Stage X", "I"],
    )
    obs, log = build(
        table,
        columns=SETTINGS["columns"] | {"stage": "stadium"},
        label_values={"subtype": "pam50", "grade": "grade", "stage": "stage"},
    )
    assert obs["subtype"].dropna().to_dict() == {"s1": "LumA", "s3": "Basal", "s4": "Her2"}
    assert obs["grade"].dropna().to_dict() == {"s1": "1", "s3": "3"}
    assert obs["stage"].dropna().to_dict() == {"s1": "II", "s3": "IV"}
    assert reasons(log, "labels") == [
        "label_values.stage: left missing, since the value doesn't tell it: 'Stage X' (1)"
    ]


def test_sex_is_of_normals_too_and_has_two_words():
    columns = SETTINGS["columns"] | {"sex": "gender"}
    obs, _ = build(sheet().assign(gender=["F", "female", "M", np.nan, "F"]), columns=columns)
    assert obs["sex"].dropna().to_dict() == {"s1": "female", "s2": "female", "s3": "male"}
    mapped, _ = build(
        sheet().assign(gender=["2", "2", "1", "9", "2"]),
        columns=columns,
        label_values=SETTINGS["label_values"] | {"sex": {"1": "male", "2": "F"}},
    )
    assert mapped["sex"].dropna().to_dict() == obs["sex"].dropna().to_dict()


def test_an_unknown_sex_is_refused():
    message = (
        r"columns\.sex: the column 'gender' holds values that the vocabulary sex .*: '2' \(4\)"
    )
    with pytest.raises(SampleSheetError, match=message):
        build(sheet().assign(gender="2"), columns=SETTINGS["columns"] | {"sex": "gender"})


def test_tissue_by_words_of_the_field():
    obs, log = build(sheet(), tissue_values=None)
    assert obs["tissue"].tolist() == ["tumour", "normal", "tumour", "tumour"]
    assert reasons(log, "tissue") == [
        "without tissue_values, 'kind' is read by its words: 'tumor' (3) for tumour; 'normal' (1) "
        "for adjacent normal",
        "neither tumour nor adjacent normal, but metastasis: 'metastasis' (1)",
    ]


def test_columns_that_profiles_tell_are_kept_under_another_name():
    obs, _ = build(sheet().assign(outlier="x", library_size="5"))
    assert obs["sheet_outlier"].eq("x").all()
    assert obs["sheet_library_size"].eq(5).all()
