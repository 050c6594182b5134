"""A table file opened as declared: its columns as text, or as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from twinpurify.errors import TableError
from twinpurify.io.files.contents import ENDINGS, refuse_foreign, table_kind
from twinpurify.io.files.locations import locate
from twinpurify.io.tables.columnar import ColumnarFile, as_float32
from twinpurify.io.tables.delimited import DelimitedText
from twinpurify.io.tables.faults import (
    Source,
    check_comments,
    check_header,
    check_kind,
    check_rows,
    explained,
)
from twinpurify.io.tables.missing import with_gaps


class TableFile(Protocol):
    """A table file of which the columns are known, by position, before it is read."""

    names: list[str]
    default_id: int

    def read_text(self, columns: Sequence[int]) -> pa.Table:
        """Read the columns of some positions as they are stored, null where missing."""

    def read_numbers(
        self, texts: Sequence[int], numbers: Sequence[int], turned: bool
    ) -> tuple[pa.Table, np.ndarray] | None:
        """Read the columns `texts` as they are stored and `numbers` as a float32 matrix.

        The matrix is rows × columns, or columns × rows when `turned`, with NaN where missing.
        None in place of both where one of the numbers is text.
        """


class Numbers(NamedTuple):
    """Columns of text and a matrix of float32, NaN where missing.

    `wrong` lists what isn't a number: its row, its column among those of the numbers, its text.
    """

    texts: pd.DataFrame
    values: np.ndarray
    wrong: list[tuple[int, int, str]]


@dataclass(frozen=True)
class OpenTable(Source):
    """A table of which the columns are known: a `Source`, and its opened `file`."""

    file: TableFile

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return self.file.names

    def read_text(self, columns: Sequence[int]) -> pd.DataFrame:
        """Read the columns of some positions as text: objects, NaN where missing.

        Raises
        ------
        TableError
            The file is damaged, has no rows, or repeats its header.
        """
        with explained(self):
            return self._frame(self.file.read_text(columns), columns)

    def read_numbers(self, texts: Sequence[int], numbers: Sequence[int], turned: bool) -> Numbers:
        """Read the columns of the positions `texts` as text and `numbers` as a matrix.

        Parameters
        ----------
        texts, numbers : sequence of int
            Positions.
        turned : bool
            Give the numbers as columns × rows in place of rows × columns.

        Raises
        ------
        TableError
            As `read_text`.
        """
        with explained(self):
            read = self.file.read_numbers(texts, numbers, turned)
            if read is not None:
                return Numbers(self._frame(read[0], texts), read[1], [])
            cells = self.file.read_text([*texts, *numbers])
            frame = self._frame(cells.select(range(len(texts))), texts)
            values, wrong = _parse(cells.columns[len(texts) :])
            return Numbers(frame, values if turned else values.T, wrong)

    def _frame(self, table: pa.Table, columns: Sequence[int]) -> pd.DataFrame:
        texts = {place: as_text(column) for place, column in enumerate(table.columns)}
        frame = pd.DataFrame(texts, dtype=object)
        frame.columns = [self.names[position] for position in columns]
        check_rows(self, frame)
        return frame


def _parse(columns: Sequence[pa.ChunkedArray]) -> tuple[np.ndarray, list[tuple[int, int, str]]]:
    """Convert columns one by one, and list what is no number."""
    values, wrong = [], []
    for place, column in enumerate(columns):
        numbers = as_float32(column)
        if numbers is None:
            texts = pd.Series(as_text(column))
            numbers = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float32)
            rows = np.flatnonzero(texts.notna() & np.isnan(numbers))
            wrong += [(int(row), place, texts[row]) for row in rows]
        values.append(numbers)
    return np.array(values, dtype=np.float32), wrong


def as_text(column: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """Convert a column of whatever type to an array of text, NaN where missing."""
    return with_gaps(column.cast(pa.string()).to_pandas()).to_numpy()


def open_declared(path: Path, fmt: str, setting: str, skip_comments: bool = False) -> OpenTable:
    """Open a table file, and refuse what is no table of the declared format.

    Parameters
    ----------
    path : Path
        The file.
    fmt : {'auto', 'parquet', 'feather', 'csv', 'tsv'}
        Its declared format; ``auto`` goes by the content, then by the ending.
    setting : str
        Section of the cohort's definition that names it, for messages.
    skip_comments : bool
        Leave out the lines on top of a text that begin with #.

    Returns
    -------
    OpenTable
        The table.

    Raises
    ------
    TableError
        The file is missing, of unknown format, damaged, empty, or something else.
    """
    locate(path.name, path.parent, setting)
    refuse_foreign(path, setting)
    if path.is_dir():
        raise TableError(
            f"{path} is a folder, not a file of the format {fmt}. Set {setting}.path to the file."
        )
    kind = next(iter(table_kind(path)), None) if fmt == "auto" else fmt
    if kind is None:
        raise TableError(
            f"The format of {path} can't be told by its content or its ending; known endings are "
            f"{', '.join(ENDINGS)}, and .gz or .zst behind. Set {setting}.format to parquet, "
            "feather, csv or tsv, or save the table as one of these."
        )
    source = Source(path, kind, setting)
    check_kind(source)
    with explained(source):
        table = OpenTable(path, kind, setting, _open(source, skip_comments))
        check_header(source, table.names)
    if not skip_comments:
        check_comments(source)
    return table


def _open(source: Source, skip_comments: bool) -> TableFile:
    if source.delimiter is not None:
        return DelimitedText(source.path, source.delimiter, skip_comments)
    return ColumnarFile(source.path, source.kind)
