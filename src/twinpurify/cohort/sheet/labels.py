"""Clinical labels: which values count, and the words of PAM50, grade, stage and sex."""

from __future__ import annotations

import re

import pandas as pd

from twinpurify.cohort.codes import UNKNOWN, code
from twinpurify.cohort.hints import counts
from twinpurify.cohort.notes import Notes, Told
from twinpurify.errors import SampleSheetError, listed

# Keys are as `_plain` writes them: lower case, letters and digits alone.
PAM50 = {
    **dict.fromkeys(["luma", "luminala"], "LumA"),
    **dict.fromkeys(["lumb", "luminalb"], "LumB"),
    **dict.fromkeys(["her2", "her2e", "her2enriched"], "Her2"),
    **dict.fromkeys(["basal", "basallike"], "Basal"),
    **dict.fromkeys(["normal", "normallike", "norm"], "Normal"),
    **dict.fromkeys(["claudinlow", "claudin", "cldnlow"], "claudin_low"),
}
GRADES = {
    **dict.fromkeys(["1", "i", "welldifferentiated"], "1"),
    **dict.fromkeys(["2", "ii", "moderatelydifferentiated", "moderatelywelldifferentiated"], "2"),
    **dict.fromkeys(["3", "iii", "poorlydifferentiated"], "3"),
    **dict.fromkeys(["4", "iv", "undifferentiated", "anaplastic"], "4"),
}
STAGES = {
    **{"1": "I", "2": "II", "3": "III", "4": "IV"},
    **{"i": "I", "ii": "II", "iii": "III", "iv": "IV"},
}
SEXES = {
    **dict.fromkeys(["f", "female", "woman", "women"], "female"),
    **dict.fromkeys(["m", "male", "man", "men"], "male"),
}
_WORDS = {"pam50": PAM50, "grade": GRADES, "stage": STAGES, "sex": SEXES}
# What stands before the value itself: "BRCA.LumA", "NHG 2", "Fuhrman grade 2", "AJCC Stage IIA".
_PREFIX = {
    "pam50": r"(brca|pam50)",
    "grade": r"(histologic(al)?|nottingham|nuclear|tumou?r|fuhrman|isup|who|nhg|grade|g)",
    "stage": r"(ajcc|uicc|figo|pathologic(al)?|clinical|tumou?r|stage|p(?=[iv1-4]))",
    "sex": r"(sex|gender)",
}
_SUBSTAGE = re.compile(r"^([1-4]|iv|i{1,3})[abcs]?[1-3]?$")
# What is said without telling the label: two-tier grades, in-situ and unassessed stages. "Low" is
# grade 1 of three, and 1 or 2 of two.
_UNTOLD = {
    "pam50": {"nc", "notclassified", "unclassified"},
    "grade": {"low", "intermediate", "high", "lowgrade", "intermediategrade", "highgrade"}
    | {"x", "b", "borderline"},
    "stage": {"x", "0", "0a", "0is", "0tis", "is", "tis", "insitu", "iiinos", "occult"},
    "sex": {"other", "intersex"},
}
_NUMERAL = re.compile(r"(?:[0-4]|iv|i{1,3})[abc]?\d?")


def pick_labels(
    found: pd.Series, wanted: str | list[str] | dict[str, str] | None, name: str
) -> Told[pd.Series]:
    """Keep or rename the values of a label that count; the others become missing, and are noted.

    Parameters
    ----------
    found : Series
        Codes.
    wanted : str, list or dict, optional
        The name of a vocabulary, the values that count, or their value -> our value; None keeps
        all.
    name : str
        The label, for example ``subtype``.

    Raises
    ------
    SampleSheetError
        None of the wanted values occurs, or the vocabulary doesn't know a value.
    """
    notes, setting = Notes(), f"label_values.{name}"
    if wanted is None:
        return found, notes
    if isinstance(wanted, str):
        return read_vocabulary(found, wanted, setting)
    meaning = wanted if isinstance(wanted, dict) else {value: value for value in wanted}
    meaning = {code(theirs): code(ours) for theirs, ours in meaning.items()}
    never = [value for value in meaning if not (found == value).any()]
    if len(never) == len(meaning):
        raise SampleSheetError(
            f"label_values.{name} names {listed(never)}, none of which occurs in the column "
            f"{found.name!r}; it holds {counts(found)}. Correct label_values.{name}."
        )
    if never:
        notes.warn(f"{setting} names {listed(never)}, which no sample has.")
    labels = found.map(meaning)
    notes += _left_missing(found, labels, f"{name} left missing, since {setting} doesn't name it")
    return labels, notes


def read_vocabulary(found: pd.Series, vocabulary: str, setting: str) -> Told[pd.Series]:
    """Translate a label by the vocabulary of its field, so that cohorts can be compared.

    Values that say that the label isn't known, or don't tell it, become missing, and are noted.

    Parameters
    ----------
    found : Series of str
        Codes.
    vocabulary : {'pam50', 'grade', 'stage', 'sex'}
        Which words are known: LumA, LumB, Her2, Basal, Normal, claudin_low; 1 to 4; I to IV (the
        letters of substages go); female and male.
    setting : str
        The setting that a user changes for words of her own.

    Raises
    ------
    SampleSheetError
        A value is neither in the vocabulary nor a word for unknown.
    """
    meaning = {value: _translate(value, vocabulary) for value in found.dropna().unique()}
    strange = found[found.isin([value for value, ours in meaning.items() if ours is None])]
    if len(strange):
        ours = ", ".join(dict.fromkeys(_WORDS[vocabulary].values()))
        raise SampleSheetError(
            f"{setting}: the column {found.name!r} holds values that the vocabulary {vocabulary} "
            f"doesn't know: {counts(strange)}. In label_values.{setting.rpartition('.')[2]}, map "
            f"each value of the column to one of {ours}."
        )
    labels = found.map({value: ours for value, ours in meaning.items() if ours}).astype(object)
    reason = f"{setting}: left missing, since the value doesn't tell it"
    return labels, _left_missing(found, labels, reason)


def _left_missing(found: pd.Series, labels: pd.Series, reason: str) -> Notes:
    notes, lost = Notes(), found[found.notna() & labels.isna()]
    notes.add("labels", f"{reason}: {counts(lost)}", lost.index)
    return notes


def _translate(value: str, vocabulary: str) -> str | None:
    """Return our word for a value, '' where it says that nothing is known, None where strange."""
    parts = re.findall(r"[a-z0-9]+", value.casefold())
    plain = "".join(parts)
    essence = re.sub(rf"^{_PREFIX[vocabulary]}+", "", plain)
    silent = UNKNOWN | _UNTOLD[vocabulary]
    if not plain or plain in silent or essence in silent:
        return ""
    # "I-II" is no III.
    if sum(_NUMERAL.fullmatch(part) is not None for part in parts) > 1:
        return None
    if vocabulary == "stage":
        essence = _SUBSTAGE.sub(r"\1", essence)
    words = _WORDS[vocabulary]
    return words.get(plain) or words.get(essence) or _said_twice(value, vocabulary)


def _said_twice(value: str, vocabulary: str) -> str | None:
    """Read a value that says the same in two ways, such as "G1 (well differentiated)"."""
    halves = re.fullmatch(r"(.+?)\s*(?:\(|:| - |, )\s*(.+?)\)?", value)
    told = {_translate(half, vocabulary) for half in halves.groups()} if halves else set()
    return told.pop() if len(told) == 1 else None
