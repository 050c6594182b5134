"""The sample sheet within a series matrix file, as far as its messy lines can be understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from twinpurify.errors import listed
from twinpurify.io.tables.missing import MISSING

SAMPLE, SERIES = "!Sample_", "!Series_"
ACCESSION = "geo_accession"
CHARACTERISTICS = "characteristics_ch"
# Who sent the series in, and where they work, is no property of a sample.
LEFT_OUT = ("contact_",)
UNNAMED = "characteristics"

Row = tuple[str, list[str]]


class SeriesMetadata(NamedTuple):
    """What the lines before the table say, and `warnings` of what could not be read.

    `series` holds the values of each property of the series; `samples` has a row a sample, text,
    NaN where missing, and no columns where nothing could be read.
    """

    series: dict[str, list[str]]
    samples: pd.DataFrame
    warnings: list[str]


def parse_metadata(lines: Iterable[str], in_table: list[str]) -> SeriesMetadata:
    """Read what can be read of the lines about series and samples, whatever state they are in.

    Parameters
    ----------
    lines : iterable of str
        The lines before the table.
    in_table : list of str
        Accessions in the header of the table.
    """
    series: dict[str, list[str]] = {}
    rows: list[Row] = []
    for line in _joined(lines):
        name, *cells = cells_of(line)
        if name.startswith(SERIES):
            series.setdefault(name.removeprefix(SERIES), []).extend(cells[:1])
        elif name.startswith(SAMPLE):
            rows.append((name.removeprefix(SAMPLE), cells))
    ids, doubts = _sample_ids(rows, in_table)
    kept, left_out = _fitting(rows, len(ids))
    if left_out:
        doubts.append(
            f"These lines don't have a value for each of the {len(ids)} samples; they are left "
            f"out, since nobody knows whose their values are: {listed(left_out)}."
        )
    return SeriesMetadata(series, _sheet(kept, ids), doubts)


def cells_of(line: str) -> list[str]:
    """Cut a `line` at its tabs and take the quotes off its cells.

    A quote that has no partner would make a parser of CSV swallow the cells behind it, and those
    of the wrong samples would move up.
    """
    cells = [cell.strip() for cell in line.split("\t")]
    quoted = [len(cell) > 1 and cell.startswith('"') and cell.endswith('"') for cell in cells]
    pairs = zip(cells, quoted, strict=True)
    return [cell[1:-1].replace('""', '"').strip() if bare else cell for cell, bare in pairs]


def _joined(lines: Iterable[str]) -> list[str]:
    """Put the pieces of a cell together that has line ends within."""
    whole: list[str] = []
    for line in lines:
        if line.startswith("!") or not whole:
            whole.append(line)
        elif line.strip():
            whole[-1] += f" {line}"
    return whole


def _sample_ids(rows: Sequence[Row], in_table: list[str]) -> tuple[list[str], list[str]]:
    """Choose between the accessions of the lines and those of the table, should they differ."""
    cells = next((cells for name, cells in rows if name == ACCESSION), [])
    named = cells[: max((place for place, cell in enumerate(cells, 1) if cell), default=0)]
    if named == in_table:
        return named, []
    doubts = [
        f"The accessions in the line !Sample_{ACCESSION} ({listed(named)}) aren't those of the "
        f"table ({listed(in_table)})."
    ]
    usable = [ids for ids in (named, in_table) if ids and all(ids) and len(set(ids)) == len(ids)]
    return max(usable, key=lambda ids: len(_fitting(rows, len(ids))[0]), default=[]), doubts


def _fitting(rows: Sequence[Row], length: int) -> tuple[list[Row], list[str]]:
    """Keep the lines with a value a sample, apart from what a spreadsheet fills up with tabs."""
    kept, left_out = [], []
    for name, cells in rows:
        if name == ACCESSION or name.startswith(LEFT_OUT):
            continue
        if len(cells) >= length and not any(cells[length:]):
            kept.append((name, cells[:length]))
        else:
            left_out.append(f"{SAMPLE}{name}")
    return kept, left_out


def _sheet(rows: Sequence[Row], ids: list[str]) -> pd.DataFrame:
    """Make a column of each property; what a sample has twice becomes a second column."""
    columns: dict[str, np.ndarray] = {}
    spellings: dict[str, str] = {}
    seen: Counter[tuple[str, int]] = Counter()
    for sample, name, value in _properties(rows):
        name = spellings.setdefault(name.casefold(), name)
        seen[name, sample] += 1
        place = seen[name, sample]
        column = name if place == 1 else f"{name} ({place})"
        values = columns.setdefault(column, np.full(len(ids), np.nan, dtype=object))
        if value not in MISSING:
            values[sample] = value
    index = pd.Index(ids, name=ACCESSION, dtype=object)
    return pd.DataFrame(columns, index=index, dtype=object)


def _properties(rows: Sequence[Row]) -> Iterator[tuple[int, str, str]]:
    """Go through the properties: number of the sample, name, value."""
    for name, cells in rows:
        channel = name.removeprefix(CHARACTERISTICS)
        suffix = "" if channel == "1" else f" (channel {channel})"
        for sample, cell in enumerate(cells):
            if channel == name:
                yield sample, name, cell
            elif cell:
                key, colon, value = cell.partition(":")
                key = " ".join(key.split())
                key, value = (key, value.strip()) if colon and key else (UNNAMED, cell)
                yield sample, f"{key}{suffix}", value
