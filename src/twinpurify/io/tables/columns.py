"""Which columns of a table are the ids, which the values, and what is wrong with their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from twinpurify.cohort.hints import absent_columns
from twinpurify.errors import TableError, listed
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
    asked |= {f"{table.setting}.drop_columns[{i}]": name for i, name in enumerate(drop_columns)}
    first = len(asked)
    asked |= {
        f"{table.setting}.annotation_columns[{i}]": name
        for i, name in enumerate(annotation_columns)
    }
    found = find_columns(table, asked)
    ids = table.file.default_id if id_column is None else found[0]
    others = {ids, *found}
    values = [position for position in range(len(table.names)) if position not in others]
    _check_values(table, ids, values)
    return Columns(ids, found[first:], values)


def find_columns(table: OpenTable, asked: dict[str, str]) -> list[int]:
    """Find columns by their names.

    Parameters
    ----------
    table : OpenTable
        The table.
    asked : dict
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
    absent = {setting: name for setting, name in asked.items() if name not in table.names}
    if absent:
        raise TableError(f"In {table.path} {absent_columns(absent, table.names)}")
    positions = [table.names.index(name) for name in asked.values()]
    check_names_differ(table, [at for at, name in enumerate(table.names) if name in asked.values()])
    return positions


def check_names_differ(table: OpenTable, positions: Sequence[int]) -> None:
    """Refuse columns of one name, of which nobody could say which is meant.

    Parameters
    ----------
    table : OpenTable
        The table.
    positions : sequence of int
        Those of its columns that are looked at.

    Raises
    ------
    TableError
        Two of them have one name.
    """
    counts = Counter(table.names[position] for position in positions)
    doubled = [name for name, count in counts.items() if count > 1]
    if doubled:
        raise TableError(
            f"{table.path} names columns twice or more: {listed(doubled)}. Rename them."
        )


def _check_values(table: OpenTable, ids: int, values: Sequence[int]) -> None:
    if not values:
        raise TableError(
            f"{table.path} has no columns besides the id column {table.names[ids]!r}: it is empty, "
            f"or its fields are separated otherwise. Correct {table.setting}.path or "
            f"{table.setting}.format (csv is separated by commas, tsv by tabs)."
        )
    unnamed = [position for position in values if table.names[position] == ""]
    if unnamed:
        raise TableError(
            f"{table.path} has a column without a name at position {unnamed[0] + 1} of "
            f"{len(table.names)}. Name it, set {table.setting}.id_column: '' if it holds the ids, "
            "or take away the delimiter at the end of each line if there is one."
        )
