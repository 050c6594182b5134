"""What stands before the values in a series matrix file: lines about samples, and a header."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from twinpurify.errors import TableError
from twinpurify.io.files.contents import refuse_foreign
from twinpurify.io.files.streams import UNREADABLE, open_bytes
from twinpurify.io.tables.text_faults import explain

KIND = "series_matrix"
BEGIN = "!series_matrix_table_begin"
END = "!series_matrix_table_end"


@dataclass(frozen=True)
class Prologue:
    """What stands before the values.

    Attributes
    ----------
    lines : list of str
        The lines about series and samples.
    header : list of str
        Cells of the table's header; empty where the file has no table.
    width : int
        Columns of the table, which may be more: a spreadsheet fills all lines up with tabs to the
        length of the longest.
    start : int
        Byte of the unpacked file at which the values begin; 0 where it has no table.
    is_utf8 : bool
        False when another encoding had to be guessed.
    """

    lines: list[str]
    header: list[str]
    width: int
    start: int
    is_utf8: bool

    @property
    def samples(self) -> list[str]:
        """The samples of the table."""
        return self.header[1:]


def cells_of(line: str) -> list[str]:
    """Cut a line at its tabs and take the quotes off.

    A quote that has no partner would make a parser of CSV swallow the cells behind it, and those
    of the wrong samples would move up.

    Parameters
    ----------
    line : str
        A line of the file.

    Returns
    -------
    list of str
        Its cells.
    """
    return [_unquoted(cell.strip()) for cell in line.split("\t")]


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell.startswith('"') and cell.endswith('"'):
        return cell[1:-1].replace('""', '"').strip()
    return cell


def is_marker(line: str, marker: str) -> bool:
    """Tell a marker of the table, also when a spreadsheet has put quotes or tabs around it."""
    return line.strip().strip('"').casefold() == marker


def read_prologue(path: Path, setting: str) -> Prologue:
    """Read all that stands before the values.

    Parameters
    ----------
    path : Path
        The file.
    setting : str
        Section of the cohort's definition that names it, for messages.

    Returns
    -------
    Prologue
        The lines, and the header of the table.

    Raises
    ------
    TableError
        The file is damaged, or something else.
    """
    refuse_foreign(path, setting)
    try:
        with io.BufferedReader(open_bytes(path)) as file:
            return _prologue(file)
    except UNREADABLE as error:
        raise TableError(explain(path, KIND, setting, error)) from error


def _prologue(file: io.BufferedReader) -> Prologue:
    lines, start, is_utf8 = [], 0, True
    for raw in file:
        start += len(raw)
        line, of_utf8 = _decoded(raw)
        is_utf8 &= of_utf8
        if is_marker(line, BEGIN):
            raw = file.readline()
            return Prologue(lines, *_header(_decoded(raw)[0]), start + len(raw), is_utf8)
        lines.append(line)
    return Prologue(lines, [], 0, 0, is_utf8)


def _header(line: str) -> tuple[list[str], int]:
    names = cells_of(line)
    filled = [place for place, name in enumerate(names, 1) if name]
    is_there = filled and not is_marker(names[0], END)
    return (names[: filled[-1]] if is_there else []), len(names)


def _decoded(raw: bytes) -> tuple[str, bool]:
    line = raw.rstrip(b"\r\n")
    try:
        return line.decode("utf-8").removeprefix("\ufeff"), True
    except UnicodeDecodeError:
        return line.decode("latin-1"), False
