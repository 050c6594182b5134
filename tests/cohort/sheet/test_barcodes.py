"""TCGA barcodes: what each length tells, how they may be spelt, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinpurify.cohort.declaration.samples import BarcodeSettings
from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.sheet.barcodes import (
    SAMPLE_TYPES,
    looks_like_tcga,
    parse_barcodes,
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
    log = IngestionLog("example", 2, 10)
    parsed = parse_barcodes(series(FULL, spelling), log)
    assert parsed.loc["s0"].equals(parsed.loc["s1"])
    assert log.steps[0]["reason"].startswith("1 barcodes are not in TCGA's own spelling")
    assert log.steps[0]["examples"] == [spelling]


def test_the_official_spelling_needs_no_note():
    log = IngestionLog("example", 1, 10)
    parse_barcodes(series(FULL), log)
    assert log.steps == []


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
    assert looks_like_tcga(pd.Index([FULL, FULL.lower().replace("-", ".")]))
    assert not looks_like_tcga(pd.Index([FULL, "GSM1"]))
    assert not looks_like_tcga(pd.Index([]))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="TCGA-._0198aR ", max_size=30))
def test_any_text_is_parsed_or_refused(text):
    try:
        parsed = parse_barcodes(series(text))
    except SampleSheetError:
        return
    assert parsed.loc["s0", "patient"].startswith("TCGA-")
