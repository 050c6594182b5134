"""Columns of Arrow become one float32 matrix."""

from __future__ import annotations

import numpy as np
import pyarrow as pa


def fill_matrix(table: pa.Table, turned: bool) -> np.ndarray:
    """Copy float32 columns into one matrix, block by block.

    Parameters
    ----------
    table : pyarrow.Table
        Columns of float32.
    turned : bool
        Give columns × rows in place of rows × columns.

    Returns
    -------
    float32 array
        NaN where missing.
    """
    return consume_batches(table.to_batches(), table.num_columns, turned)


def consume_batches(batches: list[pa.RecordBatch], n_columns: int, turned: bool) -> np.ndarray:
    """Move blocks of float32 columns into one matrix; each is given up once it is copied.

    Parameters
    ----------
    batches : list of pyarrow.RecordBatch
        Blocks of rows, in order; empty afterwards.
    n_columns : int
        Columns of each.
    turned : bool
        Give columns × rows in place of rows × columns.

    Returns
    -------
    float32 array
        NaN where missing.
    """
    n_rows = sum(batch.num_rows for batch in batches)
    matrix = np.empty((n_columns, n_rows) if turned else (n_rows, n_columns), dtype=np.float32)
    start, batches[:] = 0, batches[::-1]
    while batches and n_columns:
        batch = batches.pop()
        rows = slice(start, start + batch.num_rows)
        block = batch.to_tensor(null_to_nan=True, row_major=not turned).to_numpy()
        matrix[(slice(None), rows) if turned else rows] = block.T if turned else block
        start += batch.num_rows
    return matrix


def as_float32(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Convert a column of whatever type to float32.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Numbers, or numbers written as text.

    Returns
    -------
    pyarrow.ChunkedArray
        The numbers; None where the column holds something else.
    """
    try:
        return column.cast(pa.float32(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
