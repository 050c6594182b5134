"""Numbers that are written as text, and text that stands in the place of numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from twinpurify.errors import ExpressionError, listed
from twinpurify.io.tables.columns import Columns
from twinpurify.io.tables.matrices import as_float32
from twinpurify.io.tables.opening import OpenTable, as_text
from twinpurify.io.tables.text_faults import refuse_line_ends, refuse_nul

DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}([.' ]\d{3})+)?,\d+([eE][+-]?\d+)?")
THOUSANDS = re.compile(r"[+-]?\d{1,3}(([, '’\u00a0\u202f])\d{3})(\2\d{3})*(\.\d*)?")
SHOWN = 5


class _Wrong(NamedTuple):
    """A text in the place of a number: where, by row and column of the values, and what."""

    row: int
    column: int
    text: str


def parse_texts(
    opened: OpenTable, columns: Columns, turned: bool
) -> tuple[pd.DataFrame, np.ndarray]:
    """Read a matrix of which some values aren't plain numbers, value by value.

    Parameters
    ----------
    opened : OpenTable
        The table.
    columns : Columns
        What its columns are for.
    turned : bool
        Give the numbers as columns × rows: the rows are genes.

    Returns
    -------
    DataFrame
        Text: the ids and the annotation.
    array, rows × values or values × rows
        The numbers, NaN where missing.

    Raises
    ------
    ExpressionError
        A value is no number.
    TableError
        A value holds what no text does.
    """
    texts = opened.read_text([columns.ids, *columns.annotation])
    cells = opened.read_cells(columns.values)
    values = np.empty((cells.num_columns, cells.num_rows), dtype=np.float32)
    wrong: list[_Wrong] = []
    for position, column in enumerate(cells.columns):
        values[position], found = _numbers(column)
        wrong += [_Wrong(row, position, text) for row, text in found]
    if wrong:
        _refuse(opened, texts.iloc[:, 0], columns, turned, wrong)
    return texts, values if turned else values.T


def _numbers(column: pa.ChunkedArray) -> tuple[np.ndarray, list[tuple[int, str]]]:
    """Convert a column, and list the rows whose text is no number."""
    plain = as_float32(column)
    if plain is not None:
        return plain.to_numpy(), []
    texts = pd.Series(as_text(column))
    numbers = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float32)
    rows = np.flatnonzero(texts.notna() & np.isnan(numbers))
    return numbers, [(int(row), texts[row]) for row in rows]


def _refuse(
    opened: OpenTable, ids: pd.Series, columns: Columns, turned: bool, wrong: Sequence[_Wrong]
) -> None:
    found = [at.text for at in wrong]
    refuse_nul(pd.DataFrame({"values": found}), opened.path, opened.setting)
    refuse_line_ends(found, opened.path, "value")
    names = [opened.names[position] for position in columns.values]
    if turned:
        places = [(names[at.column], ids[at.row], at.text) for at in wrong]
    else:
        places = [(ids[at.row], names[at.column], at.text) for at in wrong]
    named = ", ".join(
        f"gene {str(gene)!r} in sample {str(sample)!r}: {text!r}"
        for sample, gene, text in places[:SHOWN]
    )
    genes = dict.fromkeys(gene for _, gene, _ in places)
    raise ExpressionError(
        f"{opened.path} holds {len(wrong)} values that are text "
        f"({named}{', …' if len(wrong) > SHOWN else ''}), in the genes {listed(genes)}. "
        f"{_hint(found)}"
    )


def _hint(texts: Sequence[str]) -> str:
    some = [text.strip() for text in texts[:1000]]
    if all(map(THOUSANDS.fullmatch, some)):
        return (
            "They look like numbers with thousands separators: save the table without them, since "
            "1,234 could also be 1.234."
        )
    if all(map(DECIMAL_COMMA.fullmatch, some)):
        return "They look like decimal commas: save the table with decimal points."
    return (
        "Columns that are no expression belong in expression.drop_columns, or, where they describe "
        "genes, in expression.annotation_columns; the column of the ids in expression.id_column."
    )
