"""Series matrix files of GEO: expression by probe, with the sample sheet above it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.cohort.hints import absent_columns
from twinpurify.errors import SampleSheetError, TableError, listed
from twinpurify.io.files.streams import head_of
from twinpurify.io.geo.series_metadata import SeriesMetadata, parse_metadata
from twinpurify.io.geo.series_prologue import KIND, read_prologue
from twinpurify.io.geo.series_values import SeriesTable
from twinpurify.io.raw_expression import RawExpression
from twinpurify.io.tables.expression import matrix_of
from twinpurify.io.tables.opening import OpenTable

FIRST_LINES = (b"!Series_", b"!Sample_", b"!series_matrix_table_begin")
PEEKED_BYTES = 4096


def recognize(path: Path) -> dict[str, str]:
    """Tell a series matrix by its first line.

    Parameters
    ----------
    path : Path
        A file or folder.

    Returns
    -------
    dict
        ``series_matrix`` and the reason; empty for anything else.
    """
    start = head_of(path, PEEKED_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(FIRST_LINES):
        return {}
    return {KIND: f"it begins with {start[:8].decode()}, as a series matrix of GEO does"}


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read the table of values, whatever state the lines about the samples are in.

    Parameters
    ----------
    path : Path
        The file, gzipped or not.
    table : ExpressionTable
        ``drop_columns`` names samples that aren't read; the format says the rest.
    folder : Path
        Without effect.

    Returns
    -------
    RawExpression
        samples × probes, under accessions of samples (GSM…) and probes.

    Raises
    ------
    TableError
        The file is damaged or cut off, or its table is empty.
    ExpressionError
        A value is text, or a sample is doubled.
    """
    prologue = read_prologue(path, "expression")
    opened = OpenTable(path, KIND, "expression", SeriesTable(path, prologue))
    declared = ExpressionTable(
        path=table.path, orientation="genes_in_rows", drop_columns=table.drop_columns
    )
    read = matrix_of(opened, declared)
    metadata = parse_metadata(prologue)
    doubts = [*metadata.warnings, *_doubts(metadata, read.values.shape[1])]
    return replace(
        read,
        notes=(*_notes(metadata), *read.notes),
        warnings=tuple(f"{path.name}: {doubt}" for doubt in doubts),
    )


def read_samples(path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
    """Read the lines about the samples; each key of their characteristics becomes a column.

    Parameters
    ----------
    path : Path
        The file, gzipped or not.
    table : SampleTable
        ``id_column`` names a column, such as ``title``, that names the samples in the place of
        their accessions.
    folder : Path
        Without effect.

    Returns
    -------
    DataFrame
        Text, NaN where missing, indexed by sample.

    Raises
    ------
    TableError
        The file is damaged, or `id_column` isn't there.
    SampleSheetError
        No line about the samples can be read.
    """
    metadata = parse_metadata(read_prologue(path, "samples"))
    sheet = metadata.samples
    if not sheet.shape[1]:
        raise SampleSheetError(
            f"{path} says nothing of its samples that can be read. {' '.join(metadata.warnings)} "
            "Set samples.path to a sheet of your own, or fetch the file again."
        )
    if table.id_column is not None and table.id_column != sheet.index.name:
        if table.id_column not in sheet:
            absent = absent_columns({"samples.id_column": table.id_column}, sheet.columns)
            raise TableError(f"In {path} {absent}")
        sheet = sheet.set_index(table.id_column)
    return sheet


def _notes(metadata: SeriesMetadata) -> tuple[str, ...]:
    series, sheet = metadata.series, metadata.samples
    notes = []
    if "geo_accession" in series:
        title = "; ".join(series.get("title", []))
        notes.append(f"Series {', '.join(series['geo_accession'])}: {title}")
    if sheet.shape[1]:
        notes.append(f"Its sample sheet has the columns {listed(sheet.columns, 40)}")
    if "data_processing" in sheet:
        told = sheet["data_processing"].dropna().unique()[:1]
        notes += [f"How its values were made, by its authors: {text}" for text in told]
    platforms = series.get("platform_id", [])
    if len(platforms) > 1:
        notes.append(
            f"The series has several platforms ({listed(platforms)}), and a series matrix for "
            "each: make a cohort of each"
        )
    return tuple(notes)


def _doubts(metadata: SeriesMetadata, n_probes: int) -> list[str]:
    sheet = metadata.samples
    doubts = []
    platforms = sheet["platform_id"].dropna().unique() if "platform_id" in sheet else []
    if len(platforms) > 1:
        doubts.append(f"Its samples are of several platforms: {listed(platforms)}.")
    if "channel_count" in sheet and (sheet["channel_count"] == "2").any():
        doubts.append(
            "Two-colour arrays, of which the values are log-ratios as a rule: see that "
            "unit.quantity is log_ratio."
        )
    stated = sheet["data_row_count"].dropna().unique() if "data_row_count" in sheet else []
    if len(stated) == 1 and stated[0] != str(n_probes):
        doubts.append(
            f"It should have {stated[0]} rows of values and has {n_probes}: lines may have "
            "been lost."
        )
    return doubts
