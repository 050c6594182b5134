"""h5ad files, as AnnData writes: a matrix or layers, samples in obs, genes in var."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import pandas as pd

from twinpurify.cohort.checks import check_unique
from twinpurify.cohort.hints import absent_columns, closest
from twinpurify.errors import ConfigurationError, ExpressionError, TableError, listed
from twinpurify.io.files.streams import head_of
from twinpurify.io.hdf5.h5ad_parts import dense, frame
from twinpurify.io.hdf5.selection import BROKEN, opened
from twinpurify.io.raw_expression import RawExpression

if TYPE_CHECKING:
    from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable

MAGIC = b"\x89HDF\r\n\x1a\n"
RAW = "raw/X"


def recognize(path: Path) -> dict[str, str]:
    """Tell an h5ad file by the parts that AnnData writes.

    Parameters
    ----------
    path : Path
        Any file or folder.

    Returns
    -------
    dict
        ``h5ad`` -> the reason; empty when it is none.
    """
    if head_of(path, len(MAGIC)) != MAGIC:
        return {}
    try:
        with h5py.File(path, "r") as file:
            is_one = "obs" in file and "var" in file and bool(_matrices(file))
    except BROKEN:
        # A damaged file tells nothing but its name, and the reader says what is wrong.
        return {"h5ad": "its name ends with .h5ad"} if path.suffix.lower() == ".h5ad" else {}
    return {"h5ad": "it is HDF5 with obs, var and a matrix"} if is_one else {}


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read the matrix or a layer of an h5ad file.

    Parameters
    ----------
    path : Path
        The file.
    table : ExpressionTable
        ``values``: ``X`` (the default), the name of a layer, or ``raw/X``.
    folder : Path
        The run's `raw` folder; no further file is needed.

    Returns
    -------
    RawExpression
        The matrix; the columns of var are its annotation.

    Raises
    ------
    TableError
        The file is damaged.
    ConfigurationError
        It has no such layer.
    ExpressionError
        A sample id is missing or doubled.
    """
    with opened(path) as file:
        place, others = _choose(_matrices(file), table.values, path)
        samples, _ = frame(file, "obs", path, columns=False)
        genes, left_out = frame(file, "raw/var" if place == RAW else "var", path)
        values = dense(file[place], (len(samples), len(genes)), f"{place} of {path}")
    check_unique(
        samples.index, f"sample ids of {path}", ExpressionError, "Keep one of each in obs."
    )
    matrix = pd.DataFrame(values, index=samples.index, columns=genes.index.rename(None))
    notes = [f"The values are those of {place}." + (f" Others: {listed(others)}." * bool(others))]
    if left_out:
        notes.append(f"Columns of var that can't be read as text: {listed(left_out)}.")
    return RawExpression(matrix, genes.reset_index(drop=True), notes=tuple(notes))


def read_samples(path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
    """Read the obs of an h5ad file.

    Parameters
    ----------
    path : Path
        The file.
    table : SampleTable
        Another column than the index may hold the sample ids.
    folder : Path
        The run's `raw` folder; no further file is needed.

    Returns
    -------
    DataFrame
        Text, NaN where missing, indexed by sample id.

    Raises
    ------
    TableError
        The file is damaged, or lacks the column.
    """
    with opened(path) as file:
        sheet, _ = frame(file, "obs", path)
    if table.id_column is None:
        return sheet
    if table.id_column not in sheet:
        absent = absent_columns({"samples.id_column": table.id_column}, sheet.columns)
        raise TableError(f"In the obs of {path} {absent}")
    return sheet.set_index(table.id_column)


def _matrices(file: h5py.File) -> list[str]:
    layers = file.get("layers")
    named = [f"layers/{name}" for name in layers] if isinstance(layers, h5py.Group) else []
    return [place for place in ("X", RAW, *named) if place in file]


def _choose(there: list[str], asked: str | None, path: Path) -> tuple[str, list[str]]:
    """Find the matrix that is asked for, and name the others."""
    wanted = asked or "X"
    found = next((place for place in (wanted, f"layers/{wanted}") if place in there), None)
    if found is None:
        raise ConfigurationError(
            f"expression.values is {wanted!r}, which {path} doesn't hold"
            f"{closest(wanted, there)}. Set it to one of {listed(there, 40)}."
        )
    return found, [place for place in there if place != found]
