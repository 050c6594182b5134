"""What must hold of an expression matrix and a sample sheet before they become a cohort."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.cohort.hints import cells
from twinpurify.errors import (
    BackgroundError,
    CohortError,
    ExpressionError,
    SampleSheetError,
    listed,
)

MINIMUM_GENES = 10
MINIMUM_NORMALS = 3
MINIMUM_TUMOURS = 20
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


def check_unique(names: pd.Index, what: str, error: type[CohortError], remedy: str) -> None:
    """Refuse missing and doubled identifiers, since every join goes by them.

    Parameters
    ----------
    names : Index
        Sample ids or genes.
    what : str
        Their name in the message, for example ``sample ids of the sample sheet``.
    error : type of CohortError
        The kind of error.
    remedy : str
        A sentence that says how to mend it.

    Raises
    ------
    CohortError
        An identifier is missing or stands twice; of the type `error`.
    """
    check_named(names, what, error, remedy)
    doubled = names[names.duplicated()].unique()
    if len(doubled):
        raise error(f"The {what} stand twice or more: {listed(doubled)}. {remedy}")


def check_named(names: pd.Index, what: str, error: type[CohortError], remedy: str) -> None:
    """Refuse missing identifiers, as `check_unique` does; these may stand twice."""
    missing = names.isna() | (names == "")
    if missing.any():
        rows = np.flatnonzero(missing) + 1
        raise error(f"The {what} are missing at positions {listed(rows)}. {remedy}")


def check_finite(expression: pd.DataFrame) -> None:
    """Refuse missing and infinite expression, which no method here takes.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        The matrix.

    Raises
    ------
    ExpressionError
        A value is NaN or infinite.
    """
    offending = ~np.isfinite(expression.to_numpy())
    if offending.any():
        has_gaps = np.isnan(expression.to_numpy()).any()
        remedy = (
            "Set genes.missing: drop to leave genes with gaps out, or impute before"
            if has_gaps
            else "Infinite ones are often logarithms of 0: correct them, or add a pseudo-count "
            "before the logarithm is taken, and set unit.offset to it"
        )
        raise ExpressionError(
            f"The matrix has NaN or infinite values: {cells(expression, offending)}. {remedy} "
            f"(genes: {int(offending.any(axis=0).sum())}, samples: "
            f"{int(offending.any(axis=1).sum())})."
        )


def check_ids_meet(profiles: pd.Index, columns: pd.Index, sheet: pd.Index) -> None:
    """Refuse a matrix and a sheet of which fewer than half of the profiles meet.

    Parameters
    ----------
    profiles, columns : Index
        Sample ids and genes of the matrix, as its declared orientation has them.
    sheet : Index
        Sample ids of the sample sheet.

    Raises
    ------
    ExpressionError
        The genes are the sheet's samples: the matrix is transposed.
    SampleSheetError
        Fewer than half of the profiles have a row; the message says which rewriting of the ids
        would make them meet.
    """
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


def _id_hint(profiles: Iterable[str], sheet: Iterable[str], met: int) -> str:
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


def check_tissues(obs: pd.DataFrame, definition: CohortDefinition) -> None:
    """Refuse a cohort with too few tumours, or without the normals that it needs.

    Parameters
    ----------
    obs : DataFrame
        Validated sample sheet.
    definition : CohortDefinition
        Whether normals are required.

    Raises
    ------
    BackgroundError
        There is no normal, or there are fewer than 3, where normals are required.
    CohortError
        There are fewer than 20 tumours.
    """
    n_tumours = int((obs["tissue"] == "tumour").sum())
    n_normals = int((obs["tissue"] == "normal").sum())
    if n_tumours < MINIMUM_TUMOURS:
        raise CohortError(
            f"The cohort has {n_tumours} tumours with a profile; at least {MINIMUM_TUMOURS} are "
            "needed. Check tissue_values.tumour, or pool it with another cohort of its platform."
        )
    if definition.needs_own_normals and n_normals < MINIMUM_NORMALS:
        raise BackgroundError(
            f"The cohort has {n_normals or 'no'} adjacent normals with a profile; at least "
            f"{MINIMUM_NORMALS} are needed, since they show what is to be removed. Add normals of "
            "the same tissue and platform, check tissue_values.normal, name a cohort whose normals "
            "serve instead in reference_normals.cohort, or set require_normals: false if this "
            "cohort is only transferred to."
        )
