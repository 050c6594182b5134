"""The words with which sample sheets say what tissue a sample is of."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import pandas as pd

from twinpurify.cohort.hints import counts
from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.sheet.barcodes import SAMPLE_TYPES
from twinpurify.errors import SampleSheetError

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
    if word in SAMPLE_TYPES:
        return SAMPLE_TYPES[word][1]
    plain = _plain(word)
    essence = " ".join(part for part in plain.split() if part not in FILLERS)
    return _words().get(plain) or _words().get(essence)


def read_tissues(found: pd.Series, log: IngestionLog) -> pd.Series:
    """Tell tumours and adjacent normals by the words of the field; the others are dropped.

    Parameters
    ----------
    found : Series of str
        Codes of the tissue column, indexed by sample.
    log : IngestionLog
        Takes which words were taken for what, and what was dropped.

    Returns
    -------
    Series of str
        ``tumour`` or ``normal`` for the samples that stay.

    Raises
    ------
    SampleSheetError
        A word isn't in the vocabulary, or none means tumour.
    """
    meaning = {word: tissue_category(word) for word in found.dropna().unique()}
    strange = found[found.map(meaning).isna() & found.notna()]
    if len(strange):
        raise SampleSheetError(
            f"columns.tissue names the column {found.name!r}, with words that aren't in the "
            f"vocabulary of tissues: {counts(strange)}. Say in tissue_values which values mean "
            "tumour and which normal."
        )
    category = found.map(meaning).astype(object).where(found.notna(), "missing")
    taken = [
        f"{counts(found[category == ours])} for {spoken}"
        for ours, spoken in SPOKEN.items()
        if (category == ours).any()
    ]
    if taken:
        log.note(
            "tissue",
            f"without tissue_values, {found.name!r} is read by its words: {'; '.join(taken)}",
        )
    return keep_tumours_and_normals(category, found, log)


def keep_tumours_and_normals(category: pd.Series, words: pd.Series, log: IngestionLog) -> pd.Series:
    """Drop what is neither primary tumour nor adjacent normal, and say what it was.

    Parameters
    ----------
    category : Series of str
        Category of each sample.
    words : Series of str
        The sheet's own words for it.
    log : IngestionLog
        Takes the dropped samples, one step a category.

    Returns
    -------
    Series of str
        ``tumour`` or ``normal`` for the samples that stay.

    Raises
    ------
    SampleSheetError
        No sample is a tumour.
    """
    if not (category == "tumour").any():
        raise SampleSheetError(
            f"No sample is a tumour: the values {counts(words.fillna('missing'))} were taken for "
            f"{counts(category)}. Say in tissue_values.tumour which of them mean tumour."
        )
    stays = category.isin(list(SPOKEN))
    for name, group in category[~stays].groupby(category[~stays]):
        reason = f"{name}: {counts(words[group.index].fillna('missing'))}"
        log.drop_samples("tissue", group.index, f"neither tumour nor adjacent normal, but {reason}")
    return category[stays]


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
