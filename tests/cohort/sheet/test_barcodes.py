"""TCGA barcodes: what each length tells, how they may be spelt, and which aliquot stays."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cohort.written import written
from twinpurify.cohort.declaration.samples import BarcodeSettings
from twinpurify.cohort.sheet.barcodes import (
    SAMPLE_TYPES,
    choose_aliquots,
    parse_barcodes,
    read_barcodes,
    sample_barcodes,
)
from twinpurify.errors import SampleSheetError

FULL = "TCGA-A8-A07B-01A-11R-A00Z-07"
PARTS = {
    12: {"patient": "TCGA-A8-A07B"},
    15: {"patient": "TCGA-A8-A07B", "sample_type": "01"},
    16: {"patient": "TCGA-A8-A07B", "sample_type": "01", "vial": "A"},
    20: {
        "patient": "TCGA-A8-A07B",
        "sample_type": "01",
        "vial": "A",
        "portion": "11",
        "analyte": "R",
    },
    28: {
        "patient": "TCGA-A8-A07B",
        "sample_type": "01",
        "vial": "A",
        "portion": "11",
        "analyte": "R",
        "plate": "A00Z",
        "centre": "07",
    },
}


def series(*barcodes: str) -> pd.Series:
    return pd.Series(barcodes, index=[f"s{i}" for i in range(len(barcodes))], dtype=object)


@pytest.mark.parametrize("length", PARTS)
def test_a_barcode_tells_as_much_as_it_is_long(length):
    parsed = parse_barcodes(series(FULL[:length]))
    assert parsed.loc["s0"].dropna().to_dict() == PARTS[length]


@pytest.mark.parametrize("spelling", [FULL.replace("-", "."), FULL.replace("-", "_"), FULL.lower()])
def test_other_spellings_are_read_with_a_note(spelling):
    sheet = series(FULL, spelling).to_frame("barcode")
    parsed, notes = read_barcodes(sheet, BarcodeSettings(column="barcode"))
    log = written(notes)
    assert parsed.loc["s0"].equals(parsed.loc["s1"])
    assert log.steps[0]["reason"].startswith("1 barcodes are not in TCGA's own spelling")
    assert log.steps[0]["examples"] == [spelling]


def test_the_official_spelling_needs_no_note():
    _, notes = read_barcodes(pd.DataFrame(index=[FULL]), BarcodeSettings())
    assert notes == []


def test_every_sample_type_is_read():
    parsed = parse_barcodes(series(*(f"TCGA-A8-A07B-{kind}A" for kind in SAMPLE_TYPES)))
    assert parsed["sample_type"].tolist() == list(SAMPLE_TYPES)
    wanted = {f"{number:02d}" for number in (*range(1, 15), 20, 40, 50, 60, 61)}
    assert set(SAMPLE_TYPES) == wanted
    assert {kind for kind, (_, category) in SAMPLE_TYPES.items() if category == "normal"} == {"11"}
    tumours = {kind for kind, (_, category) in SAMPLE_TYPES.items() if category == "tumour"}
    assert tumours == {"01", "03", "09"}


@pytest.mark.parametrize(
    "wrong", ["A8-A07B", "TCGA-A8", "TCGA-A8-A07B-1A", f"{FULL}-1", "TCGA-A8-A07B-01A.1", np.nan, 7]
)
def test_what_is_no_barcode_is_refused(wrong):
    message = rf"barcodes\.scheme is tcga, but these are no TCGA barcodes: 's1: {wrong}' \(1 in all"
    with pytest.raises(SampleSheetError, match=message):
        parse_barcodes(series(FULL, wrong))


def test_an_unknown_sample_type_is_refused():
    with pytest.raises(SampleSheetError, match=r"these sample types aren't TCGA's: 's0: 33'"):
        parse_barcodes(series("TCGA-A8-A07B-33A"))


def test_barcodes_come_from_the_ids_or_a_column():
    sheet = pd.DataFrame({"barcode": [FULL]}, index=["s0"])
    assert sample_barcodes(sheet, BarcodeSettings()).tolist() == ["s0"]
    assert sample_barcodes(sheet, BarcodeSettings(column="barcode")).tolist() == [FULL]


def test_ids_that_are_barcodes_are_recognised():
    def noted(*ids: str) -> bool:
        parsed, notes = read_barcodes(pd.DataFrame(index=list(ids)), None)
        assert parsed is None
        return bool(notes)

    assert noted(FULL, FULL.lower().replace("-", "."))
    assert not noted(FULL, "GSM1")
    assert not noted()


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="TCGA-._0198aR ", max_size=30))
def test_any_text_is_parsed_or_refused(text):
    try:
        parsed = parse_barcodes(series(text))
    except SampleSheetError:
        return
    assert parsed.loc["s0", "patient"].startswith("TCGA-")


def choose(*barcodes: str, rule: str = "keep_best", tissue: str = "tumour"):
    index = pd.Index(barcodes, name="sample_id")
    obs = pd.DataFrame({"tissue": tissue}, index=index)
    kept, notes = choose_aliquots(obs, pd.Series(barcodes, index=index, dtype=object), rule)
    return kept.tolist(), written(notes, len(obs))


# Worse first, better second.
PREFERENCES = [
    ("TCGA-A7-A0DB-01B-11R-A277-07", "TCGA-A7-A0DB-01A-11R-A00Z-07"),
    ("TCGA-A7-A0DB-01A-12R-A277-07", "TCGA-A7-A0DB-01A-11H-A00Z-07"),
    ("TCGA-A7-A0DB-01A-12T-A277-07", "TCGA-A7-A0DB-01A-11R-A00Z-07"),
    ("TCGA-A7-A0DB-01A-11D-A277-07", "TCGA-A7-A0DB-01A-11T-A00Z-07"),
    ("TCGA-A7-A0DB-01A-11R-A277-07", "TCGA-A7-A0DB-01A-12R-A00Z-07"),
    ("TCGA-A7-A0DB-01A-11R-A00Z-07", "TCGA-A7-A0DB-01A-11R-A277-07"),
    ("TCGA-A7-A0DB-01A-11R-A277-07", "TCGA-A7-A0DB-01A-11R-A277-13"),
    ("TCGA-A7-A0DB-01B", "TCGA-A7-A0DB-01A"),
]


@pytest.mark.parametrize(("worse", "better"), PREFERENCES)
def test_the_better_aliquot_stays_in_any_order(worse, better):
    for barcodes in ((worse, better), (better, worse)):
        kept, log = choose(*barcodes)
        assert kept == [better]
        assert log.kept_samples == 1
        step = log.steps[0]
        assert (step["step"], step["dropped"]) == ("duplicates", 1)
        assert step["examples"] == [f"{worse} (stays: {better})"]
        assert step["reason"].startswith("2 aliquots are of 1 samples; of each the first vial")


def test_other_sample_types_and_patients_are_no_duplicates():
    barcodes = ["TCGA-A7-A0DB-11A-11R-A089-07", "TCGA-A7-A0DB-01A-11R-A00Z-07", "TCGA-A7-A0DC-01A"]
    kept, log = choose(*barcodes)
    assert kept == barcodes
    assert log.steps == []


def test_barcodes_of_patients_are_told_apart_by_tissue():
    index = pd.Index(["a", "b", "c"])
    obs = pd.DataFrame({"tissue": ["tumour", "normal", "tumour"]}, index=index)
    barcodes = pd.Series("TCGA-A7-A0DB", index=index)
    kept, _ = choose_aliquots(obs, barcodes, "keep_best")
    assert kept.tolist() == ["a", "b"]


def test_the_order_of_the_cohort_stays():
    kept, _ = choose("TCGA-A7-A0DD-01A", "TCGA-A7-A0DB-01B", "TCGA-A7-A0DB-01A", "TCGA-A7-A0DA-01A")
    assert kept == ["TCGA-A7-A0DD-01A", "TCGA-A7-A0DB-01A", "TCGA-A7-A0DA-01A"]


def test_all_are_kept_when_told_so():
    kept, log = choose(*PREFERENCES[0], rule="keep_all")
    assert kept == list(PREFERENCES[0])
    assert log.steps[0]["reason"] == "2 aliquots are of 1 samples; all are kept"
    assert log.kept_samples == 2


def test_duplicates_can_be_an_error():
    message = r"2 aliquots are of 1 samples: .* set barcodes\.duplicates to keep_best or keep_all"
    with pytest.raises(SampleSheetError, match=message):
        choose(*PREFERENCES[0], rule="error")


def test_barcodes_of_samples_outside_the_cohort_are_not_looked_at():
    obs = pd.DataFrame({"tissue": ["tumour"]}, index=["a"])
    barcodes = pd.Series({"a": "TCGA-A7-A0DB-01A", "b": "no barcode"})
    assert choose_aliquots(obs, barcodes, "keep_best")[0].tolist() == ["a"]


def test_aliquots_of_tcga_brca(real_data):
    sheet = pd.read_csv(real_data / "tcga_brca" / "samples.csv", index_col="aliquot")
    obs = sheet[sheet["sample_type"].isin(["tumor", "normal"])].rename(
        columns={"sample_type": "tissue"}
    )
    kept, _ = choose_aliquots(obs, obs.index.to_series(), "keep_best")
    assert not kept.str[:15].duplicated().any()
    assert set(kept.str[:15]) == set(obs.index.str[:15])
