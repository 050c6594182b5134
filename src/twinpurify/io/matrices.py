"""Columns of Arrow become one float32 matrix."""

from __future__ import annotations

import numpy as np
import pyarrow as pa


def fill_matrix(table: pa.Table, turned: bool) -> np.ndarray:
    """Copy float32 columns into one matrix, block by block, so that no second copy is made.

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
    shape = (table.num_columns, table.num_rows) if turned else (table.num_rows, table.num_columns)
    matrix = np.empty(shape, dtype=np.float32)
    if not table.num_columns:
        return matrix
    start = 0
    for batch in table.to_batches():
        rows = slice(start, start + batch.num_rows)
        block = batch.to_tensor(null_to_nan=True, row_major=not turned).to_numpy()
        if turned:
            matrix[:, rows] = block.T
        else:
            matrix[rows] = block
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
