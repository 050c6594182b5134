"""The two parts of a series matrix file: the lines about series and samples, and the table."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from twinpurify.errors import TableError, listed
from twinpurify.io.gene_rows import Layout, damaged, read_gene_rows
from twinpurify.io.streams import UNREADABLE, open_bytes

KIND = "series_matrix"
BEGIN = "!series_matrix_table_begin"
END = "!series_matrix_table_end"
ID = "ID_REF"


@dataclass(frozen=True)
class Prologue:
    """What stands before the values.

    Attributes
    ----------
    lines : list of str
        The lines about series and samples.
    header : list of str
        Cells of the table's header; empty where the file has no table.
    start : int
        Byte of the unpacked file at which the values begin; 0 where it has no table.
    is_utf8 : bool
        False when another encoding had to be guessed.
    """

    lines: list[str]
    header: list[str]
    start: int
    is_utf8: bool

    @property
    def samples(self) -> dict[int, str]:
        """Column of the table -> the sample that it belongs to."""
        # A spreadsheet fills all lines up with tabs to the length of the longest.
        filled = [place for place, name in enumerate(self.header) if name]
        last = filled[-1] if filled else 0
        return {place: self.header[place] for place in range(1, last + 1)}


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


def read_prologue(path: Path) -> Prologue:
    """Read all that stands before the values.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Prologue
        The lines, and the header of the table.

    Raises
    ------
    TableError
        The file is damaged.
    """
    try:
        with io.BufferedReader(open_bytes(path)) as file:
            return _prologue(file)
    except UNREADABLE as error:
        raise damaged(path, KIND, error, "expression") from error


def _prologue(file: io.BufferedReader) -> Prologue:
    lines, start, is_utf8 = [], 0, True
    for raw in file:
        start += len(raw)
        line, of_utf8 = _decoded(raw)
        is_utf8 &= of_utf8
        if is_marker(line, BEGIN):
            raw = file.readline()
            header = cells_of(_decoded(raw)[0])
            there = header != [""] and not is_marker(header[0], END)
            return Prologue(lines, header if there else [], start + len(raw), is_utf8)
        lines.append(line)
    return Prologue(lines, [], 0, is_utf8)


def _decoded(raw: bytes) -> tuple[str, bool]:
    line = raw.rstrip(b"\r\n")
    try:
        return line.decode("utf-8").removeprefix("\ufeff"), True
    except UnicodeDecodeError:
        return line.decode("latin-1"), False


def read_values(path: Path, prologue: Prologue) -> pd.DataFrame:
    """Read the table between its two marker lines.

    Parameters
    ----------
    path : Path
        The file.
    prologue : Prologue
        What stands before.

    Returns
    -------
    DataFrame, samples × probes
        float32, NaN where missing; no column where the table is empty.

    Raises
    ------
    TableError
        The table isn't there, is cut off, or is damaged.
    ExpressionError
        A value is text.
    """
    _check_header(path, prologue)
    if not prologue.samples:
        return pd.DataFrame()
    marked = []

    def is_end(line: str) -> bool:
        marked.append(is_marker(line, END))
        return marked[-1]

    def open_rows() -> pa.NativeFile:
        file = open_bytes(path)
        file.read(prologue.start)
        return file

    layout = Layout(len(prologue.header), [0], prologue.samples)
    (probes,), values = read_gene_rows(path, KIND, open_rows, layout, is_end)
    # Filled up with tabs, the end of the table is a row like others.
    rows = [place for place, probe in enumerate(probes) if is_marker(probe, END)]
    if not rows and not any(marked):
        raise TableError(
            f"{path} is cut off: the line {END} is missing behind {len(probes)} rows of values. "
            "Fetch it again."
        )
    stop = rows[0] if rows else len(probes)
    samples = list(prologue.samples.values())
    return pd.DataFrame(values[:, :stop], index=samples, columns=probes[:stop], copy=False)


def _check_header(path: Path, prologue: Prologue) -> None:
    if not prologue.start:
        raise TableError(
            f"{path} has no line {BEGIN}: it is cut off, or isn't a series matrix. Fetch it again, "
            "or set expression.format."
        )
    if prologue.header and prologue.header[0].casefold() != ID.casefold():
        raise TableError(
            f"The table of {path} should have the header {ID}, but it begins with "
            f"{listed(prologue.header)}: the file is damaged. Fetch it again."
        )
