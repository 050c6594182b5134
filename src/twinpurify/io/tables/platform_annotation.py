"""Platform files of GEO (GPL…), which say to which gene a probe belongs."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from twinpurify.errors import TableError, listed
from twinpurify.io.files.streams import UNREADABLE, beginning_of, decoded, open_bytes
from twinpurify.io.tables.missing import PLATFORM_MISSING, with_gaps

# Of an .annot file and of SOFT; of a table downloaded by itself, whose columns are explained first.
FIRST_LINE = re.compile(rb"\^[A-Za-z]+|![A-Za-z]+_|#[^\t\n]+? = ")
NOT_A_PLATFORM = re.compile(rb"!series_|!sample_", re.IGNORECASE)
PROLOGUE = (b"^", b"!", b"#")
BEGIN, END = b"!platform_table_begin", b"!platform_table_end"
OTHER_TABLE = re.compile(rb"!(?!platform)\w+_table_begin")
SERIES_PLATFORM = b"!series_platform_id"


def is_platform_table(path: Path) -> bool:
    """Tell whether `path` is ``GPL….annot``, ``GPL…-….txt`` or SOFT, gzipped or not."""
    start = beginning_of(path)
    return bool(FIRST_LINE.match(start)) and not NOT_A_PLATFORM.match(start)


def read_platform_table(path: Path, setting: str = "genes.map") -> pd.DataFrame | None:
    """Read the table of probes in a platform file, past the lines that explain it.

    Parameters
    ----------
    path : Path
        The file, gzipped or not.
    setting : str
        Section of the cohort's definition that names it, for messages.

    Returns
    -------
    DataFrame or None
        Text, NaN where missing, a row a probe; None when it is no platform file.

    Raises
    ------
    TableError
        The file is damaged or cut off, has no table of probes, or those of several platforms.
    """
    if not is_platform_table(path):
        return None
    try:
        with io.BufferedReader(open_bytes(path)) as file:
            lines = [decoded(raw)[0] for raw in _table_lines(file, path, setting)]
    except UNREADABLE as error:
        raise TableError(
            f"{path} can't be read as a platform file of GEO: {error}. The file is damaged: fetch "
            "it again."
        ) from error
    return _as_frame([line.split("\t") for line in lines if line.strip()] or [[]], path)


def _table_lines(file: Iterable[bytes], path: Path, setting: str) -> Iterator[bytes]:
    """Give the header and the rows of the first table, and check that it is whole."""
    begun, in_table, platforms = False, False, []
    mend = (
        f"Set {setting}.path to the file of the platform alone (GPL….annot.gz, or "
        "GPL…_family.soft.gz)."
    )
    for raw in file:
        line = raw.strip().lower()
        if line == END:
            return
        if in_table or (line and not line.startswith(PROLOGUE)):
            in_table = True
            yield raw
        elif line == BEGIN:
            begun = in_table = True
        elif line.startswith(SERIES_PLATFORM):
            platforms.append(decoded(raw)[0].rpartition("=")[2].strip())
        if len(platforms) > 1:
            raise TableError(f"{path} describes several platforms: {listed(platforms)}. {mend}")
        if OTHER_TABLE.match(line):
            raise TableError(f"{path} is of samples. {mend}")
    if begun:
        raise TableError(f"{path} is cut off: the line {END.decode()} is missing. Fetch it again.")


def _as_frame(lines: list[list[str]], path: Path) -> pd.DataFrame:
    names, rows = [name.strip() for name in lines[0]], lines[1:]
    doubled = [name for name, count in Counter(names).items() if count > 1 and name]
    too_long = [row[0] for row in rows if len(row) > len(names)]
    if doubled or too_long:
        raise TableError(
            f"{path} names columns twice or more ({listed(doubled)}) or has rows that are longer "
            f"than its header ({listed(too_long)}). The file is damaged: fetch it again."
        )
    if not rows:
        raise TableError(f"{path} holds no table of probes. Fetch the full table of the platform.")
    # Rows may end where their last known value does.
    cells = [[*row, *[""] * (len(names) - len(row))] for row in rows]
    frame = pd.DataFrame(cells, columns=names, dtype=object)
    frame = frame.loc[:, [name != "" for name in names]].apply(lambda column: column.str.strip())
    return with_gaps(frame, PLATFORM_MISSING)
