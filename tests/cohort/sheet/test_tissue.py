"""Words of tissue columns: what is taken for what, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from tests.cohort.written import written
from twinpurify.cohort.sheet.tissue import read_tissues, tissue_category
from twinpurify.errors import SampleSheetError

CATEGORIES = {
    "tumour": "tumour|Tumor|TUMOR|primary tumour|Primary Tumor|Primary Solid Tumor|primary_tumor"
    "|cancer|breast cancer|carcinoma|malignant|T|TP|01|03|09|Primary Blood Derived Cancer - "
    "Peripheral Blood|lung tumor tissue|Invasive ductal carcinoma",
    "normal": "normal|Normal|adjacent normal|Adjacent-Normal|Solid Tissue Normal|NT|matched normal"
    "|healthy|peritumoral|11|normal breast tissue|Non-tumor|non-malignant|Normal adjacent tissue",
    "metastasis": "metastasis|Metastatic|06|07|Additional Metastatic|liver metastasis",
    "recurrence": "recurrence|Recurrent Tumor|Recurrent Solid Tumor|02|40",
    "further primary": "05|Additional - New Primary",
    "cell line": "cell line|Cell Lines|50|13|EBV Immortalized Normal",
    "xenograft": "xenograft|PDX|Patient-derived xenograft|60|61|Primary Xenograft Tissue",
    "organoid": "organoid|Tumour organoids",
    "blood": "blood|Whole blood|PBMC|10|Blood Derived Normal",
    "other normal": "12|14|Buccal Cell Normal",
    "isolated cells": "08|sorted cells",
    "benign lesion": "benign|Fibroadenoma",
    "in situ": "DCIS|ductal carcinoma in situ",
    "fetal": "fetal|foetal tissue",
    "cell-free": "cell-free RNA|cfRNA",
    "control": "20|Control Analyte",
    "unknown": "unknown|Not Reported",
}


@pytest.mark.parametrize(
    ("word", "category"),
    [(word, category) for category, words in CATEGORIES.items() for word in words.split("|")],
)
def test_words_have_their_category(word, category):
    assert tissue_category(word) == category


@pytest.mark.parametrize("word", ["1", "0", "breast", "control", "A", "tissue", "Basal", ""])
def test_what_is_ambiguous_has_none(word):
    assert tissue_category(word) is None


def column(*words: object) -> pd.Series:
    ids = [f"s{i}" for i in range(len(words))]
    return pd.Series(words, index=ids, name="kind", dtype=object)


def test_only_tumours_and_normals_stay_and_the_log_says_why():
    words = ["Primary Tumor", "Metastatic", "NT", "PDX", np.nan, "cancer"]
    tissue, notes = read_tissues(column(*words))
    log = written(notes, 6)
    assert tissue.to_dict() == {"s0": "tumour", "s2": "normal", "s5": "tumour"}
    assert log.kept_samples == 3
    assert [step["reason"] for step in log.steps] == [
        "without tissue_values, 'kind' is read by its words: 'Primary Tumor' (1), 'cancer' (1) "
        "for tumour; 'NT' (1) for adjacent normal",
        "neither tumour nor adjacent normal, but metastasis: 'Metastatic' (1)",
        "neither tumour nor adjacent normal, but missing: 'missing' (1)",
        "neither tumour nor adjacent normal, but xenograft: 'PDX' (1)",
    ]


def test_unknown_words_are_refused_with_their_counts():
    message = r"'kind', with words that aren't in the vocabulary of tissues: 'B7' \(2\), 'A' \(1\)"
    with pytest.raises(SampleSheetError, match=message):
        read_tissues(column("tumour", "B7", "B7", "A"))


def test_a_column_without_tumours_is_refused():
    message = r"No sample is a tumour: the values 'NT' \(2\).* were taken for 'normal' \(2\)"
    with pytest.raises(SampleSheetError, match=message):
        read_tissues(column("NT", "NT"))
