"""Which samples are tumours and which adjacent normals, by the sheet, by barcodes, or by both."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import pandas as pd

from twinpurify.cohort.codes import code
from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.cohort.declaration.samples import TissueValues
from twinpurify.cohort.hints import counts, each
from twinpurify.cohort.notes import Notes, Told
from twinpurify.cohort.sheet.barcodes import SAMPLE_TYPES
from twinpurify.errors import SampleSheetError, listed

ORGANS = (
    "breast mammary lung colon rectum rectal colorectal liver hepatic kidney renal prostate "
    "stomach gastric pancreas pancreatic ovary ovarian thyroid bladder brain skin head neck "
    "esophagus esophageal endometrium endometrial uterus uterine cervix cervical oral tongue bile "
    "duct gland epithelium mucosa"
)
# Words that say nothing of the kind of tissue.
FILLERS = frozenset(f"{ORGANS} tissue tissues sample samples specimen biopsy the of from a".split())
# The categories that enter a cohort, as they are called in messages.
SPOKEN = {"tumour": "tumour", "normal": "adjacent normal"}
CATEGORIES = {kind: category for kind, (_, category) in SAMPLE_TYPES.items()}


def tissue_category(word: str) -> str | None:
    """Look a word up in the vocabulary, whatever its case, punctuation and spelling.

    Parameters
    ----------
    word : str
        A value of a tissue column, a TCGA sample type (``01``) among them.

    Returns
    -------
    str or None
        ``tumour``, ``normal``, another category (``metastasis``, ``cell line``, …), or None for a
        word that isn't known.
    """
    if word in CATEGORIES:
        return CATEGORIES[word]
    plain = _plain(word)
    essence = " ".join(part for part in plain.split() if part not in FILLERS)
    return _words().get(plain) or _words().get(essence)


def tell_tissue(
    sheet: pd.DataFrame, definition: CohortDefinition, barcodes: pd.DataFrame | None
) -> Told[pd.Series]:
    """Tell tumours from adjacent normals, and drop the samples that are neither.

    Where sheet and barcode contradict each other, the sheet counts, and a warning says so.

    Parameters
    ----------
    sheet : DataFrame
        Codes of the sheet, indexed by sample id.
    definition : CohortDefinition
        Which column holds the tissue, and what its values mean.
    barcodes : DataFrame, optional
        Parts of the barcodes, indexed by sample id.

    Raises
    ------
    SampleSheetError
        A word is unknown, a barcode doesn't reach to the sample type, or no sample is a tumour.
    """
    notes, values = Notes(), definition.tissue_values
    if "tissue" in definition.columns:
        found = sheet[definition.columns["tissue"]]
        tissue = notes.of(read_tissues(found) if values is None else _by_values(found, values))
        if barcodes is not None:
            told = barcodes.loc[tissue.index, "sample_type"].dropna()
            other = told[told.map(CATEGORIES) != tissue[told.index]]
            if len(other):
                notes.warn(
                    "columns.tissue contradicts the sample type of barcodes: "
                    f"{each(tissue[other.index] + ', not ' + other)}. The column counts; leave "
                    "columns.tissue out if the barcodes are right."
                )
    elif barcodes is not None:
        tissue = notes.of(_by_sample_type(barcodes["sample_type"]))
    else:
        notes.add("tissue", "columns.tissue is not set: every sample is taken for a tumour")
        tissue = pd.Series("tumour", index=sheet.index, dtype=object)
    return tissue, notes


def _by_values(found: pd.Series, values: TissueValues) -> Told[pd.Series]:
    meaning = {code(value): "normal" for value in values.normal}
    meaning |= {code(value): "tumour" for value in values.tumour}
    tissue = found.map(meaning)
    if not (tissue == "tumour").any():
        raise SampleSheetError(
            f"No sample is a tumour: tissue_values.tumour is {values.tumour}, and the column "
            f"{found.name!r} holds {counts(found)}. Correct tissue_values.tumour."
        )
    notes, other = Notes(), found[tissue.isna()].fillna("missing")
    reason = f"neither tumour nor normal: {counts(other)}"
    notes.lose("samples", "tissue", other.index, reason)
    return tissue.dropna(), notes


def _by_sample_type(sample_types: pd.Series) -> Told[pd.Series]:
    without = sample_types.index[sample_types.isna()]
    if len(without):
        raise SampleSheetError(
            f"The barcodes of {listed(without)} reach to the patient only, not to the sample type "
            "(01, 11, …), so the tissue can't be told. Set barcodes.column to a column with longer "
            "barcodes, or map columns.tissue."
        )
    words = sample_types.map({kind: words for kind, (words, _) in SAMPLE_TYPES.items()})
    return _tumours_and_normals(sample_types.map(CATEGORIES), words)


def read_tissues(found: pd.Series) -> Told[pd.Series]:
    """Tell tumours and adjacent normals by the words of the field; the others are dropped.

    Parameters
    ----------
    found : Series of str
        Codes of the tissue column, indexed by sample.

    Raises
    ------
    SampleSheetError
        A word isn't in the vocabulary, or none means tumour.
    """
    notes = Notes()
    meaning = {word: tissue_category(word) for word in found.dropna().unique()}
    strange = found[found.map(meaning).isna() & found.notna()]
    if len(strange):
        raise SampleSheetError(
            f"columns.tissue names the column {found.name!r}, with words that aren't in the "
            f"vocabulary of tissues: {counts(strange)}. Say in tissue_values which values mean "
            "tumour and which normal."
        )
    category = found.map(meaning).astype(object).where(found.notna(), "missing")
    taken = "; ".join(
        f"{counts(found[category == ours])} for {spoken}"
        for ours, spoken in SPOKEN.items()
        if (category == ours).any()
    )
    if taken:
        notes.add("tissue", f"without tissue_values, {found.name!r} is read by its words: {taken}")
    return notes.of(_tumours_and_normals(category, found)), notes


def _tumours_and_normals(category: pd.Series, words: pd.Series) -> Told[pd.Series]:
    """Drop what is neither primary tumour nor adjacent normal; say what the sheet calls it."""
    notes, words = Notes(), words.fillna("missing")
    if not (category == "tumour").any():
        raise SampleSheetError(
            f"No sample is a tumour: the values {counts(words)} were taken for "
            f"{counts(category)}. Say in tissue_values.tumour which of them mean tumour."
        )
    stays = category.isin(list(SPOKEN))
    for name, group in category[~stays].groupby(category[~stays]):
        reason = f"neither tumour nor adjacent normal, but {name}: {counts(words[group.index])}"
        notes.lose("samples", "tissue", group.index, reason)
    return category[stays], notes


def _plain(word: str) -> str:
    folded = re.sub(r"[^a-z0-9]+", " ", word.casefold()).strip()
    folded = re.sub(r"tumour", "tumor", folded)
    return re.sub(r"oesophag", "esophag", folded)


@cache
def _words() -> dict[str, str]:
    """Read the category of each word, TCGA's own words for its sample types among them."""
    meaning = {_plain(words): category for words, category in SAMPLE_TYPES.values()}
    table = files(__package__).joinpath("tissue_words.txt").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            category, words = line.split(": ")
            meaning |= dict.fromkeys(words.split(", "), category)
    return meaning
