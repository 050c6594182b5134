"""Matrix and sample sheet, joined by their ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from twinpurify.cohort.notes import Notes, Told
from twinpurify.errors import ExpressionError, SampleSheetError, listed

# Below this share of matched samples the ids, not the samples, are what is missing.
MINIMUM_SHARE = 0.5


def _with_dots(name: str) -> str:
    return name.replace("-", ".").replace("_", ".")


# Of several that make as many ids meet, the first is named.
REWRITES: Mapping[str, Callable[[str], str]] = {
    "- and . and _ are taken for the same": _with_dots,
    "upper and lower case are taken for the same": str.casefold,
    "blanks around the ids are removed": str.strip,
    "leading zeros, which spreadsheets remove, are left out": lambda name: name.lstrip("0"),
    "the .0 behind numbers is removed": lambda name: name.removesuffix(".0"),
    "the X that R puts before ids is removed": lambda name: name.removeprefix("X"),
    "TCGA barcodes are cut to the vial (16 characters)": lambda name: name[:16],
    "TCGA barcodes are cut to the sample (15 characters)": lambda name: name[:15],
    "TCGA barcodes are cut to the patient (12 characters)": lambda name: name[:12],
    "the X that R puts before ids is removed, and - and . and _ are taken for the same": (
        lambda name: _with_dots(name.removeprefix("X"))
    ),
    "upper and lower case, and - and . and _, are taken for the same": (
        lambda name: _with_dots(name.casefold())
    ),
}


def join_sheet(expression: pd.DataFrame, samples: pd.DataFrame) -> Told[pd.DataFrame]:
    """Take the rows of the sheet that have a profile, in the order of the profiles.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        As its declared orientation has it; ids are text.
    samples : DataFrame
        The sample sheet, indexed by sample id.

    Raises
    ------
    ExpressionError
        The genes are the sheet's samples: the matrix is transposed.
    SampleSheetError
        Fewer than half of the profiles have a row; the message says which rewriting of the ids
        would make them meet.
    """
    _check_ids_meet(expression.index, expression.columns, samples.index)
    notes = Notes()
    without = expression.index.difference(samples.index)
    notes.lose("samples", "join", without, "profiles without a row in the sample sheet")
    unused = samples.index.difference(expression.index)
    notes.lose("rows", "join", unused, "rows of the sample sheet without a profile")
    return samples.loc[expression.index.intersection(samples.index)], notes


def _check_ids_meet(profiles: pd.Index, columns: pd.Index, sheet: pd.Index) -> None:
    met = int(profiles.isin(sheet).sum())
    if met and met >= MINIMUM_SHARE * len(profiles):
        return
    if columns.isin(sheet).sum() > max(met, MINIMUM_SHARE * min(len(columns), len(sheet))):
        raise ExpressionError(
            f"The matrix is transposed: {int(columns.isin(sheet).sum())} of its columns, and "
            f"{met} of its rows, are samples of the sheet. Set expression.orientation to the "
            "other one (samples_in_rows, genes_in_rows), or correct samples.path if it names the "
            "matrix."
        )
    raise SampleSheetError(
        f"Only {met} of the {len(profiles)} samples of the matrix are among the {len(sheet)} of "
        f"the sheet. In the matrix: {listed(profiles.difference(sheet))}; in the sheet: "
        f"{listed(sheet.difference(profiles))}. {_id_hint(profiles, sheet, met)}"
    )


def _id_hint(profiles: pd.Index, sheet: pd.Index, met: int) -> str:
    meetings = {
        rewrite: len({change(name) for name in profiles} & {change(name) for name in sheet})
        for rewrite, change in REWRITES.items()
    }
    best = max(meetings, key=meetings.__getitem__)
    if meetings[best] <= met:
        return "Set samples.id_column to the column that holds the ids of the matrix."
    return (
        f"{meetings[best]} meet when {best}: make the ids of both files the same, or set "
        "samples.id_column to the column that holds the ids of the matrix."
    )
