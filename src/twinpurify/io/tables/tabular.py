"""Tables: expression matrices and sample sheets in Parquet, Feather, CSV and TSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.io.files.contents import table_kind
from twinpurify.io.raw_expression import RawExpression
from twinpurify.io.tables.columns import check_names_differ, choose_columns, find_columns
from twinpurify.io.tables.matrix import matrix_of
from twinpurify.io.tables.opening import open_declared

TABLE_FORMATS = ("parquet", "feather", "csv", "tsv")
recognize = table_kind


def read_table(
    path: str | Path,
    fmt: str = "auto",
    id_column: str | None = None,
    drop_columns: Sequence[str] = (),
    setting: str = "samples",
    skip_comments: bool = False,
) -> pd.DataFrame:
    """Read a table of text whose rows are named by one of its columns, so that 0012 stays 0012.

    Parameters
    ----------
    path : path
        The file; CSV and TSV may be compressed by gzip or zstd.
    fmt : {'auto', 'parquet', 'feather', 'csv', 'tsv'}
        ``auto`` goes by the content, then by the ending.
    id_column : str, optional
        Column that names the rows; by default the index of a Parquet or Feather file, else the
        first column.
    drop_columns : sequence of str
        Columns that aren't read.
    setting : str
        Section of the cohort's definition that names the file, for messages.
    skip_comments : bool
        Leave out the lines on top that begin with #.

    Returns
    -------
    DataFrame
        Text, NaN where missing, indexed by the ids.

    Raises
    ------
    TableError
        The file is missing, of unknown format, damaged or empty, a column is doubled or unnamed,
        or the id column or one to drop isn't there.
    """
    opened = open_declared(Path(path), fmt, setting, skip_comments)
    columns = choose_columns(opened, id_column, drop_columns)
    chosen = [columns.ids, *columns.values]
    check_names_differ([opened.names[place] for place in chosen], opened.path)
    frame = opened.read_text(chosen)
    return frame.iloc[:, 1:].set_axis(pd.Index(frame.iloc[:, 0], dtype=object), axis=0)


def read_columns(path: str | Path, fmt: str, columns: dict[str, str], setting: str) -> pd.DataFrame:
    """Read some columns of a table as text, and no others.

    Parameters
    ----------
    path, fmt, setting
        As of `read_table`.
    columns : dict
        Setting that asks for it, for messages -> name of the column.

    Returns
    -------
    DataFrame
        Text, NaN where missing, in the order asked for.

    Raises
    ------
    TableError
        As for `read_table`, or a column isn't there.
    """
    opened = open_declared(Path(path), fmt, setting)
    return opened.read_text(find_columns(opened, columns))


def read_samples(path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
    """Read a sample sheet; arguments and result as of `Reader`."""
    return read_table(path, table.format, table.id_column, setting="samples")


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read an expression matrix in either orientation; arguments and result as of `Reader`."""
    return matrix_of(open_declared(path, table.format, "expression"), table)
