"""Tables that translate identifiers: transcript to gene, probe to gene, alias to symbol."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from twinpurify.cohort.hints import absent_columns
from twinpurify.errors import TableError
from twinpurify.io.files.locations import locate
from twinpurify.io.tables.platform_annotation import read_platform_table
from twinpurify.io.tables.tabular import read_columns

if TYPE_CHECKING:
    import pandas as pd

    from twinpurify.cohort.declaration.sources import IdTable


def read_id_table(table: IdTable, folder: Path, setting: str) -> pd.DataFrame:
    """Read pairs of identifiers; what an ambiguous one becomes is for the caller to say.

    Parameters
    ----------
    table : IdTable
        Where it is, and which columns are meant.
    folder : Path
        The run's `raw` folder.
    setting : str
        Setting that holds the table, for messages, for example ``genes.map``.

    Returns
    -------
    DataFrame
        Text columns `from` and `to`, a row a pair; no pair stands twice or lacks a side.

    Raises
    ------
    TableError
        The file is missing, damaged or lacks a column, or no pair is left.
    """
    path = locate(table.path, folder, setting)
    columns = {
        f"{setting}.from_column": table.from_column,
        f"{setting}.to_column": table.to_column,
    }
    pairs = _columns(path, table.format, columns, setting).set_axis(["from", "to"], axis=1)
    for side in ("from", "to"):
        pairs = _split(pairs, side, table.separator)
    pairs = pairs.dropna().drop_duplicates(ignore_index=True)
    if pairs.empty:
        raise TableError(
            f"{path} has no row with both {table.from_column!r} and {table.to_column!r}. Correct "
            f"{setting}.from_column or {setting}.to_column."
        )
    return pairs


def _columns(path: Path, fmt: str, columns: dict[str, str], setting: str) -> pd.DataFrame:
    """Read two columns, of a platform file of GEO past the lines that explain it."""
    platform = read_platform_table(path, setting)
    if platform is None:
        return read_columns(path, fmt, columns, setting)
    absent = {asked: name for asked, name in columns.items() if name not in platform}
    if absent:
        raise TableError(f"In {path} {absent_columns(absent, platform.columns)}")
    return platform[list(columns.values())]


def _split(pairs: pd.DataFrame, side: str, separator: str | None) -> pd.DataFrame:
    if separator is not None:
        pairs = pairs.assign(**{side: pairs[side].str.split(separator, regex=False)}).explode(side)
    names = pairs[side].str.strip()
    return pairs.assign(**{side: names.where(names.ne(""))})
