"""Tables: expression matrices and sample sheets in Parquet, CSV and TSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from twinpurify.cohort.checks import check_unique
from twinpurify.cohort.source_settings import ExpressionTable, SampleTable
from twinpurify.cohort.hints import absent_columns
from twinpurify.errors import ExpressionError, SampleSheetError, TableError, listed
from twinpurify.io.table_files import MISSING, UNREADABLE, TableFile, open_table

ENDINGS = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".tsv": "tsv",
    ".txt": "tsv",
    ".tab": "tsv",
}


def read_table(
    path: str | Path,
    fmt: TableFormat = "auto",
    id_column: str | None = None,
    drop_columns: Sequence[str] = (),
    setting: str = "samples",
) -> pd.DataFrame:
    """Read a table of text whose rows are named by one of its columns, so that 0012 stays 0012.

    Parameters
    ----------
    path : path
        The file; CSV and TSV may be gzipped (.gz).
    fmt : {'auto', 'parquet', 'csv', 'tsv'}
        ``auto`` goes by the ending.
    id_column : str, optional
        Column that names the rows; by default a Parquet file's index, else the first column.
    drop_columns : sequence of str
        Columns that aren't read.
    setting : str
        Section of the cohort's definition that names the file, for messages.

    Returns
    -------
    DataFrame
        Text, NaN where missing, indexed by the ids.

    Raises
    ------
    TableError
        The file is missing, of unknown format, damaged or empty, a column is doubled or unnamed,
        or the id column or one to drop isn't there.
    """
    table = _load(Path(path), fmt, id_column, drop_columns, setting, numeric=False)
    columns = {name: _as_text(table.column(name)) for name in table.column_names[1:]}
    return pd.DataFrame(columns, index=_ids(table), dtype=object)


def read_sample_sheet(path: str | Path, table: SampleTable) -> pd.DataFrame:
    """Read the sample sheet that a cohort's definition declares.

    Parameters
    ----------
    path : path
        The file; ``table.path`` below the run's `raw` folder.
    table : SampleTable
        Its format and id column.

    Returns
    -------
    DataFrame
        Text, NaN where missing, indexed by sample id.

    Raises
    ------
    TableError
        As for `read_table`.
    SampleSheetError
        A sample id is missing or doubled.
    """
    sheet = read_table(path, table.format, table.id_column, setting="samples")
    check_unique(
        sheet.index,
        f"sample ids of {path}",
        SampleSheetError,
        "Keep one row a sample, or set samples.id_column to the column of the sample ids.",
    )
    return sheet


def read_expression(path: str | Path, table: ExpressionTable) -> pd.DataFrame:
    """Read the expression matrix that a cohort's definition declares.

    Parameters
    ----------
    path : path
        The file; ``table.path`` below the run's `raw` folder.
    table : ExpressionTable
        Its format, orientation, id column and columns to drop.

    Returns
    -------
    DataFrame
        samples × genes, float32, in the file's unit; NaN where a value is missing.

    Raises
    ------
    TableError
        As for `read_table`.
    ExpressionError
        A value is text, or a sample id or gene is missing or doubled.
    """
    read = _load(
        Path(path), table.format, table.id_column, table.drop_columns, "expression", numeric=True
    )
    in_columns = pd.Index(read.column_names[1:], dtype=object)
    values, texts = _as_numbers(read)
    matrix = pd.DataFrame(values.T, index=_ids(read), columns=in_columns, copy=False)
    if table.orientation == "genes_in_rows":
        matrix = matrix.T
        texts = [(column, row, text) for row, column, text in texts]
    if texts:
        raise ExpressionError(_describe_texts(path, matrix, texts))
    remedy = f"Keep one of each, or average them, in {path}."
    check_unique(matrix.index, "sample ids of the matrix", ExpressionError, remedy)
    check_unique(matrix.columns, "genes of the matrix", ExpressionError, remedy)
    return matrix


def _load(
    path: Path,
    fmt: TableFormat,
    id_column: str | None,
    drop_columns: Sequence[str],
    setting: str,
    numeric: bool,
) -> pa.Table:
    _check_exists(path, setting)
    kind = _format(path, setting) if fmt == "auto" else fmt
    try:
        file = open_table(path, kind)
        columns = _choose_columns(file, id_column, drop_columns, path, setting)
        table = file.read(columns, numeric)
    except UNREADABLE as error:
        raise TableError(
            f"{path} can't be read as {kind}: {error}. The file is damaged, or isn't {kind}: fetch "
            f"it again, or set {setting}.format."
        ) from error
    if not table.num_rows:
        raise TableError(f"{path} has a header and no rows. Correct {setting}.path.")
    return table


def _check_exists(path: Path, setting: str) -> None:
    if path.is_file():
        return
    folder = path.parent
    there = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    found = f"it holds {listed(there)}" if folder.is_dir() else "the folder doesn't exist either"
    raise TableError(
        f"There is no file {path.name!r} in {folder}; {found}. Set `raw` to the folder of the raw "
        f"data (kedro run --params raw=<folder>), and {setting}.path to the file below it."
    )


def _format(path: Path, setting: str) -> str:
    ending = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    if ending.lower() not in ENDINGS:
        raise TableError(
            f"The format of {path} can't be told by its ending {ending!r}; known are "
            f"{', '.join(ENDINGS)}, and .gz behind. Set {setting}.format to parquet, csv or tsv, "
            "or save the table as one of these."
        )
    return ENDINGS[ending.lower()]


def _choose_columns(
    file: TableFile,
    id_column: str | None,
    drop_columns: Sequence[str],
    path: Path,
    setting: str,
) -> list[str]:
    names = file.names
    if not names:
        raise TableError(f"{path} is empty. Fetch it again, or correct {setting}.path.")
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if doubled:
        raise TableError(f"{path} names columns twice or more: {listed(doubled)}. Rename them.")
    id_column = file.default_id if id_column is None else id_column
    asked = {f"{setting}.id_column": id_column}
    asked |= {f"{setting}.drop_columns[{i}]": name for i, name in enumerate(drop_columns)}
    absent = {key: name for key, name in asked.items() if name not in names}
    if absent:
        raise TableError(f"In {path} {absent_columns(absent, names)}")
    values = [name for name in names if name not in {id_column, *drop_columns}]
    if not values:
        raise TableError(
            f"{path} has no columns besides the id column {id_column!r}: it is empty, or its "
            f"fields are separated otherwise. Correct {setting}.path or {setting}.format "
            "(csv is separated by commas, tsv by tabs)."
        )
    if "" in values:
        raise TableError(
            f"{path} has a column without a name at position {names.index('') + 1} of "
            f"{len(names)}. Name it, or set {setting}.id_column: '' if it holds the ids."
        )
    return [id_column, *values]


def _as_text(column: pa.ChunkedArray) -> np.ndarray:
    text = column.cast(pa.string()).to_pandas().astype(object)
    return text.where(text.notna() & ~text.isin(MISSING), np.nan).to_numpy()


def _ids(table: pa.Table) -> pd.Index:
    return pd.Index(_as_text(table.column(0)), name=table.column_names[0], dtype=object)


def _as_numbers(table: pa.Table) -> tuple[np.ndarray, list[tuple[int, int, str]]]:
    """Convert all but the first column to a row each, and list the text: row, column, value."""
    values = np.empty((table.num_columns - 1, table.num_rows), dtype=np.float32)
    texts = []
    for position, column in enumerate(table.columns[1:]):
        try:
            values[position] = column.cast(pa.float32(), safe=False).to_numpy()
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            text = pd.Series(_as_text(column))
            numbers = pd.to_numeric(text, errors="coerce")
            values[position] = numbers
            wrong = np.flatnonzero(text.notna() & numbers.isna())
            texts += [(int(row), position, text[row]) for row in wrong]
    return values, texts


def _describe_texts(
    path: str | Path, matrix: pd.DataFrame, texts: list[tuple[int, int, str]]
) -> str:
    named = ", ".join(
        f"gene {matrix.columns[gene]!r} in sample {matrix.index[sample]!r}: {text!r}"
        for sample, gene, text in texts[:5]
    )
    genes = matrix.columns[sorted({gene for _, gene, _ in texts})]
    return (
        f"{path} holds {len(texts)} values that are text ({named}{', …' if texts[5:] else ''}), in "
        f"the genes {listed(genes)}. Columns that are no expression belong in "
        "expression.drop_columns; the column of the ids in expression.id_column."
    )
