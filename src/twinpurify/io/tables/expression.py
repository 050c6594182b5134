"""The expression matrix of a table, samples × genes whatever its orientation."""

from __future__ import annotations

import pandas as pd

from twinpurify.cohort.checks import check_unique
from twinpurify.cohort.declaration.sources import ExpressionTable
from twinpurify.errors import ConfigurationError, ExpressionError, listed
from twinpurify.io.raw_expression import RawExpression, without_annotation
from twinpurify.io.tables.columns import Columns, choose_columns
from twinpurify.io.tables.number_texts import parse_texts
from twinpurify.io.tables.opening import OpenTable


def matrix_of(opened: OpenTable, table: ExpressionTable) -> RawExpression:
    """Read the matrix of a table and what the table says of its genes.

    Parameters
    ----------
    opened : OpenTable
        The table.
    table : ExpressionTable
        Its orientation, id column, and columns that are no expression.

    Returns
    -------
    RawExpression
        The matrix in the file's unit; NaN where a value is missing.

    Raises
    ------
    TableError
        The file is damaged, or a column isn't there.
    ExpressionError
        A value is text, or a sample id is missing or doubled.
    ConfigurationError
        The orientation isn't set.
    """
    _check_orientation(opened, table)
    columns = choose_columns(opened, table.id_column, table.drop_columns, table.annotation_columns)
    texts, matrix = _read(opened, columns, table.orientation == "genes_in_rows")
    remedy = f"Keep one of each, or average them, in {opened.path}."
    check_unique(matrix.index, "sample ids of the matrix", ExpressionError, remedy)
    genes = texts if table.annotation_columns else without_annotation(matrix)
    return _with_named_genes(matrix, genes, _notes(opened.names[columns.ids], table))


def _check_orientation(opened: OpenTable, table: ExpressionTable) -> None:
    if table.orientation is not None:
        return
    raise ConfigurationError(
        f"expression.orientation isn't set, and a table such as {opened.path} doesn't tell it. Set "
        "it to samples_in_rows when each row is a sample, or genes_in_rows when each row is a "
        f"gene. The columns are {listed(opened.names)}."
    )


def _read(opened: OpenTable, columns: Columns, turned: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the annotation of the rows, and the matrix as samples × genes."""
    names = pd.Index([opened.names[position] for position in columns.values], dtype=object)
    read = opened.read_numbers([columns.ids, *columns.annotation], columns.values, turned)
    texts, values = read or parse_texts(opened, columns, turned)
    ids = pd.Index(texts.iloc[:, 0].to_numpy(), dtype=object)
    index, header = (names, ids) if turned else (ids, names)
    matrix = pd.DataFrame(values, index=index, columns=header, copy=False)
    return texts.iloc[:, 1:], matrix


def _notes(id_name: str, table: ExpressionTable) -> tuple[str, ...]:
    notes = []
    if id_name == "":
        notes.append("The first column has no name, as R writes it; it holds the ids.")
    if table.drop_columns:
        notes.append(f"Columns left out as declared: {listed(table.drop_columns)}.")
    return tuple(notes)


def _with_named_genes(
    matrix: pd.DataFrame, genes: pd.DataFrame, notes: tuple[str, ...]
) -> RawExpression:
    """Leave out rows without an identifier, which nothing could be joined by."""
    unnamed = matrix.columns.isna()
    if unnamed.any():
        matrix, genes = matrix.loc[:, ~unnamed], genes[~unnamed]
        notes = (*notes, f"{int(unnamed.sum())} rows without an id of a gene were left out.")
    return RawExpression(matrix, genes.reset_index(drop=True), notes=notes)
