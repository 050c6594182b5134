"""The sample sheet: its ids, and the further tables that are joined to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from twinpurify.cohort.checks import check_unique
from twinpurify.cohort.declaration.sources import JoinedTable
from twinpurify.errors import SampleSheetError, listed
from twinpurify.io.files.locations import locate
from twinpurify.io.tables.columns import check_columns
from twinpurify.io.tables.tabular import read_table


def check_sheet(sheet: pd.DataFrame, path: Path) -> None:
    """Refuse a `sheet`, read from `path`, in which a sample has no id, or two rows."""
    check_unique(
        sheet.index,
        f"sample ids of {path}",
        SampleSheetError,
        "Keep one row a sample, or set samples.id_column to the column of the sample ids.",
    )


def join_tables(sheet: pd.DataFrame, tables: Sequence[JoinedTable], folder: Path) -> pd.DataFrame:
    """Add the columns of further tables to the rows of the sheet, in the order of the tables.

    Parameters
    ----------
    sheet : DataFrame
        Text, indexed by sample id.
    tables : sequence of JoinedTable
        Which tables, and by which ids.
    folder : Path
        The run's `raw` folder.

    Returns
    -------
    DataFrame
        The rows of `sheet`, with NaN where a table lacks the id.

    Raises
    ------
    TableError
        A table is missing, damaged or lacks a column.
    SampleSheetError
        The sheet lacks the column to join on, an id of a table is doubled, none of the ids meet,
        or both have a column of one name.
    """
    for number, table in enumerate(tables):
        setting = f"samples.join[{number}]"
        path = locate(table.path, folder, setting)
        further = _read(path, table, setting)
        keys = _keys(sheet, table, setting)
        if not keys.isin(further.index).any():
            raise SampleSheetError(
                f"None of the {keys.nunique()} ids of the sample sheet stands in {path}. In the "
                f"sheet: {listed(keys.dropna().unique())}; there: {listed(further.index)}. Set "
                f"{setting}.sheet_column to the column of the sheet, and {setting}.id_column to "
                "that of the table, with the same ids."
            )
        further = _renamed(further, sheet, table.prefix, setting)
        sheet = pd.concat([sheet, further.reindex(keys).set_axis(sheet.index)], axis=1)
    return sheet


def _read(path: Path, table: JoinedTable, setting: str) -> pd.DataFrame:
    """Read the columns that are asked for, and one row an id where that is declared."""
    further = read_table(path, table.format, table.id_column, setting=setting)
    asked = {f"{setting}.columns[{at}]": name for at, name in enumerate(table.columns)}
    check_columns(asked, further, f"In {path}", SampleSheetError)
    further = further[further.index.notna()]
    if table.repeated == "first":
        further = further[~further.index.duplicated()]
    check_unique(
        further.index,
        f"ids of {path}",
        SampleSheetError,
        f"Keep one row an id, or set {setting}.id_column to a column without repeats, or "
        f"{setting}.repeated to first.",
    )
    return further[table.columns] if table.columns else further


def _keys(sheet: pd.DataFrame, table: JoinedTable, setting: str) -> pd.Index:
    """Take the ids of the sheet that the further table is looked up by."""
    keys = sheet.index
    if table.sheet_column is not None:
        asked = {f"{setting}.sheet_column": table.sheet_column}
        check_columns(asked, sheet.columns, "In the sample sheet", SampleSheetError)
        keys = pd.Index(sheet[table.sheet_column])
    if table.id_pattern is None:
        return keys
    return pd.Index(keys.to_series().astype("string").str.extract(table.id_pattern)[0])


def _renamed(further: pd.DataFrame, sheet: pd.DataFrame, prefix: str, setting: str) -> pd.DataFrame:
    both = further.columns.intersection(sheet.columns)
    renamed = further.rename(columns={name: prefix + name for name in both})
    still = renamed.columns[renamed.columns.isin(sheet.columns) | renamed.columns.duplicated()]
    if len(still):
        raise SampleSheetError(
            f"The sample sheet and the table joined to it both have the columns {listed(still)}. "
            f"Set {setting}.prefix, which is put before those of the table."
        )
    return renamed
