"""What is wrong with a text that should be a table, looked for where reading it has failed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pandas as pd

from twinpurify.errors import TableError
from twinpurify.io.files.contents import FORMATS, LINE_ENDS, WORDS, delimiter_of, text_of
from twinpurify.io.files.streams import UNREADABLE, head_of, open_bytes, open_text
from twinpurify.io.tables.delimited import COMMENT, DELIMITERS

SHOWN = 5


def refuse_nul(texts: pd.DataFrame, path: Path, setting: str) -> None:
    """Refuse a text with bytes of value zero, which would end up within names.

    Parameters
    ----------
    texts : DataFrame
        Names of the columns or of the rows.
    path : Path
        Where they were read.
    setting : str
        Section of the cohort's definition that names the file, for messages.

    Raises
    ------
    TableError
        One of them holds such a byte.
    """
    for column in range(texts.shape[1]):
        held = _holding(texts.iloc[:, column], ("\0",))
        if held:
            raise TableError(
                f"{path} holds NUL bytes, which no text has, for example in {held[0]!r}. The file "
                f"is damaged, or no text: fetch it again, or set {setting}.format."
            )


def refuse_line_ends(names: Iterable[object], path: Path, what: str) -> None:
    """Refuse names with line ends, which stand there because a quote was never closed.

    Parameters
    ----------
    names : iterable
        Names of the columns, or of the rows.
    path : Path
        Where they were read.
    what : str
        What they name, for messages.

    Raises
    ------
    TableError
        One of them holds a line end.
    """
    held = _holding(names, ("\n", "\r"))
    if held:
        raise TableError(
            f"{path} has a line end within the {what} {held[0][:60]!r}: a quote is opened and not "
            "closed on its line. Close or remove the quote, or the line end."
        )


def refuse_open_quote(frame: pd.DataFrame, path: Path, kind: str) -> None:
    """Refuse a text whose last field swallowed the rest of it, since its quote isn't closed.

    Parameters
    ----------
    frame : DataFrame
        What was read.
    path : Path
        Where it was read.
    kind : str
        Its format.

    Raises
    ------
    TableError
        A quote is open at the end of the file.
    """
    last = frame.iloc[-1]
    if kind not in DELIMITERS or not _holding(last, ("\n", "\r")):
        return
    begin = 0
    try:
        with open_text(path) as lines:
            rows = csv.reader(lines, delimiter=DELIMITERS[kind], strict=True)
            for _ in rows:
                begin = rows.line_num
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise TableError(
                f"{path} opens a quote in line {begin + 1} that is never closed, so that the rest "
                "of the file is one field. Close or remove the quote."
            ) from error


def _holding(texts: Iterable[object], characters: tuple[str, ...]) -> list[str]:
    return [
        text
        for text in texts
        if isinstance(text, str) and any(character in text for character in characters)
    ]


def refuse_repeated_header(frame: pd.DataFrame, path: Path) -> None:
    """Refuse a table in which the header stands again among the rows.

    Parameters
    ----------
    frame : DataFrame
        Text of one column at least.
    path : Path
        Where it was read.

    Raises
    ------
    TableError
        A row is the header.
    """
    names = pd.Series(frame.columns, dtype=object)
    rows = frame[frame.iloc[:, 0] == names[0]] if names[0] else frame.iloc[:0]
    repeats = [number for number, row in rows.iterrows() if (row.to_numpy() == names).all()]
    if repeats:
        raise TableError(
            f"{path} repeats its header in row {int(repeats[0]) + 1} of its rows: tables were "
            "joined end to end. Remove these lines, and make sure that no sample stands twice."
        )


def refuse_comments(path: Path, kind: str, setting: str) -> None:
    """Refuse lines above the header that begin with #, unless the one is the header.

    Parameters
    ----------
    path : Path
        The file.
    kind : {'csv', 'tsv'}
        Its format.
    setting : str
        Section of the cohort's definition that names it, for messages.

    Raises
    ------
    TableError
        There are such lines.
    """
    lines = [line for line in LINE_ENDS.split(text_of(head_of(path))) if line]
    above = next((n for n, line in enumerate(lines) if not line.startswith(COMMENT)), len(lines))
    fields = [line.count(DELIMITERS[kind]) for line in lines[:2]]
    is_header = above == 1 and len(fields) == 2 and 0 < fields[0] >= fields[1] - 1
    if above and not is_header:
        raise TableError(
            f"{path} begins with {above} comment lines ({lines[0][:60]!r}). A table begins with "
            f"its header: remove the lines that begin with #, or set {setting}.format to the "
            "format that has them."
        )


def refuse_other_delimiter(path: Path, kind: str, names: list[str], setting: str) -> None:
    """Refuse a text whose fields are separated by something else than its format says.

    Parameters
    ----------
    path : Path
        The file.
    kind : {'csv', 'tsv'}
        Its format.
    names : list of str
        Its columns, as that format gives them.
    setting : str
        Section of the cohort's definition that names it, for messages.

    Raises
    ------
    TableError
        Another delimiter gives columns.
    """
    seems = delimiter_of(text_of(head_of(path)))
    first = next(name for name in (*names, "") if name or name == names[-1])
    if seems in (None, DELIMITERS[kind]) or not (len(names) == 1 or seems in first):
        return
    mend = (
        f"Set {setting}.format: {FORMATS[seems]}."
        if seems in FORMATS
        else f"Save it with commas or tabs, and set {setting}.path to that file."
    )
    raise TableError(
        f"{path} is read as {kind}, whose fields are separated by {WORDS[DELIMITERS[kind]]}, but "
        f"they seem to be separated by {WORDS[seems]}. {mend}"
    )


def explain(path: Path, kind: str, setting: str, error: Exception, above: int = 0) -> str:
    """Say why a table couldn't be read, better than the library that failed to.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        The format that it was read as.
    setting : str
        Section of the cohort's definition that names it.
    error : Exception
        What the library raised.
    above : int
        Lines before the header.

    Returns
    -------
    str
        The message.
    """
    found = None
    if kind in DELIMITERS and not isinstance(error, OSError):
        with suppress(*UNREADABLE):
            found = _not_utf8(path, setting) or _ragged(path, kind, setting, above)
    return found or (
        f"{path} can't be read as {kind}: {str(error).rstrip('.')}. The file is damaged, or isn't "
        f"{kind}: fetch it again, or set {setting}.format."
    )


def _not_utf8(path: Path, setting: str) -> str | None:
    if not text_of(head_of(path)):
        return None
    with io.BufferedReader(open_bytes(path)) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                near = line[max(error.start - 10, 0) : error.start + 10].decode("latin-1").strip()
                return (
                    f"{path} isn't UTF-8: line {number} holds the byte 0x{line[error.start]:02x} "
                    f"at its position {error.start + 1}, near {near!r} if it is Latin-1. Save it "
                    f"as UTF-8, and set {setting}.path to that file."
                )
    return None


def _ragged(path: Path, kind: str, setting: str, above: int) -> str | None:
    """Describe rows of another length than the header, or that there are none."""
    first, last, width, wrong = 0, 0, 0, []
    with open_text(path) as lines:
        rows = csv.reader(lines, delimiter=DELIMITERS[kind])
        for _ in islice(rows, above):
            pass
        end = rows.line_num
        for row in rows:
            begin, end = end + 1, rows.line_num
            if not row:
                continue
            first, last, width = first or begin, begin, width or len(row)
            if len(row) != width and len(wrong) < SHOWN:
                wrong.append((begin, row))
    if first and first == last:
        return f"{path} has a header and no rows. Correct {setting}.path."
    if not wrong:
        return None
    return _describe_ragged(path, width, wrong, last, setting)


def _describe_ragged(
    path: Path, width: int, wrong: list[tuple[int, list[str]]], last: int, setting: str
) -> str:
    line, row = wrong[0]
    if "\n" in row[-1]:
        return (
            f"{path} opens a quote in line {line} that is never closed, so that the rest of the "
            "file is one field. Close or remove the quote."
        )
    if line == last and len(row) < width:
        return (
            f"{path} ends within its last row: line {line} has {len(row)} fields of {width}. The "
            f"file was cut off: fetch {setting}.path again."
        )
    if len(row) == width + 1 and row[-1] == "":
        return (
            f"{path} has lines that end with a delimiter, such as line {line}, and a header that "
            "doesn't. Remove it from the lines."
        )
    named = ", ".join(f"line {number} has {len(fields)}" for number, fields in wrong)
    return (
        f"{path} has rows that are longer or shorter than its header of {width} fields: {named}. "
        f"Fields that hold the delimiter belong in quotes; correct the lines, or set "
        f"{setting}.format."
    )
