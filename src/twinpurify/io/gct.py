"""GCT files, 1.2 and 1.3, of the Broad Institute: genes in rows, counted in the second line."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from twinpurify.cohort.checks import check_unique
from twinpurify.errors import SampleSheetError, TableError
from twinpurify.io.files.contents import refuse_foreign
from twinpurify.io.files.streams import head_of, open_text
from twinpurify.io.tables.delimited import MISSING, DelimitedText
from twinpurify.io.tables.expression import matrix_of
from twinpurify.io.tables.opening import OpenTable, explained

if TYPE_CHECKING:
    from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
    from twinpurify.io.raw_expression import RawExpression

VERSIONS = {"#1.2": 2, "#1.3": 4}
MISSING_HERE = (*MISSING, "na")
# The version, the numbers of rows and columns.
ABOVE = 2


@dataclass(frozen=True)
class _Top:
    """What stands above the values.

    Attributes
    ----------
    version : {'1.2', '1.3'}
        Of the format.
    n_genes, n_samples : int
        What the second line declares.
    header : list of str
        The id, what describes the genes, the samples.
    n_described : int
        Columns that describe genes.
    sheet : list of list of str
        Rows that describe the samples.
    """

    version: str
    n_genes: int
    n_samples: int
    header: list[str]
    n_described: int
    sheet: list[list[str]]


class _CountedRows(DelimitedText):
    """The rows of a GCT file, as many as its second line declares."""

    def __init__(self, path: Path, top: _Top):
        super().__init__(
            path, "\t", above=ABOVE, below=len(top.sheet), missing=MISSING_HERE, quoted=False
        )
        self._n_genes = top.n_genes

    def _parse(self, texts: Sequence[int], numbers: Sequence[int], newlines: bool) -> pa.Table:
        table = super()._parse(texts, numbers, newlines)
        if table.num_rows != self._n_genes:
            what = "cut off" if table.num_rows < self._n_genes else "edited"
            raise TableError(
                f"{self._path} declares {self._n_genes} genes in its second line and holds "
                f"{table.num_rows}: it was {what}. Fetch expression.path again, or correct that "
                "line."
            )
        return table


def recognize(path: Path) -> dict[str, str]:
    """Tell a GCT file by the version in its first line.

    Parameters
    ----------
    path : Path
        Any file or folder.

    Returns
    -------
    dict
        ``gct`` -> the reason; empty when it is none.
    """
    begin = head_of(path).removeprefix(b"\xef\xbb\xbf")
    found = [version for version in VERSIONS if begin[:5].strip() == version.encode()]
    return {"gct": f"its first line is {found[0]}"} if found else {}


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read the matrix of a GCT file and what it says of its genes.

    Parameters
    ----------
    path : Path
        The file, compressed or not.
    table : ExpressionTable
        Its columns to drop; another than the first column may name the genes.
    folder : Path
        The run's `raw` folder; no further file is needed.

    Returns
    -------
    RawExpression
        The matrix; the columns that describe the rows are its annotation.

    Raises
    ------
    TableError
        The file is damaged or cut off, or its counts don't agree with its content.
    ExpressionError
        A value is text, or a sample id is missing or doubled.
    """
    top = _read_top(path, "expression")
    opened = OpenTable(path, "gct", "expression", _CountedRows(path, top), above=ABOVE)
    about_genes = top.header[: 1 + top.n_described]
    name = about_genes[0] if table.id_column is None else table.id_column
    others = [about for about in about_genes if about not in (name, *table.drop_columns)]
    declared = {"orientation": "genes_in_rows", "id_column": name, "annotation_columns": others}
    return matrix_of(opened, table.model_copy(update=declared))


def read_samples(path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
    """Read what GCT 1.3 says of its samples.

    Parameters
    ----------
    path : Path
        The file, compressed or not.
    table : SampleTable
        Without effect: the file says what its rows are.
    folder : Path
        The run's `raw` folder; no further file is needed.

    Returns
    -------
    DataFrame
        Text, NaN where missing, indexed by sample id.

    Raises
    ------
    TableError
        The file is damaged, or says nothing of its samples.
    SampleSheetError
        Two rows about samples have one name.
    """
    top = _read_top(path, "samples")
    if not top.sheet:
        raise TableError(
            f"{path} is GCT {top.version} and says nothing of its samples. Set samples.path to the "
            "file of the sample sheet."
        )
    first = 1 + top.n_described
    about = pd.Index([row[0] for row in top.sheet], dtype=object)
    check_unique(about, f"rows about samples of {path}", SampleSheetError, "Rename them.")
    columns = {row[0]: row[first:] for row in top.sheet}
    sheet = pd.DataFrame(columns, index=pd.Index(top.header[first:], dtype=object), dtype=object)
    return sheet.where(~sheet.isin(MISSING_HERE), np.nan)


def _read_top(path: Path, setting: str) -> _Top:
    refuse_foreign(path, setting)
    with explained(path, "gct", setting), open_text(path) as lines:
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
    return _Top(version[1:], n_genes, n_samples, header, n_described, sheet)


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
