"""Series matrix files of GEO: expression by probe, with the sample sheet above it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import SampleSheetError, TableError, listed
from twinpurify.io.files.contents import refuse_foreign
from twinpurify.io.files.streams import beginning_of, decoded, open_bytes
from twinpurify.io.geo.sample_sheet import SeriesMetadata, cells_of, parse_metadata
from twinpurify.io.raw_expression import RawExpression
from twinpurify.io.tables.columns import indexed_by
from twinpurify.io.tables.delimited import DelimitedText
from twinpurify.io.tables.faults import Source, explained
from twinpurify.io.tables.matrix import matrix_of
from twinpurify.io.tables.opening import OpenTable

KIND = "series_matrix"
BEGIN, END = "!series_matrix_table_begin", "!series_matrix_table_end"
FIRST_LINES = (b"!Series_", b"!Sample_", BEGIN.encode())
ID = "ID_REF"
SUPPLEMENTARY = ("!Series_supplementary_file", "!Sample_supplementary_file")


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

    def metadata(self) -> SeriesMetadata:
        """Read what the lines say of series and samples."""
        read = parse_metadata(self.lines, self.header[1:])
        if not self.is_utf8:
            read.warnings.append(
                "The lines about the samples aren't UTF-8; special characters may be wrong."
            )
        return read


class SeriesTable(DelimitedText):
    """The values between the two marker lines: a row a probe, a column a sample.

    Parameters
    ----------
    path : Path
        The file.
    prologue : Prologue
        What stands before the values.
    """

    def __init__(self, path: Path, prologue: Prologue):
        super().__init__(path, "\t")
        self._prologue = prologue
        # The header is known, and what stands above it says nothing of the rows.
        self._top, self._encoding = (0, prologue.header, []), "utf-8"
        if not prologue.start:
            raise TableError(
                f"{path} has no line {BEGIN}: it is cut off, or isn't a series matrix. Fetch it "
                "again, or set expression.format."
            )
        if prologue.header and prologue.header[0].casefold() != ID.casefold():
            raise TableError(
                f"The table of {path} should have the header {ID}, but it begins with "
                f"{listed(prologue.header)}: the file is damaged. Fetch it again."
            )
        self._check_size(len(prologue.header) - 1)

    def _parse(self, texts: Sequence[int], numbers: Sequence[int], newlines: bool) -> pa.Table:
        ends: list[bool] = []

        def pass_the_end(row: pa_csv.InvalidRow) -> str:
            ends.append(_is_marker(row.text, END))
            return "skip" if ends[-1] else "error"

        # A stray quote would else swallow the lines behind it.
        table = super()._parse(
            texts, numbers, False, self._prologue.start, self._prologue.width, pass_the_end
        )
        # Filled up with tabs by a spreadsheet, the end of the table is a row like others.
        probes = table.column(0).to_pylist()
        rows = [row for row, probe in enumerate(probes) if probe and _is_marker(probe, END)]
        if not rows and not any(ends):
            raise TableError(
                f"{self._path} is cut off: the line {END} is missing behind {len(probes)} rows of "
                "values. Fetch it again."
            )
        table = table.slice(0, rows[0]) if rows else table
        self._check_size(table.num_rows)
        return table

    def _check_size(self, rows_or_samples: int) -> None:
        if rows_or_samples > 0:
            return
        lines = [line for line in self._prologue.lines if line.startswith(SUPPLEMENTARY)]
        files = [PurePosixPath(file).name for line in lines for file in cells_of(line)[1:]]
        names = dict.fromkeys(name for name in files if name not in ("", "NONE"))
        raise TableError(
            f"{self._path} holds no values: its table is empty, as that of an RNA-seq series "
            "always is. The counts are in the supplementary files of the series "
            f"({listed(names)}). Set expression.path to one of them, and samples.path to this file."
        )


def recognize(path: Path) -> dict[str, str]:
    """Tell `path` by its first line."""
    start = beginning_of(path)
    if not start.startswith(FIRST_LINES):
        return {}
    return {KIND: f"it begins with {start[:8].decode()}, as a series matrix of GEO does"}


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read the table of values, whatever state the lines about the samples are in.

    Parameters
    ----------
    path, table, folder
        As of `Reader`; ``drop_columns`` names samples that aren't read. Samples and probes are
        named by their accessions.
    """
    prologue = _read_prologue(path, "expression")
    opened = OpenTable(path, KIND, "expression", SeriesTable(path, prologue))
    declared = ExpressionTable(
        path=table.path, orientation="genes_in_rows", drop_columns=table.drop_columns
    )
    read = matrix_of(opened, declared)
    metadata = prologue.metadata()
    doubts = [*metadata.warnings, *_doubts(metadata.samples, read.values.shape[1])]
    return RawExpression(
        read.values,
        read.genes,
        (*_notes(metadata), *read.notes),
        tuple(f"{path.name}: {doubt}" for doubt in doubts),
    )


def read_samples(path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
    """Read the lines about the samples; each key of their characteristics becomes a column.

    Parameters
    ----------
    path, table, folder
        As of `Reader`; ``id_column`` is for example ``title``, in the place of accessions.
    """
    metadata = _read_prologue(path, "samples").metadata()
    if not metadata.samples.shape[1]:
        raise SampleSheetError(
            f"{path} says nothing of its samples that can be read. {' '.join(metadata.warnings)} "
            "Set samples.path to a sheet of your own, or fetch the file again."
        )
    return indexed_by(metadata.samples, table.id_column, f"In {path}")


def _read_prologue(path: Path, setting: str) -> Prologue:
    refuse_foreign(path, setting)
    lines, start, is_utf8 = [], 0, True
    with explained(Source(path, KIND, setting)), io.BufferedReader(open_bytes(path)) as file:
        for raw in file:
            start += len(raw)
            line, of_utf8 = decoded(raw)
            is_utf8 &= of_utf8
            if _is_marker(line, BEGIN):
                raw = file.readline()
                names = cells_of(decoded(raw)[0])
                filled = [place for place, name in enumerate(names, 1) if name]
                is_there = filled and not _is_marker(names[0], END)
                header = names[: filled[-1]] if is_there else []
                return Prologue(lines, header, len(names), start + len(raw), is_utf8)
            lines.append(line)
    return Prologue(lines, [], 0, 0, is_utf8)


def _is_marker(line: str, marker: str) -> bool:
    """Tell a marker of the table, also when a spreadsheet has put quotes or tabs around it."""
    return line.strip().strip('"').casefold() == marker


def _notes(metadata: SeriesMetadata) -> list[str]:
    series, sheet = metadata.series, metadata.samples
    notes = []
    if "geo_accession" in series:
        title = "; ".join(series.get("title", []))
        notes.append(f"Series {', '.join(series['geo_accession'])}: {title}")
    if sheet.shape[1]:
        notes.append(f"Its sample sheet has the columns {listed(sheet.columns, 40)}")
    told = _distinct(sheet, "data_processing")[:1]
    notes += [f"How its values were made, by its authors: {text}" for text in told]
    platforms = series.get("platform_id", [])
    if len(platforms) > 1:
        notes.append(
            f"The series has several platforms ({listed(platforms)}), and a series matrix for "
            "each: make a cohort of each"
        )
    return notes


def _doubts(sheet: pd.DataFrame, n_probes: int) -> list[str]:
    doubts = []
    platforms = _distinct(sheet, "platform_id")
    if len(platforms) > 1:
        doubts.append(f"Its samples are of several platforms: {listed(platforms)}.")
    if "2" in _distinct(sheet, "channel_count"):
        doubts.append(
            "Two-colour arrays, of which the values are log-ratios as a rule: see that "
            "unit.quantity is log_ratio."
        )
    stated = _distinct(sheet, "data_row_count")
    if len(stated) == 1 and stated[0] != str(n_probes):
        doubts.append(
            f"It should have {stated[0]} rows of values and has {n_probes}: lines may have "
            "been lost."
        )
    return doubts


def _distinct(sheet: pd.DataFrame, column: str) -> list[str]:
    return list(sheet[column].dropna().unique()) if column in sheet else []
