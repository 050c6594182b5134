"""Patient and tissue of a sample: by barcode, by the sheet, and where the two disagree."""

from types import SimpleNamespace

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
    "require_normals": False,
}


def build(table: pd.DataFrame, **changes: object) -> tuple[pd.DataFrame, SimpleNamespace]:
    obs, notes = build_obs(table, CohortDefinition.model_validate(SETTINGS | changes))
    return obs, written(notes, len(table))


def reasons(log: SimpleNamespace, step: str) -> list[str]:
    return [entry["reason"] for entry in log.steps if entry["step"] == step]


BARCODES = ["TCGA-A8-A07B-01A", "TCGA-A8-A07B-11A", "TCGA-A8-A07C-01A", "TCGA-A8-A07D-06A"]
BY_BARCODE = {"barcodes": {"scheme": "tcga"}}
BY_BOTH = BY_BARCODE | {"columns": {"patient_id": "patient", "tissue": "kind"}}


def tcga_sheet() -> pd.DataFrame:
    return pd.DataFrame({"pam50": "LumA"}, index=BARCODES, dtype=object)


def test_barcodes_tell_patient_and_tissue():
    obs, log = build(tcga_sheet(), **BY_BARCODE)
    assert obs["patient_id"].tolist() == ["TCGA-A8-A07B", "TCGA-A8-A07B", "TCGA-A8-A07C"]
    assert obs["tissue"].tolist() == ["tumour", "normal", "tumour"]
    assert reasons(log, "tissue") == [
        "neither tumour nor adjacent normal, but metastasis: 'Metastatic' (1)"
    ]
    assert log.warnings == []


def test_barcodes_may_stand_in_a_column():
    table = pd.DataFrame({"barcode": [name.replace("-", ".") for name in BARCODES]})
    table.index = ["s0", "s1", "s2", "s3"]
    obs, log = build(table, barcodes={"column": "barcode"})
    assert obs["patient_id"].tolist() == ["TCGA-A8-A07B", "TCGA-A8-A07B", "TCGA-A8-A07C"]
    assert len(reasons(log, "barcodes")) == 1
    assert obs["barcode"].str.startswith("TCGA.A8").all()


def test_mapped_columns_come_before_barcodes_and_contradictions_are_warnings():
    table = tcga_sheet().assign(patient=["p1", "p2", "p3", "p4"])
    table["kind"] = ["tumor", "normal", "normal", "tumor"]
    obs, log = build(table, **BY_BOTH)
    assert obs["patient_id"].tolist() == ["p1", "p2", "p3", "p4"]
    assert obs["tissue"].tolist() == ["tumour", "normal", "normal", "tumour"]
    tissue, patient = log.warnings[:2]
    assert tissue.startswith(
        "columns.tissue contradicts the sample type of barcodes: 'TCGA-A8-A07C-01A: normal, not "
        "01', 'TCGA-A8-A07D-06A: tumour, not 06' (2 in all)."
    )
    assert patient.startswith(
        "columns.patient_id contradicts the patients of barcodes: 'TCGA-A8-A07B-01A: p1', "
        "'TCGA-A8-A07B-11A: p2' (2 in all)."
    )


@pytest.mark.parametrize(
    "patients", [["a", "a", "b", "c"], ["tcga.a8.a07b", "tcga.a8.a07b", "TCGA-A8-A07C", "x"]]
)
def test_patients_of_another_spelling_are_no_contradiction(patients):
    table = tcga_sheet().assign(patient=patients, kind=["tumor", "normal", "tumor", "met"])
    _, log = build(table, **BY_BOTH)
    assert not [warning for warning in log.warnings if "patient_id" in warning]


def test_patients_with_the_barcode_of_another_are_a_contradiction():
    patients = ["TCGA-A8-A07C", "TCGA-A8-A07C", "TCGA-A8-A07B", "c"]
    _, log = build(tcga_sheet().assign(patient=patients, kind="tumor"), **BY_BOTH)
    (warning,) = [warning for warning in log.warnings if "patient_id" in warning]
    assert "(3 in all)" in warning


def test_a_hint_says_that_ids_are_barcodes():
    _, log = build(tcga_sheet())
    (hint,) = reasons(log, "barcodes")
    assert hint.startswith("the sample ids are TCGA barcodes; `barcodes: {scheme: tcga}` would")


BAD_BARCODES = [
    (["TCGA-A8-A07B"] * 2, r"The barcodes of 's0', 's1' \(2 in all\) reach to the patient only"),
    (["TCGA-A8-A07B-01A", "GSM1"], r"these are no TCGA barcodes: 's1: GSM1'"),
    (["TCGA-A8-A07B-11A", "TCGA-A8-A07B-06A"], r"No sample is a tumour: .*'Metastatic' \(1\)"),
]


@pytest.mark.parametrize(("barcodes", "message"), BAD_BARCODES)
def test_bad_barcodes_are_refused(barcodes, message):
    table = pd.DataFrame({"barcode": barcodes}, index=["s0", "s1"])
    with pytest.raises(SampleSheetError, match=message):
        build(table, barcodes={"column": "barcode"})


def test_a_missing_column_of_barcodes_is_refused():
    message = r"In the sample sheet .*barcodes\.column: 'Barcode' \(did you mean 'barcode'\?\)"
    with pytest.raises(SampleSheetError, match=message):
        build(tcga_sheet().assign(barcode="x"), barcodes={"column": "Barcode"})
