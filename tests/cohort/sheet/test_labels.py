"""Clinical vocabularies: every spelling of a label, what tells nothing, and what is refused."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cohort.written import written
from twinpurify.cohort.sheet.labels import read_vocabulary
from twinpurify.errors import SampleSheetError

SPELLINGS = {
    "pam50": {
        "LumA": "Luminal A|LumA|BRCA.LumA|luminal-a|LUMA|BRCA_LumA|luminalA",
        "LumB": "Luminal B|LumB|BRCA.LumB",
        "Her2": "HER2-enriched|HER2E|Her2|BRCA.Her2|HER2 enriched",
        "Basal": "Basal-like|Basal|BRCA.Basal|basal like",
        "Normal": "Normal-like|Normal|BRCA.Normal",
        "claudin_low": "claudin-low|Claudin low|claudin_low",
    },
    "grade": {
        "1": "1|G1|Grade 1|I|well differentiated|NHG 1|g1|Grade I|G1 (well differentiated)"
        "|Well differentiated (G1)|G1: Well Differentiated",
        "2": "2|G2|II|moderately differentiated|Nottingham grade 2|Moderately Differentiated",
        "3": "3|G3|III|Poorly differentiated|Histologic Grade III",
        "4": "4|G4|IV|Undifferentiated",
    },
    "stage": {
        "I": "I|Stage I|IA|1|stage ia|pI|Stage IB",
        "II": "Stage IIA|IIa|2A|II|AJCC Stage II|Stage 2",
        "III": "Stage IIIC|III|3|IIIC1|III A|Pathologic Stage IIIB",
        "IV": "Stage IV|IV|4|IVB|FIGO Stage IVA",
    },
    "sex": {"female": "F|female|FEMALE|woman|Sex: F", "male": "M|male|Male|man"},
}
UNTOLD = {
    "pam50": "NA|unknown|NC|[Not Available]",
    "grade": "GX|low grade|High Grade|unknown|GB|Grade X|[Unknown]|-",
    "stage": "Stage X|AJCC Stage X|Stage 0|0|Tis|I/II NOS|Not Reported|[Discrepancy]",
    "sex": "unknown|not reported|other",
}
STRANGE = {
    "pam50": "Luminal|LumC|LumA/LumB|triple negative",
    "grade": "5|G1/G2|1-2|I-II|grade|high risk|0",
    "stage": "T2N0M0|V|I/II|IIA-IIB|stage|M1|5",
    "sex": "1|2|x|FM",
}


def flat(table: dict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in table.items() for value in values.split("|")]


def read(vocabulary: str, *values: object) -> tuple[pd.Series, SimpleNamespace]:
    ids = [f"s{i}" for i in range(len(values))]
    found = pd.Series(values, index=ids, name="label", dtype=object)
    labels, notes = read_vocabulary(found, vocabulary, f"label_values.{vocabulary}")
    return labels, written(notes, len(values))


@pytest.mark.parametrize("vocabulary", SPELLINGS)
def test_all_spellings_become_one(vocabulary):
    for ours, values in SPELLINGS[vocabulary].items():
        for value in values.split("|"):
            labels, log = read(vocabulary, value)
            assert labels.tolist() == [ours], value
            assert log.steps == []


@pytest.mark.parametrize(("vocabulary", "value"), flat(UNTOLD))
def test_what_tells_nothing_is_left_missing_with_a_note(vocabulary, value):
    known = next(iter(SPELLINGS[vocabulary]))
    labels, log = read(vocabulary, value, known, np.nan)
    assert labels.isna().tolist() == [True, False, True]
    setting = f"label_values.{vocabulary}"
    reason = f"{setting}: left missing, since the value doesn't tell it: {value!r} (1)"
    assert log.steps[0]["reason"] == reason
    assert log.steps[0]["examples"] == ["s0"]


@pytest.mark.parametrize(("vocabulary", "value"), flat(STRANGE))
def test_what_is_not_known_is_refused(vocabulary, value):
    message = rf"'label' holds values that the vocabulary {vocabulary} doesn't know: .* \(2\)"
    with pytest.raises(SampleSheetError, match=message):
        read(vocabulary, value, value)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SPELLINGS)), st.text(max_size=12))
def test_any_text_is_read_or_refused(vocabulary, value):
    try:
        labels, _ = read(vocabulary, value)
    except SampleSheetError:
        return
    assert labels.isna().all() or labels.iloc[0] in SPELLINGS[vocabulary]


def test_labels_of_the_real_cohorts(real_data):
    brca = pd.read_csv(real_data / "tcga_brca" / "samples.csv", dtype=object)
    scanb = pd.read_csv(real_data / "scanb" / "samples.csv", dtype=object)
    metabric = pd.read_csv(real_data / "metabric" / "samples.csv", dtype=object)
    read_ = {
        "tcga": read_vocabulary(brca["PAM50_pancan2018"], "pam50", "a")[0],
        "scanb": read_vocabulary(scanb["pam50_subtype"], "pam50", "a")[0],
        "metabric": read_vocabulary(metabric["CLAUDIN_SUBTYPE"], "pam50", "a")[0],
        "stage": read_vocabulary(brca["ajcc_pathologic_tumor_stage"], "stage", "a")[0],
        "grade": read_vocabulary(scanb["nhg"], "grade", "a")[0],
        "sex": read_vocabulary(brca["gender"], "sex", "a")[0],
    }
    subtypes = set(SPELLINGS["pam50"])
    assert all(set(read_[name].dropna()) <= subtypes for name in ("tcga", "scanb", "metabric"))
    assert set(read_["stage"].dropna()) == {"I", "II", "III", "IV"}
    assert read_["grade"].value_counts().to_dict() == {"2": 178, "3": 143, "1": 75}
    assert set(read_["sex"].dropna()) == {"female", "male"}
