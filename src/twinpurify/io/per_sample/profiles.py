"""A tab-separated file a sample: one column of each of many files, as the rows of one matrix."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from twinpurify.errors import TableError, listed
from twinpurify.io.files.streams import UNREADABLE, open_bytes

# Beyond it, threads wait for the disk and hold unpacked files in memory.
MAXIMUM_THREADS = 8


@dataclass(frozen=True)
class ColumnLayout:
    """Where a tab-separated file of one sample holds the identifiers and the values.

    Attributes
    ----------
    kind : str
        What the file is, for messages: ``count file of the GDC``.
    ids, values : str
        Columns of the identifiers and of the values.
    names : tuple of str
        Names of the columns of a file without a header.
    summary_prefix : str
        Begins the identifiers of rows that count reads rather than genes; they are left out.
    """

    kind: str
    ids: str
    values: str
    names: tuple[str, ...] = ()
    summary_prefix: str = ""


class Profile(NamedTuple):
    """What one file says: identifiers, a float32 for each, and the rows that were left out.

    `summary` names those that count reads rather than genes.
    """

    ids: pa.Array
    values: np.ndarray
    summary: list[str]


class Groups(NamedTuple):
    """Sums the values of transcripts to those of genes.

    `names` are the genes; `codes` are, per transcript, the position of its gene, or -1 where it has
    none.
    """

    names: pd.Index
    codes: np.ndarray

    def sum(self, values: np.ndarray) -> np.ndarray:
        """Sum `values`, of the transcripts of one sample, per gene, in float64."""
        known = self.codes >= 0
        return np.bincount(self.codes[known], values[known], minlength=len(self.names))


def read_text_columns(
    path: Path, layout: ColumnLayout, columns: dict[str, pa.DataType]
) -> pa.Table:
    """Parse some columns of one file, whatever it is packed with.

    Parameters
    ----------
    path : Path
        The file; lines that begin with # above its header are skipped.
    layout : ColumnLayout
        Says how it is laid out.
    columns : dict
        Column -> its type.

    Raises
    ------
    TableError
        The file is empty, damaged, or lacks a column.
    """
    try:
        with open_bytes(path) as stream:
            content = stream.read()
        names, skipped = _header(content, path, layout, columns)
        return pa_csv.read_csv(
            pa.BufferReader(content),
            pa_csv.ReadOptions(
                column_names=names,
                skip_rows=skipped,
                use_threads=False,
                block_size=len(content) + 1,
            ),
            # Quotes have no meaning in these files: a stray one would swallow the lines behind it.
            pa_csv.ParseOptions(delimiter="\t", quote_char=False),
            pa_csv.ConvertOptions(
                column_types=columns, include_columns=list(columns), null_values=[""]
            ),
        ).combine_chunks()
    except UNREADABLE as error:
        raise TableError(
            f"{path} can't be read as a {layout.kind}: {error}. The file is damaged or cut off: "
            "fetch or make it again."
        ) from error


def _header(
    content: bytes, path: Path, layout: ColumnLayout, columns: dict[str, pa.DataType]
) -> tuple[list[str], int]:
    """Find the names of the columns, and how many lines stand above the rows."""
    if not content or content.isspace():
        raise TableError(f"{path} is empty. Fetch or make it again, or take it out of the folder.")
    if layout.names:
        return list(layout.names), 0
    start, skipped = 0, 1
    while content.startswith(b"#", start) and b"\n" in content[start:]:
        start, skipped = content.index(b"\n", start) + 1, skipped + 1
    line = content[start:].split(b"\n", 1)[0].decode("utf-8-sig", errors="replace")
    names = line.rstrip("\r").split("\t")
    absent = [column for column in columns if column not in names]
    if absent:
        raise TableError(
            f"{path} lacks the columns {listed(absent)} of a {layout.kind}; it has "
            f"{listed(names, 12)}. Fetch or make it again, or correct expression.format."
        )
    return names, skipped


def read_profile(path: Path, layout: ColumnLayout) -> Profile:
    """Read the rows of one file that stand for a gene or transcript.

    Parameters
    ----------
    path : Path
        The file.
    layout : ColumnLayout
        Which columns are taken, and which rows are left out.

    Raises
    ------
    TableError
        The file is empty or damaged, or a value is missing, negative or infinite.
    """
    types = {layout.ids: pa.string(), layout.values: pa.float32()}
    table = read_text_columns(path, layout, types)
    summary: list[str] = []
    if layout.summary_prefix:
        is_summary = pc.starts_with(table.column(0), layout.summary_prefix)
        summary = table.column(0).filter(is_summary).to_pylist()
        table = table.filter(pc.invert(is_summary))
    if not table.num_rows:
        raise TableError(f"{path} holds no genes. Fetch or make it again: it is cut off.")
    ids = table.column(0).combine_chunks()
    values = table.column(1).to_numpy()
    wrong = np.flatnonzero(~((values >= 0) & np.isfinite(values)))
    if len(wrong):
        raise TableError(
            f"{path} holds values that are missing, negative or infinite, of "
            f"{listed(ids.take(pa.array(wrong)).to_pylist())}. Fetch or make it again."
        )
    return Profile(ids, values, summary)


def read_first(path: Path, layout: ColumnLayout) -> Profile:
    """Read the file whose identifiers the others are held against.

    Parameters
    ----------
    path, layout
        As of `read_profile`.

    Raises
    ------
    TableError
        As `read_profile`, or an identifier is missing or stands twice.
    """
    profile = read_profile(path, layout)
    ids = profile.ids.to_pandas()
    doubled = ids[ids.duplicated() | ids.eq("")].unique()
    if len(doubled):
        raise TableError(
            f"{path} names genes not at all or more than once: {listed(doubled)}. It is no whole "
            f"{layout.kind}: fetch or make it again."
        )
    return profile


def stack_profiles(
    files: Sequence[Path],
    layout: ColumnLayout,
    folder: Path,
    ids: pa.Array,
    groups: Groups | None = None,
) -> tuple[np.ndarray, int]:
    """Read all files side by side into the rows of one matrix, each row where it will stay.

    Parameters
    ----------
    files : sequence of Path
        A file a sample.
    layout : ColumnLayout
        Their layout.
    folder : Path
        What they lie in, to name them in messages.
    ids : pyarrow.StringArray
        Identifiers of the first file. One with the same in another order is put in this order.
    groups : Groups, optional
        Sums identifiers to genes, file by file.

    Returns
    -------
    array, samples × genes
        float32, in memory row by row.
    int
        Number of the files that had another order.

    Raises
    ------
    TableError
        A file is damaged, or some have other identifiers than the first.
    """
    width = len(ids) if groups is None else len(groups.names)
    matrix = np.empty((len(files), width), dtype=np.float32)
    index = pd.Index(ids.to_pandas())

    def fill(row: int) -> pa.Array | bool:
        profile = read_profile(files[row], layout)
        values, moved = profile.values, not profile.ids.equals(ids)
        if moved:
            places = index.get_indexer(profile.ids.to_pandas())
            if len(places) != len(ids) or len(set(places) - {-1}) != len(ids):
                return profile.ids
            values = values[np.argsort(places)]
        matrix[row] = values if groups is None else groups.sum(values)
        return moved

    with ThreadPoolExecutor(min(MAXIMUM_THREADS, joblib.cpu_count())) as pool:
        outcomes = list(pool.map(fill, range(len(files))))
    strange = [row for row, outcome in enumerate(outcomes) if not isinstance(outcome, bool)]
    if not strange:
        return matrix, sum(outcomes)
    others = pd.Index(outcomes[strange[0]].to_pandas())
    differences = {
        "lacks": index.difference(others),
        "holds beside them": others.difference(index),
        "names more than once": others[others.duplicated()].unique(),
    }
    said = [f"{verb} {listed(genes)}" for verb, genes in differences.items() if len(genes)]
    named = [files[row].relative_to(folder) for row in strange]
    raise TableError(
        f"{len(strange)} of the {len(files)} files of {folder} don't hold the same genes as "
        f"{files[0].relative_to(folder)}: {listed(named)}. {named[0]} {', '.join(said)}. Fetch or "
        "make them again, or take them out of the folder."
    )
