"""Tables that translate identifiers: transcript to gene, probe to gene, alias to symbol."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from twinpurify.cohort.declaration.sources import IdTable
from twinpurify.errors import TableError
from twinpurify.io.files.locations import locate
from twinpurify.io.tables.columns import check_columns
from twinpurify.io.tables.platform_annotation import read_platform_table
from twinpurify.io.tables.tabular import read_columns


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
    # A platform file of GEO has lines above its table that explain it.
    platform = read_platform_table(path, setting)
    if platform is None:
        pairs = read_columns(path, table.format, columns, setting)
    else:
        check_columns(columns, platform, f"In {path}")
        pairs = platform[list(columns.values())]
    pairs = pairs.set_axis(["from", "to"], axis=1)
    for side in pairs:
        if table.separator is not None:
            parts = pairs[side].str.split(table.separator, regex=False)
            pairs = pairs.assign(**{side: parts}).explode(side)
        names = pairs[side].str.strip()
        pairs = pairs.assign(**{side: names.where(names.ne(""))})
    pairs = pairs.dropna().drop_duplicates(ignore_index=True)
    if pairs.empty:
        raise TableError(
            f"{path} has no row with both {table.from_column!r} and {table.to_column!r}. Correct "
            f"{setting}.from_column or {setting}.to_column."
        )
    return pairs
