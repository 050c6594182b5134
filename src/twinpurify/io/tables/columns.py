"""Which columns of a table are the ids, which the values, and what is wrong with their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from twinpurify.cohort.hints import absent_columns
from twinpurify.errors import TableError, TwinPurifyError, listed
from twinpurify.io.tables.opening import OpenTable


class Columns(NamedTuple):
    """Positions of the columns of a table by what they are for."""

    ids: int
    annotation: list[int]
    values: list[int]


def choose_columns(
    table: OpenTable,
    id_column: str | None,
    drop_columns: Sequence[str],
    annotation_columns: Sequence[str] = (),
) -> Columns:
    """Tell the ids from the values, and leave out what is neither.

    Parameters
    ----------
    table : OpenTable
        The table.
    id_column : str, optional
        Column that names the rows; by default the table's index, else its first column.
    drop_columns, annotation_columns : sequence of str
        Columns that aren't read, and columns that describe the rows.

    Returns
    -------
    Columns
        Their positions.

    Raises
    ------
    TableError
        One of the columns isn't there or is doubled, no values are left, or one has no name.
    """
    asked = {} if id_column is None else {f"{table.setting}.id_column": id_column}
    for key, names in {"drop": drop_columns, "annotation": annotation_columns}.items():
        asked |= {f"{table.setting}.{key}_columns[{at}]": name for at, name in enumerate(names)}
    found = find_columns(table, asked)
    ids = table.file.default_id if id_column is None else found[0]
    others = {ids, *found}
    values = [place for place in range(len(table.names)) if place not in others]
    if not values:
        raise TableError(
            f"{table.path} has no columns besides the id column {table.names[ids]!r}: it is empty, "
            f"or its fields are separated otherwise. Correct {table.setting}.path or "
            f"{table.setting}.format (csv is separated by commas, tsv by tabs)."
        )
    unnamed = [place for place in values if table.names[place] == ""]
    if unnamed:
        raise TableError(
            f"{table.path} has a column without a name at position {unnamed[0] + 1} of "
            f"{len(table.names)}. Name it, set {table.setting}.id_column: '' if it holds the ids, "
            "or take away the delimiter at the end of each line if there is one."
        )
    return Columns(ids, found[len(asked) - len(annotation_columns) :], values)


def find_columns(table: OpenTable, asked: Mapping[str, str]) -> list[int]:
    """Find columns by their names.

    Parameters
    ----------
    table : OpenTable
        The table.
    asked : mapping
        Setting that asks for it, for messages -> name of the column.

    Returns
    -------
    list of int
        Positions, in order.

    Raises
    ------
    TableError
        A column isn't there, or is doubled.
    """
    check_columns(asked, table.names, f"In {table.path}")
    check_names_differ([name for name in table.names if name in asked.values()], table.path)
    return [table.names.index(name) for name in asked.values()]


def check_columns(
    asked: Mapping[str, str],
    known: Iterable[str],
    where: str,
    error: type[TwinPurifyError] = TableError,
) -> None:
    """Refuse names of columns that aren't there, and suggest the nearest that is.

    Parameters
    ----------
    asked : mapping
        Setting that asks for it -> name of the column.
    known : iterable of str
        The columns that there are.
    where : str
        Begins the message, for example ``In m.csv``.
    error : type of TwinPurifyError
        What is raised.
    """
    known = list(known)
    absent = {setting: name for setting, name in asked.items() if name not in known}
    if absent:
        raise error(f"{where} {absent_columns(absent, known)}")


def check_names_differ(names: Sequence[str], path: Path) -> None:
    """Refuse columns of the file `path` that share one of `names`: which is meant?"""
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if doubled:
        raise TableError(f"{path} names columns twice or more: {listed(doubled)}. Rename them.")


def indexed_by(sheet: pd.DataFrame, id_column: str | None, where: str) -> pd.DataFrame:
    """Name the rows of a `sheet` by its column `id_column`, if there is one.

    Without it, or with the name of the index, the rows keep their names; `where` begins the message
    of the TableError that there is no such column.
    """
    if id_column in (None, sheet.index.name):
        return sheet
    check_columns({"samples.id_column": id_column}, sheet.columns, where)
    return sheet.set_index(id_column)
