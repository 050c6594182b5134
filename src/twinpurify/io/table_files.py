"""The two kinds of table files, Parquet and delimited text, behind one interface."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

DELIMITERS = {"csv": ",", "tsv": "\t"}
MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "#N/A", "<NA>")
# A row of 60,000 genes has to fit into one block.
BLOCK_BYTES = 1 << 24
# What the readers raise over a truncated, foreign or otherwise unreadable file.
UNREADABLE = (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error, pa.ArrowException)


class TableFile(Protocol):
    """A table file of which the columns are known before it is read."""

    names: list[str]
    default_id: str

    def read(self, columns: Sequence[str], numeric: bool) -> pa.Table:
        """Read these columns, the first as text, the others as text or, if all are, numbers."""


class ParquetTable:
    """A Parquet file; its index, when it was written by pandas, names the rows.

    Parameters
    ----------
    path : Path
        The file.
    """

    def __init__(self, path: Path):
        self._file = pq.ParquetFile(path)
        schema = self._file.schema_arrow
        self.names = list(schema.names)
        stored = (schema.pandas_metadata or {}).get("index_columns", [])
        # A range index is described there by a dictionary, and names nothing.
        index = [name for name in stored if isinstance(name, str)]
        self.default_id = (index or self.names or [""])[0]

    def read(self, columns: Sequence[str], numeric: bool) -> pa.Table:
        """Read the columns in the types in which they are stored.

        Parameters
        ----------
        columns : sequence of str
            The id column first.
        numeric : bool
            Without effect: Parquet knows its types.

        Returns
        -------
        pyarrow.Table
            The columns in the order asked for.
        """
        return self._file.read().select(list(columns))


class DelimitedText:
    """A CSV or TSV file with a header, gzipped or not.

    Parameters
    ----------
    path : Path
        The file.
    delimiter : str
        What separates the fields.
    """

    def __init__(self, path: Path, delimiter: str):
        self._path = path
        self._delimiter = delimiter

    @cached_property
    def names(self) -> list[str]:
        """Names of the columns; R leaves that of the row names out, which is then empty."""
        opener = gzip.open if self._path.suffix == ".gz" else open
        with opener(self._path, "rt", encoding="utf-8-sig", newline="") as lines:
            rows = csv.reader(lines, delimiter=self._delimiter)
            header, first = next(rows, []), next(rows, [])
        return ["", *header] if len(first) == len(header) + 1 else header

    @property
    def default_id(self) -> str:
        """The first column."""
        return (self.names or [""])[0]

    def read(self, columns: Sequence[str], numeric: bool) -> pa.Table:
        """Read the columns.

        Parameters
        ----------
        columns : sequence of str
            The id column first.
        numeric : bool
            Read all but the first as float32; if one holds text, all come back as text.

        Returns
        -------
        pyarrow.Table
            The columns in the order asked for.
        """
        if numeric:
            try:
                return self._parse(columns, pa.float32())
            except pa.ArrowInvalid as error:
                if "conversion error" not in str(error):
                    raise
        return self._parse(columns, pa.string())

    def _parse(self, columns: Sequence[str], values: pa.DataType) -> pa.Table:
        types = dict.fromkeys(columns, values) | {columns[0]: pa.string()}
        return pa_csv.read_csv(
            self._path,
            pa_csv.ReadOptions(column_names=self.names, skip_rows=1, block_size=BLOCK_BYTES),
            pa_csv.ParseOptions(delimiter=self._delimiter),
            pa_csv.ConvertOptions(
                column_types=types,
                include_columns=list(columns),
                null_values=list(MISSING),
                strings_can_be_null=True,
            ),
        )


def open_table(path: Path, kind: str) -> TableFile:
    """Open a table file and learn its columns.

    Parameters
    ----------
    path : Path
        The file.
    kind : {'parquet', 'csv', 'tsv'}
        Its format.

    Returns
    -------
    TableFile
        The opened file.
    """
    return ParquetTable(path) if kind == "parquet" else DelimitedText(path, DELIMITERS[kind])
