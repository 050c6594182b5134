"""The expression matrix of a table, samples × genes whatever its orientation."""

from __future__ import annotations

import pandas as pd

from twinpurify.cohort.checks import check_unique
from twinpurify.cohort.declaration.sources import ExpressionTable
from twinpurify.errors import ConfigurationError, ExpressionError, listed
from twinpurify.io.raw_expression import RawExpression
from twinpurify.io.tables.columns import choose_columns
from twinpurify.io.tables.faults import check_values
from twinpurify.io.tables.opening import OpenTable


def matrix_of(
    opened: OpenTable, table: ExpressionTable, else_named_by: str | None = None
) -> RawExpression:
    """Read the matrix of a table and what the table says of its genes.

    Parameters
    ----------
    opened : OpenTable
        The table.
    table : ExpressionTable
        Its orientation, id column, and columns that are no expression.
    else_named_by : str, optional
        The one of its annotation columns that names the genes without an id.

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
    turned = table.orientation == "genes_in_rows"
    read = opened.read_numbers([columns.ids, *columns.annotation], columns.values, turned)
    ids, genes = read.texts.iloc[:, 0], read.texts.iloc[:, 1:]
    if else_named_by is not None:
        ids = ids.fillna(genes[else_named_by])
    rows = pd.Index(ids.to_numpy(), dtype=object)
    names = pd.Index([opened.names[position] for position in columns.values], dtype=object)
    index, header = (names, rows) if turned else (rows, names)
    matrix = pd.DataFrame(read.values, index=index, columns=header, copy=False)
    wrong = [(row, at, text) if turned else (at, row, text) for row, at, text in read.wrong]
    check_values(opened, [(index[at], header[gene], text) for gene, at, text in wrong])
    remedy = f"Keep one of each, or average them, in {opened.path}."
    check_unique(index, "sample ids of the matrix", ExpressionError, remedy)
    raw = RawExpression(
        matrix,
        genes if table.annotation_columns else None,
        _notes(opened.names[columns.ids], table),
    )
    return _with_named_genes(raw, opened.path.name)


def _check_orientation(opened: OpenTable, table: ExpressionTable) -> None:
    if table.orientation is None:
        raise ConfigurationError(
            f"expression.orientation isn't set, and a table such as {opened.path} doesn't tell it. "
            "Set it to samples_in_rows when each row is a sample, or genes_in_rows when each row "
            f"is a gene. The columns are {listed(opened.names)}."
        )


def _notes(id_name: str, table: ExpressionTable) -> tuple[str, ...]:
    notes = []
    if id_name == "":
        notes.append("The first column has no name, as R writes it; it holds the ids.")
    if table.drop_columns:
        notes.append(f"Columns left out as declared: {listed(table.drop_columns)}.")
    return tuple(notes)


def _with_named_genes(raw: RawExpression, name: str) -> RawExpression:
    """Leave out rows without an identifier, which nothing could be joined by."""
    unnamed = raw.values.columns.isna()
    if not unnamed.any():
        return raw
    note = f"{int(unnamed.sum())} rows of {name} without an id of a gene were left out."
    return raw.with_genes(~unnamed).noted([note])
