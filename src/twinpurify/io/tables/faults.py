"""What is wrong with a table: what was found, where, and the setting that mends it."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from twinpurify.errors import ExpressionError, TableError, listed
from twinpurify.io.files.contents import (
    FORMATS,
    LINE_ENDS,
    WORDS,
    delimiter_of,
    kind_by_content,
    text_of,
)
from twinpurify.io.files.streams import UNREADABLE, head_of, open_bytes, open_text
from twinpurify.io.tables.delimited import COMMENT, DELIMITERS

SHOWN = 5
# Numbers that a spreadsheet has written for people: what they look like, and what to do.
NUMBERS = {
    r"[+-]?\d{1,3}(([, '’\u00a0\u202f])\d{3})(\2\d{3})*(\.\d*)?": "They look like numbers with "
    "thousands separators: save the table without them, since 1,234 could also be 1.234.",
    r"[+-]?(\d+|\d{1,3}([.' ]\d{3})+)?,\d+([eE][+-]?\d+)?": "They look like decimal commas: save "
    "the table with decimal points.",
    r"(?s).*": "Columns that are no expression belong in expression.drop_columns, or, where they "
    "describe genes, in expression.annotation_columns; the column of the ids in "
    "expression.id_column.",
}


@dataclass(frozen=True)
class Source:
    """A table file, with all that a message about it has to say.

    Attributes
    ----------
    path : Path
        The file.
    kind : str
        The format that it is read as.
    setting : str
        Section of the cohort's definition that names it.
    above : int
        Lines before the header.
    """

    path: Path
    kind: str
    setting: str
    above: int = field(default=0, kw_only=True)

    @property
    def delimiter(self) -> str | None:
        """What separates its fields, if it is a text."""
        return DELIMITERS.get(self.kind)


def check_kind(source: Source) -> None:
    """Refuse a `source` that is declared text and is Parquet or Feather, and the reverse."""
    for found, reason in kind_by_content(source.path).items():
        both_text = {found, source.kind} <= set(FORMATS.values())
        if found != source.kind and not both_text:
            raise TableError(
                f"{source.path} is declared {source.kind}, but it is {found}: {reason}. Set "
                f"{source.setting}.format: {found}."
            )


def check_header(source: Source, names: Sequence[str]) -> None:
    """Refuse a header, of columns `names`, that is empty, damaged or separated otherwise."""
    path, setting = source.path, source.setting
    if not names:
        raise TableError(f"{path} is empty. Fetch it again, or correct {setting}.path.")
    if source.delimiter is None:
        return
    _check_characters(source, names, "name of the column")
    seems = delimiter_of(text_of(head_of(path)))
    first = next((name for name in names if name), names[-1])
    if seems in (None, source.delimiter) or not (len(names) == 1 or seems in first):
        return
    mend = (
        f"Set {setting}.format: {FORMATS[seems]}."
        if seems in FORMATS
        else f"Save it with commas or tabs, and set {setting}.path to that file."
    )
    raise TableError(
        f"{path} is read as {source.kind}, whose fields are separated by "
        f"{WORDS[source.delimiter]}, but they seem to be separated by {WORDS[seems]}. {mend}"
    )


def check_comments(source: Source) -> None:
    """Refuse lines above the header that begin with #, unless the one is the header."""
    if source.delimiter is None:
        return
    lines = [line for line in LINE_ENDS.split(text_of(head_of(source.path))) if line]
    above = next((n for n, line in enumerate(lines) if not line.startswith(COMMENT)), len(lines))
    fields = [line.count(source.delimiter) for line in lines[:2]]
    is_header = above == 1 and len(fields) == 2 and 0 < fields[0] >= fields[1] - 1
    if above and not is_header:
        raise TableError(
            f"{source.path} begins with {above} comment lines ({lines[0][:60]!r}). A table begins "
            f"with its header: remove the lines that begin with #, or set {source.setting}.format "
            "to the format that has them."
        )


def check_rows(source: Source, frame: pd.DataFrame) -> None:
    """Refuse rows that are none, swallowed by a quote, damaged, or of tables joined end to end.

    Parameters
    ----------
    source : Source
        Where they were read.
    frame : DataFrame
        Their text; the first column holds the ids.
    """
    if frame.empty:
        raise TableError(f"{source.path} has a header and no rows. Correct {source.setting}.path.")
    for column in range(frame.shape[1]):
        _check_characters(source, frame.iloc[:, column])
    if source.delimiter and _first_with("\r\n", frame.iloc[-1]):
        with suppress(csv.Error):
            deque(_rows(source), maxlen=0)
    _check_characters(source, frame.iloc[:, 0], "id")
    names = pd.Series(frame.columns, dtype=object)
    rows = frame[frame.iloc[:, 0] == names[0]] if names[0] else frame.iloc[:0]
    repeats = [number for number, row in rows.iterrows() if (row.to_numpy() == names).all()]
    if repeats:
        raise TableError(
            f"{source.path} repeats its header in row {int(repeats[0]) + 1} of its rows: tables "
            "were joined end to end. Remove these lines, and make sure that no sample stands twice."
        )


def check_values(source: Source, wrong: Sequence[tuple[object, object, str]]) -> None:
    """Refuse text in the place of numbers, and say what it seems to be.

    Parameters
    ----------
    source : Source
        Where it was read.
    wrong : sequence of (sample, gene, text)
        What was found where a number should be.
    """
    if not wrong:
        return
    texts = [text for *_, text in wrong]
    _check_characters(source, texts, "value")
    named = ", ".join(
        f"gene {str(gene)!r} in sample {str(sample)!r}: {text!r}"
        for sample, gene, text in wrong[:SHOWN]
    )
    genes = dict.fromkeys(gene for _, gene, _ in wrong)
    some = [text.strip() for text in texts[:1000]]
    hint = next(hint for like, hint in NUMBERS.items() if all(re.fullmatch(like, t) for t in some))
    raise ExpressionError(
        f"{source.path} holds {len(wrong)} values that are text ({named}"
        f"{', …' if len(wrong) > SHOWN else ''}), in the genes {listed(genes)}. {hint}"
    )


def _check_characters(source: Source, texts: Iterable[object], what: str | None = None) -> None:
    """Refuse bytes of value zero and, in texts that name something, line ends."""
    texts = list(texts)
    damaged = _first_with("\0", texts)
    if damaged is not None:
        raise TableError(
            f"{source.path} holds NUL bytes, which no text has, for example in {damaged!r}. The "
            f"file is damaged, or no text: fetch it again, or set {source.setting}.format."
        )
    broken = _first_with("\r\n", texts) if what else None
    if broken is not None:
        raise TableError(
            f"{source.path} has a line end within the {what} {broken[:60]!r}: a quote is opened "
            "and not closed on its line. Close or remove the quote, or the line end."
        )


def _first_with(characters: str, texts: Iterable[object]) -> str | None:
    texts = (text for text in texts if isinstance(text, str))
    return next((text for text in texts if any(sign in text for sign in characters)), None)


@contextmanager
def explained(source: Source) -> Iterator[None]:
    """Turn what a library raises over a damaged `source` into an error that says what is wrong."""
    try:
        yield
    except UNREADABLE as error:
        if source.delimiter and not isinstance(error, OSError):
            with suppress(*UNREADABLE):
                _check_encoding(source)
                _check_lengths(source)
        raise TableError(
            f"{source.path} can't be read as {source.kind}: {str(error).rstrip('.')}. The file is "
            f"damaged, or isn't {source.kind}: fetch it again, or set {source.setting}.format."
        ) from error


def _check_encoding(source: Source) -> None:
    if not text_of(head_of(source.path)):
        return
    with io.BufferedReader(open_bytes(source.path)) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                near = line[max(error.start - 10, 0) : error.start + 10].decode("latin-1").strip()
                raise TableError(
                    f"{source.path} isn't UTF-8: line {number} holds the byte "
                    f"0x{line[error.start]:02x} at its position {error.start + 1}, near {near!r} "
                    f"if it is Latin-1. Save it as UTF-8, and set {source.setting}.path to that "
                    "file."
                ) from error


def _check_lengths(source: Source) -> None:
    """Refuse rows of another length than the header, or that there are none."""
    path, setting = source.path, source.setting
    begun = [(line, len(row), row[-1]) for line, row in _rows(source)]
    if len(begun) == 1:
        raise TableError(f"{path} has a header and no rows. Correct {setting}.path.")
    width = begun[0][1] if begun else 0
    wrong = [row for row in begun if row[1] != width]
    if not wrong:
        return
    line, fields, last_field = wrong[0]
    if line == begun[-1][0] and fields < width:
        raise TableError(
            f"{path} ends within its last row: line {line} has {fields} fields of {width}. The "
            f"file was cut off: fetch {setting}.path again."
        )
    if fields == width + 1 and last_field == "":
        raise TableError(
            f"{path} has lines that end with a delimiter, such as line {line}, and a header that "
            "doesn't. Remove it from the lines."
        )
    named = ", ".join(f"line {number} has {length}" for number, length, _ in wrong[:SHOWN])
    raise TableError(
        f"{path} has rows that are longer or shorter than its header of {width} fields: {named}. "
        f"Fields that hold the delimiter belong in quotes; correct the lines, or set "
        f"{setting}.format."
    )


def _rows(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Give each row that isn't empty with its first line; refuse a quote that is never closed."""
    with open_text(source.path) as lines:
        rows = csv.reader(lines, delimiter=source.delimiter, strict=True)
        end = 0
        try:
            for row in rows:
                begin, end = end + 1, rows.line_num
                if row and end > source.above:
                    yield begin, row
        except csv.Error as error:
            if "unexpected end" not in str(error):
                raise
            raise TableError(
                f"{source.path} opens a quote in line {end + 1} that is never closed, so that the "
                "rest of the file is one field. Close or remove the quote."
            ) from error
