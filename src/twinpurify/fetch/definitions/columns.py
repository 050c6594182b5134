"""Which columns of a downloaded sample sheet can be mapped as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from twinpurify.cohort.hints import counts
from twinpurify.cohort.sheet.labels import read_vocabulary
from twinpurify.cohort.sheet.values import OLDEST
from twinpurify.errors import SampleSheetError
from twinpurify.fetch.definitions.draft import comments, flow, quoted, section

VOCABULARIES = {"subtype": "pam50", "grade": "grade", "stage": "stage", "sex": "sex"}
# Vocabularies that have to be asked for; that of sex is always used.
NAMED = ("subtype", "grade", "stage")
# Columns of Liu 2018, as the Xena hub gives them.
CURATED = {"os": "OS", "dss": "DSS", "dfi": "DFI", "pfi": "PFI"}


def fits(column: pd.Series, ours: str) -> bool:
    """Tell whether all values of a column can be read as a column of the data model.

    Parameters
    ----------
    column : Series
        Text, NaN where missing.
    ours : str
        For example ``age`` or ``stage``.

    Returns
    -------
    bool
        False also for a column without values, which would be no use.
    """
    found = column.dropna()
    if found.empty:
        return False
    if ours == "age":
        ages = pd.to_numeric(found, errors="coerce")
        return bool(ages.between(0, OLDEST).all())
    if ours not in VOCABULARIES:
        return True
    try:
        read, _ = read_vocabulary(found, VOCABULARIES[ours], ours)
    except SampleSheetError:
        return False
    return bool(read.notna().any())


def label_lines(sheet: pd.DataFrame, candidates: Mapping[str, Sequence[str]]) -> list[str]:
    """Write ``columns`` and ``label_values`` for the columns that are there and can be read.

    Parameters
    ----------
    sheet : DataFrame
        The downloaded sample sheet.
    candidates : mapping
        Our name -> columns of the source, the preferred first.

    Returns
    -------
    list of str
        Lines of a definition. A column whose values aren't understood is a comment that shows
        them.
    """
    mapped, labels, remarks = [], [], []
    for ours, names in candidates.items():
        present = [name for name in names if name in sheet and sheet[name].notna().any()]
        usable = [name for name in present if fits(sheet[name], ours)]
        if usable:
            mapped.append(f"{ours}: {quoted(usable[0])}")
            labels += [f"{ours}: {VOCABULARIES[ours]}"] if ours in NAMED else []
        else:
            remarks += [f"{name}, not read: {counts(sheet[name].dropna())}" for name in present]
    return section("columns", [*mapped, *comments(remarks)]) + section("label_values", labels)


def survival_lines(table: pd.DataFrame) -> list[str]:
    """Write ``survival`` for the curated endpoints of TCGA that a table has.

    Parameters
    ----------
    table : DataFrame
        Text, with the columns ``OS`` and ``OS.time`` and so on.

    Returns
    -------
    list of str
        Lines of a definition.

    References
    ----------
    Liu et al., Cell 173, 400 (2018). https://doi.org/10.1016/j.cell.2018.02.052
    """
    entries = []
    for endpoint, event in CURATED.items():
        time = f"{event}.time"
        if {event, time} <= set(table) and table[[event, time]].notna().all(axis=1).any():
            codes = {"event_values": ["1"], "censored_values": ["0"]}
            columns = {"time": time, "event": event, "time_unit": "days"}
            entries.append(f"{endpoint}: {flow(columns | codes)}")
    return section("survival", entries)
