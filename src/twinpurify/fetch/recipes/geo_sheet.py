"""The columns of a series' sample sheet: which can be mapped, and which a person has to choose."""

from __future__ import annotations

import re

import pandas as pd

from twinpurify.cohort.checks import MINIMUM_NORMALS
from twinpurify.cohort.hints import counts
from twinpurify.cohort.sheet.tissue import tissue_category
from twinpurify.fetch.definitions.columns import NAMED, VOCABULARIES, fits
from twinpurify.fetch.definitions.draft import OPEN, comments, quoted, section

# What GEO itself says of every sample; all else is of the authors.
OF_GEO = re.compile(
    r"title|status|submission_date|last_update_date|type|channel_count|platform_id|data_row_count"
    r"|instrument_model|library_(strategy|source|selection)|(hyb|scan)_protocol"
    r"|(organism|molecule|taxid|label|(extract|label|growth|treatment)_protocol)_ch\d"
    # These may stand several times.
    r"|(description|data_processing|relation|supplementary_file(_\d+)?)( \(\d+\))?"
)
HINTS_AT_NORMALS = re.compile(r"normal|healthy|adjacent|control|non.?tumou?r", re.IGNORECASE)
HINTS_AT_PATIENTS = re.compile(
    r"(?<![a-z])(patient|subject|individual|donor|case)(?![a-z])", re.IGNORECASE
)
HINTS_AT_SURVIVAL = re.compile(
    r"surviv|death|dead|vital|relapse|recur|event|follow|\b(os|rfs|dfs|pfs|dmfs|dss)\b",
    re.IGNORECASE,
)
TISSUE = "tissue"
LABELS = ("subtype", "grade", "stage", "age", "sex", "batch")
SURVIVAL_EXAMPLE = (
    "survival:",
    "  os: {time: <column>, event: <column>, time_unit: days, event_values: [1], "
    "censored_values: [0]}",
)


def sheet_lines(sheet: pd.DataFrame) -> list[str]:
    """Write what the columns of a series mean, as far as that can be told.

    Parameters
    ----------
    sheet : DataFrame
        Text, NaN where missing; a row a sample of the matrix.

    Returns
    -------
    list of str
        Lines of a definition; every column of the authors is among the comments.
    """
    names = [name for name in sheet if not OF_GEO.fullmatch(name) and sheet[name].notna().any()]
    own = sheet[names]
    tissue, tissue_remarks = _tissue(own)
    patient, patient_remarks = _patient(own)
    labels, vocabularies, label_remarks = _labels(own)
    return [
        *comments(["What the series says of its samples:"]),
        *comments(f"{name}: {counts(own[name].dropna())}" for name in own),
        *comments([*tissue_remarks, *patient_remarks, *label_remarks]),
        *section("columns", [*_mapped("tissue", tissue), *_mapped("patient_id", patient), *labels]),
        *section("label_values", vocabularies),
        *([] if any(OPEN in remark for remark in tissue_remarks) else _normals(own, tissue)),
        *_survival(own),
    ]


def _mapped(ours: str, column: str | None) -> list[str]:
    return [] if column is None else [f"{ours}: {quoted(column)}"]


def _tissue(own: pd.DataFrame) -> tuple[str | None, list[str]]:
    """Choose the column that tells tumours from normals, when only one way to tell them is there.

    Two columns that say the same of every sample are one way.
    """
    categories = {name: own[name].map(_category, na_action="ignore") for name in own}
    telling = [
        name
        for name, found in categories.items()
        if found.ne("").all() and {"tumour", "normal"} <= set(found.dropna())
    ]
    if telling and all(categories[name].equals(categories[telling[0]]) for name in telling):
        first = next((name for name in telling if not name.startswith("source_name")), telling[0])
        remark = f"The tissue is told by the column {first!r}: {counts(own[first].dropna())}."
        return first, [remark]
    groups = [name for name in own if 1 < own[name].nunique() < len(own)]
    hinting = telling or [
        name for name in groups if own[name].str.contains(HINTS_AT_NORMALS, na=False).any()
    ]
    if hinting:
        return None, [
            f"{OPEN}: columns.tissue, and tissue_values where its words aren't known; "
            f"it may be one of: {', '.join(map(repr, hinting))}."
        ]
    if TISSUE not in own:
        return None, []
    # A column of that name has to be mapped in any case.
    known = categories[TISSUE].ne("").all()
    remark = f"{OPEN}: tissue_values.tumour: {counts(own[TISSUE].dropna())}, if that means tumour."
    return TISSUE, [] if known else [remark]


def _category(value: str) -> str:
    return tissue_category(value) or ""


def _normals(own: pd.DataFrame, tissue: str | None) -> list[str]:
    told = [] if tissue is None else [_category(word) for word in own[tissue].dropna()]
    n_normals = told.count("normal")
    if n_normals >= MINIMUM_NORMALS:
        return ["require_normals: true"]
    found = f"There are only {n_normals} normals" if n_normals else "No column tells normals"
    return [*comments([f"{found}: transfer to it, or score it."]), "require_normals: false"]


def _patient(own: pd.DataFrame) -> tuple[str | None, list[str]]:
    """Name whom a sample is of: without it, one patient may be on both sides of a split."""
    hinting = [name for name in own if HINTS_AT_PATIENTS.search(name)]
    usable = [name for name in hinting if own[name].notna().all()]
    if len(hinting) == len(usable) == 1 and own[usable[0]].nunique() > len(own) / 4:
        return usable[0], [f"The patient is told by the column {usable[0]!r}."]
    if hinting:
        return None, [
            f"{OPEN}: columns.patient_id, or every sample counts as a patient; "
            f"it may be one of: {', '.join(map(repr, hinting))}."
        ]
    return None, ["No column tells the patient: every sample counts as one."]


def _labels(own: pd.DataFrame) -> tuple[list[str], list[str], list[str]]:
    """Map the columns that bear our names already, when their values can be read."""
    mapped, vocabularies, remarks = [], [], []
    for ours in LABELS:
        names = [name for name in own if name.casefold() == ours]
        if not names:
            continue
        # Any text is a stage or a subtype; only the words of the field can be compared.
        if fits(own[names[0]], ours):
            mapped.append(f"{ours}: {quoted(names[0])}")
            if ours in NAMED:
                vocabularies.append(f"{ours}: {VOCABULARIES[ours]}")
        elif ours in ("subtype", "stage"):
            mapped.append(f"{ours}: {quoted(names[0])}")
        else:
            remarks.append(
                f"{OPEN}: columns.{ours}, with label_values for its values; the column "
                f"{names[0]!r} holds words of its own."
            )
    return mapped, vocabularies, remarks


def _survival(own: pd.DataFrame) -> list[str]:
    hinting = [name for name in own if HINTS_AT_SURVIVAL.search(name)]
    if not hinting:
        return []
    told = f"Follow-up may stand in: {', '.join(map(repr, hinting))}. To use it, write:"
    return comments([told]) + [f"# {line}" for line in SURVIVAL_EXAMPLE]
