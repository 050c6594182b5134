"""The kinds of table files, Parquet, Feather and delimited text, behind one interface."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.feather as pa_feather
import pyarrow.parquet as pq

from twinpurify.io.tables.delimited import DELIMITERS, DelimitedText
from twinpurify.io.tables.matrices import as_float32, fill_matrix

# Columns that are converted at a time: the whole of a wide file in float64 wouldn't fit.
COLUMNS_A_BLOCK = 1024


class TableFile(Protocol):
    """A table file of which the columns are known, by position, before it is read."""

    names: list[str]
    default_id: int

    def read_text(self, columns: Sequence[int]) -> pa.Table:
        """Read columns as they are stored, null where missing."""

    def read_numbers(
        self, texts: Sequence[int], numbers: Sequence[int], turned: bool
    ) -> tuple[pa.Table, np.ndarray] | None:
        """Read some columns as they are and others as a matrix; None where one holds text."""


class _ColumnarFile:
    """What Parquet and Feather share: typed columns, and the index that pandas may have kept."""

    def __init__(self, schema: pa.Schema):
        self.names = list(schema.names)
        stored = (schema.pandas_metadata or {}).get("index_columns", [])
        # A range index is described there by a dictionary, and names nothing.
        index = [name for name in stored if isinstance(name, str) and name in self.names]
        self.default_id = self.names.index(index[0]) if index else 0

    def read_text(self, columns: Sequence[int]) -> pa.Table:
        """Read columns in the types in which they are stored.

        Parameters
        ----------
        columns : sequence of int
            Positions.

        Returns
        -------
        pyarrow.Table
            The columns in the order asked for.
        """
        return self._columns(columns)

    def read_numbers(
        self, texts: Sequence[int], numbers: Sequence[int], turned: bool
    ) -> tuple[pa.Table, np.ndarray] | None:
        """Read some columns as they are stored and others as float32.

        Parameters
        ----------
        texts, numbers : sequence of int
            Positions.
        turned : bool
            Give the numbers as columns × rows.

        Returns
        -------
        pyarrow.Table
            The text.
        array, rows × numbers or numbers × rows
            The numbers, NaN where missing. In place of both, None where one of them is text.
        """
        text = self.read_text(texts)
        shape = (len(numbers), text.num_rows) if turned else (text.num_rows, len(numbers))
        matrix = np.empty(shape, dtype=np.float32)
        for start in range(0, len(numbers), COLUMNS_A_BLOCK):
            chosen = numbers[start : start + COLUMNS_A_BLOCK]
            columns = [as_float32(column) for column in self._columns(chosen).columns]
            if any(column is None for column in columns):
                return None
            block = fill_matrix(pa.table(columns, names=[str(number) for number in chosen]), turned)
            place = slice(start, start + len(columns))
            matrix[place if turned else (slice(None), place)] = block
        return text, matrix

    def _columns(self, positions: Sequence[int]) -> pa.Table:
        raise NotImplementedError


class ParquetTable(_ColumnarFile):
    """A Parquet file; its index, when it was written by pandas, names the rows.

    Parameters
    ----------
    path : Path
        The file.
    """

    def __init__(self, path: Path):
        self._file = pq.ParquetFile(path)
        super().__init__(self._file.schema_arrow)

    def _columns(self, positions: Sequence[int]) -> pa.Table:
        if len(set(self.names)) < len(self.names):
            return self._file.read().select(list(positions))
        names = [self.names[position] for position in positions]
        # A name with dots selects more than its column, where another is named by its first part.
        return self._file.read(columns=names).select(names)


class FeatherTable(_ColumnarFile):
    """A Feather file, that is Arrow's own format; its index names the rows, as in Parquet.

    Parameters
    ----------
    path : Path
        The file.
    """

    def __init__(self, path: Path):
        self._table = pa_feather.read_table(path, memory_map=True)
        super().__init__(self._table.schema)

    def _columns(self, positions: Sequence[int]) -> pa.Table:
        return self._table.select(list(positions))


def open_table(path: Path, kind: str, skip_comments: bool = False) -> TableFile:
    """Open a table file and learn its columns.

    Parameters
    ----------
    path : Path
        The file.
    kind : {'parquet', 'feather', 'csv', 'tsv'}
        Its format.
    skip_comments : bool
        Leave out the lines on top of a text that begin with #.

    Returns
    -------
    TableFile
        The opened file.
    """
    if kind == "parquet":
        return ParquetTable(path)
    if kind == "feather":
        return FeatherTable(path)
    return DelimitedText(path, DELIMITERS[kind], skip_comments)
