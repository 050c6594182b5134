"""A table file opened as declared, with errors that say what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from twinpurify.errors import TableError
from twinpurify.io.files.contents import ENDINGS, refuse_foreign, refuse_other_kind, table_kind
from twinpurify.io.files.locations import check_exists
from twinpurify.io.files.streams import UNREADABLE
from twinpurify.io.tables.delimited import DELIMITERS, MISSING
from twinpurify.io.tables.table_files import TableFile, open_table
from twinpurify.io.tables.text_faults import (
    explain,
    refuse_comments,
    refuse_line_ends,
    refuse_nul,
    refuse_open_quote,
    refuse_other_delimiter,
    refuse_repeated_header,
)


@dataclass(frozen=True)
class OpenTable:
    """A table of which the columns are known, and all that a message about it has to say.

    Attributes
    ----------
    path : Path
        The file.
    kind : {'parquet', 'feather', 'csv', 'tsv'}
        Its format.
    setting : str
        Section of the cohort's definition that names it.
    file : TableFile
        The opened file.
    above : int
        Lines before the header.
    """

    path: Path
    kind: str
    setting: str
    file: TableFile
    above: int = 0

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return self.file.names

    def read_text(self, columns: Sequence[int]) -> pd.DataFrame:
        """Read columns as text.

        Parameters
        ----------
        columns : sequence of int
            Positions.

        Returns
        -------
        DataFrame
            Objects, NaN where missing.

        Raises
        ------
        TableError
            The file is damaged, has no rows, or repeats its header.
        """
        with explained(self.path, self.kind, self.setting, self.above):
            frame = self._frame(self.file.read_text(columns), columns)
        self._check_rows(frame)
        return frame

    def read_cells(self, columns: Sequence[int]) -> pa.Table:
        """Read columns as the file has them, null where missing.

        Parameters
        ----------
        columns : sequence of int
            Positions.

        Returns
        -------
        pyarrow.Table
            The columns in the order asked for.

        Raises
        ------
        TableError
            The file is damaged.
        """
        with explained(self.path, self.kind, self.setting, self.above):
            return self.file.read_text(columns)

    def read_numbers(
        self, texts: Sequence[int], numbers: Sequence[int], turned: bool
    ) -> tuple[pd.DataFrame, np.ndarray] | None:
        """Read some columns as text and others as float32.

        Parameters
        ----------
        texts, numbers : sequence of int
            Positions.
        turned : bool
            Give the numbers as columns × rows.

        Returns
        -------
        DataFrame
            The text.
        array, rows × numbers or numbers × rows
            The numbers, NaN where missing. In place of both, None where one of them is text.

        Raises
        ------
        TableError
            The file is damaged, or has no rows.
        """
        with explained(self.path, self.kind, self.setting, self.above):
            read = self.file.read_numbers(texts, numbers, turned)
            if read is None:
                return None
            frame = self._frame(read[0], texts)
        self._check_rows(frame)
        return frame, read[1]

    def _frame(self, table: pa.Table, columns: Sequence[int]) -> pd.DataFrame:
        texts = [as_text(column) for column in table.columns]
        frame = pd.DataFrame(dict(enumerate(texts)), dtype=object)
        return frame.set_axis([self.names[position] for position in columns], axis=1)

    def _check_rows(self, frame: pd.DataFrame) -> None:
        if frame.empty:
            raise TableError(f"{self.path} has a header and no rows. Correct {self.setting}.path.")
        refuse_nul(frame, self.path, self.setting)
        refuse_open_quote(frame, self.path, self.kind)
        refuse_line_ends(frame.iloc[:, 0], self.path, "id")
        refuse_repeated_header(frame, self.path)


def as_text(column: pa.ChunkedArray) -> np.ndarray:
    """Convert a column of whatever type to text.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        The column.

    Returns
    -------
    array of object
        Text, NaN where missing.
    """
    text = column.cast(pa.string()).to_pandas().astype(object)
    return text.where(text.notna() & ~text.isin(MISSING), np.nan).to_numpy()


def open_declared(path: Path, fmt: str, setting: str, skip_comments: bool = False) -> OpenTable:
    """Open a table file, and refuse what is no table of the declared format.

    Parameters
    ----------
    path : Path
        The file.
    fmt : {'auto', 'parquet', 'feather', 'csv', 'tsv'}
        Its declared format.
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
    check_exists(path, setting)
    refuse_foreign(path, setting)
    if path.is_dir():
        raise TableError(
            f"{path} is a folder, not a file of the format {fmt}. Set {setting}.path to the file."
        )
    kind = _kind(path, setting) if fmt == "auto" else fmt
    refuse_other_kind(path, kind, setting)
    with explained(path, kind, setting):
        table = OpenTable(path, kind, setting, open_table(path, kind, skip_comments))
        names = table.names
    if not names:
        raise TableError(f"{path} is empty. Fetch it again, or correct {setting}.path.")
    if kind in DELIMITERS:
        refuse_nul(pd.DataFrame({"names": names}), path, setting)
        refuse_line_ends(names, path, "name of the column")
        refuse_other_delimiter(path, kind, names, setting)
        if not skip_comments:
            refuse_comments(path, kind, setting)
    return table


def _kind(path: Path, setting: str) -> str:
    found = table_kind(path)
    if not found:
        raise TableError(
            f"The format of {path} can't be told by its content or its ending; known endings are "
            f"{', '.join(ENDINGS)}, and .gz or .zst behind. Set {setting}.format to parquet, "
            "feather, csv or tsv, or save the table as one of these."
        )
    return next(iter(found))


@contextmanager
def explained(path: Path, kind: str, setting: str, above: int = 0) -> Iterator[None]:
    """Turn what a library raises over a damaged file into an error that says what is wrong.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        The format that it is read as.
    setting : str
        Section of the cohort's definition that names it.
    above : int
        Lines before the header.

    Raises
    ------
    TableError
        Reading failed.
    """
    try:
        yield
    except UNREADABLE as error:
        raise TableError(explain(path, kind, setting, error, above)) from error
