"""Parquet and Feather: typed columns, and the index that pandas may have kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import feather

# Columns that are converted at a time: the whole of a wide file in float64 wouldn't fit.
COLUMNS_A_BLOCK = 1024


class ColumnarFile:
    """A Parquet or Feather file, which is one of Arrow's own format; a `TableFile`.

    Its rows are named by the index that pandas has written, else by the first column.

    Parameters
    ----------
    path : Path
        The file.
    kind : {'parquet', 'feather'}
        Which of both.
    """

    def __init__(self, path: Path, kind: str):
        is_parquet = kind == "parquet"
        self._file = (
            pq.ParquetFile(path) if is_parquet else feather.read_table(path, memory_map=True)
        )
        schema = self._file.schema_arrow if is_parquet else self._file.schema
        self.names = list(schema.names)
        stored = (schema.pandas_metadata or {}).get("index_columns", [])
        # A range index is described there by a dictionary, and names nothing.
        index = [name for name in stored if isinstance(name, str) and name in self.names]
        self.default_id = self.names.index(index[0]) if index else 0

    def read_text(self, columns: Sequence[int]) -> pa.Table:
        """Read columns in the types in which they are stored; see `TableFile`."""
        if isinstance(self._file, pa.Table):
            return self._file.select(list(columns))
        if len(set(self.names)) < len(self.names):
            return self._file.read().select(list(columns))
        names = [self.names[position] for position in columns]
        # A name with dots selects more than its column, where another is named by its first part.
        return self._file.read(columns=names).select(names)

    def read_numbers(
        self, texts: Sequence[int], numbers: Sequence[int], turned: bool
    ) -> tuple[pa.Table, np.ndarray] | None:
        """Read some columns as they are stored and others as float32; see `TableFile`."""
        text = self.read_text(texts)
        shape = (len(numbers), text.num_rows) if turned else (text.num_rows, len(numbers))
        matrix = np.empty(shape, dtype=np.float32)
        by_rows = matrix.T if turned else matrix
        for start in range(0, len(numbers), COLUMNS_A_BLOCK):
            chosen = numbers[start : start + COLUMNS_A_BLOCK]
            columns = [as_float32(column) for column in self.read_text(chosen).columns]
            if any(column is None for column in columns):
                return None
            by_rows[:, start : start + len(columns)] = np.column_stack(columns)
        return text, matrix


def as_float32(column: pa.ChunkedArray) -> np.ndarray | None:
    """Convert a column of numbers, or of numbers written as text.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Of whatever type.

    Returns
    -------
    float32 array
        NaN where missing; None in its place where the column holds something else.
    """
    try:
        return column.cast(pa.float32(), safe=False).to_numpy()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
