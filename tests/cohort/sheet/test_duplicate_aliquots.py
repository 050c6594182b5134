"""Several aliquots of one sample: which one stays, and that the log names the others."""

import pandas as pd
import pytest

from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.sheet.duplicate_aliquots import choose_aliquots
from twinpurify.errors import SampleSheetError


def choose(*barcodes: str, rule: str = "keep_best", tissue: str = "tumour"):
    index = pd.Index(barcodes, name="sample_id")
    obs = pd.DataFrame({"tissue": tissue}, index=index)
    log = IngestionLog("example", len(obs), 10)
    kept = choose_aliquots(obs, pd.Series(barcodes, index=index, dtype=object), rule, log)
    return kept.tolist(), log


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
    kept = choose_aliquots(obs, barcodes, "keep_best", IngestionLog("example", 3, 10))
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
    log = IngestionLog("example", 1, 10)
    assert choose_aliquots(obs, barcodes, "keep_best", log).tolist() == ["a"]


def test_aliquots_of_tcga_brca(real_data):
    sheet = pd.read_csv(real_data / "tcga_brca" / "samples.csv", index_col="aliquot")
    obs = sheet[sheet["sample_type"].isin(["tumor", "normal"])].rename(
        columns={"sample_type": "tissue"}
    )
    log = IngestionLog("tcga_brca", len(obs), 10)
    kept = choose_aliquots(obs, obs.index.to_series(), "keep_best", log)
    assert not kept.str[:15].duplicated().any()
    assert set(kept.str[:15]) == set(obs.index.str[:15])
