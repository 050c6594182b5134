"""Text tables with a gene a row, of which some columns are text and the others numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from twinpurify.errors import ExpressionError, TableError, listed
from twinpurify.io.delimited import MISSING
from twinpurify.io.matrices import fill_matrix
from twinpurify.io.streams import UNREADABLE

# A row of 60,000 samples has to fit into one block.
BLOCK_BYTES = 1 << 24


@dataclass(frozen=True)
class Layout:
    """Which columns of a table are read, by position, since names may repeat.

    Attributes
    ----------
    width : int
        Columns that a row has.
    texts : list of int
        Those read as text; the first names the genes in messages.
    samples : dict of int to str
        Those read as numbers, and the samples that they belong to.
    """

    width: int
    texts: list[int]
    samples: dict[int, str]


def damaged(path: Path, kind: str, error: Exception, setting: str) -> TableError:
    """Word the error over a file at which a library failed."""
    return TableError(
        f"{path} can't be read as {kind}: {error}. The file is damaged, or isn't {kind}: fetch it "
        f"again, or set {setting}.format."
    )


def read_gene_rows(
    path: Path,
    kind: str,
    open_rows: Callable[[], pa.NativeFile],
    layout: Layout,
    passes: Callable[[str], bool] = lambda line: False,
) -> tuple[list[np.ndarray], np.ndarray]:
    """Parse the rows below the header in one pass, since such tables are large.

    Parameters
    ----------
    path : Path
        The file, for messages.
    kind : str
        Its format, for messages.
    open_rows : callable
        Opens the file where the first row below the header begins.
    layout : Layout
        What is read.
    passes : callable
        Tells the lines of another width that may be passed over; others are an error.

    Returns
    -------
    list of object array
        The text columns, ``''`` where empty.
    float32 array, samples × genes
        The numbers, NaN where missing.

    Raises
    ------
    TableError
        The file is damaged.
    ExpressionError
        A value is text.
    """
    try:
        table = _parse(open_rows, layout, passes, pa.float32())
    except pa.ArrowInvalid as error:
        if "conversion error to float" not in str(error):
            raise damaged(path, kind, error, "expression") from error
        raise ExpressionError(_describe_texts(path, kind, open_rows, layout, passes)) from error
    except UNREADABLE as error:
        raise damaged(path, kind, error, "expression") from error
    texts = [_texts(table, position) for position in layout.texts]
    return texts, fill_matrix(table.select([str(place) for place in layout.samples]), turned=True)


def _parse(
    open_rows: Callable[[], pa.NativeFile],
    layout: Layout,
    passes: Callable[[str], bool],
    numbers: pa.DataType,
) -> pa.Table:
    types = {str(position): pa.string() for position in layout.texts}
    types |= {str(position): numbers for position in layout.samples}
    with open_rows() as rows:
        return pa_csv.read_csv(
            rows,
            pa_csv.ReadOptions(
                column_names=[str(position) for position in range(layout.width)],
                block_size=BLOCK_BYTES,
            ),
            pa_csv.ParseOptions(
                delimiter="\t",
                invalid_row_handler=lambda row: "skip" if passes(row.text) else "error",
            ),
            pa_csv.ConvertOptions(
                column_types=types, include_columns=list(types), null_values=list(MISSING)
            ),
        )


def _texts(table: pa.Table, position: int) -> np.ndarray:
    return table.column(str(position)).to_numpy().astype(object)


def _describe_texts(
    path: Path,
    kind: str,
    open_rows: Callable[[], pa.NativeFile],
    layout: Layout,
    passes: Callable[[str], bool],
) -> str:
    try:
        table = _parse(open_rows, layout, passes, pa.string())
    except UNREADABLE as error:
        raise damaged(path, kind, error, "expression") from error
    genes = _texts(table, layout.texts[0])
    offenders = [
        f"gene {genes[row]} in sample {sample}: {text}"
        for position, sample in layout.samples.items()
        for row, text in _texts_among(_texts(table, position))
    ]
    return (
        f"{path} holds text where numbers should be: {listed(offenders)}. Columns that are no "
        "expression belong in expression.drop_columns; else correct the values, or fetch the file "
        "again."
    )


def _texts_among(values: np.ndarray) -> Sequence[tuple[int, str]]:
    present = pd.Series(values)
    present = present[~present.isin(MISSING)]
    texts = present[pd.to_numeric(present, errors="coerce").isna()]
    return list(texts.items())
