"""Numbers that are written as text, and text that stands in the place of numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from twinpurify.errors import ExpressionError, listed
from twinpurify.io.table_columns import Columns
from twinpurify.io.table_opening import OpenTable

DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}([.' ]\d{3})+)?,\d+([eE][+-]?\d+)?")
THOUSANDS = re.compile(r"[+-]?\d{1,3}(([, '’\u00a0\u202f])\d{3})(\2\d{3})*(\.\d*)?")
SHOWN = 5


class _Text(NamedTuple):
    """A text in the place of a number."""

    sample: str
    gene: str
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
    """
    n_texts = 1 + len(columns.annotation)
    frame = opened.read_text([columns.ids, *columns.annotation, *columns.values])
    texts, cells = frame.iloc[:, :n_texts], frame.iloc[:, n_texts:]
    values = np.empty((cells.shape[1], len(cells)), dtype=np.float32)
    wrong = np.zeros((cells.shape[1], len(cells)), dtype=bool)
    for position in range(cells.shape[1]):
        column = cells.iloc[:, position]
        values[position] = pd.to_numeric(column, errors="coerce")
        wrong[position] = column.notna() & np.isnan(values[position])
    if wrong.any():
        raise ExpressionError(_describe(opened.path, texts.iloc[:, 0], cells, wrong, turned))
    return texts, values if turned else values.T


def _describe(
    path: Path, ids: pd.Series, cells: pd.DataFrame, wrong: np.ndarray, turned: bool
) -> str:
    by_sample = wrong if turned else wrong.T
    rows, others = (ids, cells.columns)
    genes, samples = (rows, others) if turned else (others, rows)
    texts = [
        _Text(
            str(np.asarray(samples)[sample]),
            str(np.asarray(genes)[gene]),
            cells.iat[gene, sample] if turned else cells.iat[sample, gene],
        )
        for sample, gene in np.argwhere(by_sample)[:SHOWN]
    ]
    named = ", ".join(f"gene {at.gene!r} in sample {at.sample!r}: {at.text!r}" for at in texts)
    count = int(wrong.sum())
    affected = np.asarray(genes)[by_sample.any(axis=0)]
    return (
        f"{path} holds {count} values that are text ({named}{', …' if count > SHOWN else ''}), in "
        f"the genes {listed(affected)}. {_hint(cells.to_numpy()[wrong.T])}"
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
