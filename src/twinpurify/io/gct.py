"""GCT files, 1.2 and 1.3, of the Broad Institute: genes in rows, counted in the second line."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from twinpurify.cohort.checks import check_unique
from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import SampleSheetError, TableError
from twinpurify.io.files.contents import refuse_foreign
from twinpurify.io.files.streams import UTF8_MARK, head_of, open_text
from twinpurify.io.raw_expression import RawExpression
from twinpurify.io.tables.delimited import DelimitedText
from twinpurify.io.tables.faults import Source, explained
from twinpurify.io.tables.matrix import matrix_of
from twinpurify.io.tables.missing import GCT_MISSING, with_gaps
from twinpurify.io.tables.opening import OpenTable

# Version -> how many numbers its second line holds.
VERSIONS = {"#1.2": 2, "#1.3": 4}
# The version, the numbers of rows and columns.
ABOVE = 2


@dataclass(frozen=True)
class _Top:
    """What stands above the values: the version, the numbers of the second line, and the header.

    `about_genes` and `samples` are parts of the header, `sheet` the rows that describe the samples.
    """

    version: str
    n_genes: int
    about_genes: list[str]
    samples: list[str]
    sheet: list[list[str]]


class _CountedRows(DelimitedText):
    """The rows of a GCT file, as many as its second line declares."""

    def __init__(self, path: Path, top: _Top):
        super().__init__(
            path, "\t", above=ABOVE, below=len(top.sheet), missing=GCT_MISSING, quoted=False
        )
        self._n_genes = top.n_genes

    def _parse(self, *columns: Any, **parsing: Any) -> pa.Table:
        table = super()._parse(*columns, **parsing)
        if table.num_rows != self._n_genes:
            what = "cut off" if table.num_rows < self._n_genes else "edited"
            raise TableError(
                f"{self._path} declares {self._n_genes} genes in its second line and holds "
                f"{table.num_rows}: it was {what}. Fetch expression.path again, or correct that "
                "line."
            )
        return table


def recognize(path: Path) -> dict[str, str]:
    """Tell `path` by the version in its first line."""
    first = head_of(path).removeprefix(UTF8_MARK)[:5].strip().decode(errors="replace")
    return {"gct": f"its first line is {first}"} if first in VERSIONS else {}


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read the matrix; the columns that describe its rows are the annotation of the genes.

    Parameters
    ----------
    path, table, folder
        As of `Reader`; ``id_column`` may be another of the columns about genes.
    """
    top = _read_top(path, "expression")
    opened = OpenTable(path, "gct", "expression", _CountedRows(path, top), above=ABOVE)
    name = top.about_genes[0] if table.id_column is None else table.id_column
    others = [about for about in top.about_genes if about not in (name, *table.drop_columns)]
    declared = {"orientation": "genes_in_rows", "id_column": name, "annotation_columns": others}
    return matrix_of(opened, table.model_copy(update=declared))


def read_samples(path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
    """Read what GCT 1.3 says of its samples; arguments and result as of `Reader`."""
    top = _read_top(path, "samples")
    if not top.sheet:
        raise TableError(
            f"{path} is GCT {top.version} and says nothing of its samples. Set samples.path to the "
            "file of the sample sheet."
        )
    about = pd.Index([row[0] for row in top.sheet], dtype=object)
    check_unique(about, f"rows about samples of {path}", SampleSheetError, "Rename them.")
    columns = {row[0]: row[len(top.about_genes) :] for row in top.sheet}
    return with_gaps(pd.DataFrame(columns, pd.Index(top.samples, dtype=object)), GCT_MISSING)


def _read_top(path: Path, setting: str) -> _Top:
    refuse_foreign(path, setting)
    with explained(Source(path, "gct", setting)), open_text(path) as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        first, second, header = ([cell.strip() for cell in next(rows, [])] for _ in range(3))
        version = first[0] if first else ""
        counts = _counts(path, version, second, setting)
        n_genes, n_samples, n_described, n_describing = (*counts, 1, 0)[:4]
        sheet = list(islice(rows, n_describing))
    width = 1 + n_described + n_samples
    if len(header) != width:
        raise TableError(
            f"{path} declares {n_samples} samples and {n_described} columns about genes in its "
            f"second line, so {width} columns with the ids; its header has {len(header)}. It was "
            f"cut off or edited: fetch {setting}.path again, or correct that line."
        )
    if len(sheet) < n_describing or any(len(row) != width for row in sheet):
        raise TableError(
            f"{path} declares {n_describing} rows about samples in its second line, each of "
            f"{width} fields; {len(sheet)} rows follow the header, of "
            f"{sorted({len(row) for row in sheet})} fields. It was cut off or edited: fetch "
            f"{setting}.path again."
        )
    first_sample = 1 + n_described
    return _Top(version[1:], n_genes, header[:first_sample], header[first_sample:], sheet)


def _counts(path: Path, version: str, line: list[str], setting: str) -> list[int]:
    expected = VERSIONS.get(version)
    if expected is None:
        raise TableError(
            f"{path} isn't GCT 1.2 or 1.3: its first line is {version[:40]!r}, not #1.2 or #1.3. "
            f"Correct {setting}.format."
        )
    numbers = [cell for cell in line if cell]
    if len(numbers) != expected or not all(n.isascii() and n.isdigit() for n in numbers):
        raise TableError(
            f"{path} is GCT {version[1:]}, whose second line holds {expected} numbers; it holds "
            f"{' '.join(line)[:40]!r}. It was cut off or edited: fetch {setting}.path again."
        )
    return [int(number) for number in numbers]
