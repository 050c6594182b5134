"""h5ad files, as AnnData writes: a matrix or layers, samples in obs, genes in var."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import sparse

from twinpurify.cohort.checks import check_unique
from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.cohort.hints import closest
from twinpurify.errors import ConfigurationError, ExpressionError, TableError, listed
from twinpurify.io.files.streams import head_of
from twinpurify.io.hdf5.opening import BROKEN, opened
from twinpurify.io.raw_expression import RawExpression
from twinpurify.io.tables.columns import indexed_by
from twinpurify.io.tables.opening import as_text

MAGIC = b"\x89HDF\r\n\x1a\n"
RAW = "raw/X"
BLOCK_BYTES = 1 << 25


def recognize(path: Path) -> dict[str, str]:
    """Tell `path` by the parts that AnnData writes."""
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
    """Read the matrix or a layer; the columns of var describe its genes.

    Parameters
    ----------
    path, table, folder
        As of `Reader`; ``values`` is ``X`` (the default), the name of a layer, or ``raw/X``.
    """
    with opened(path) as file:
        there, wanted = _matrices(file), table.values or "X"
        place = next((name for name in (wanted, f"layers/{wanted}") if name in there), None)
        if place is None:
            raise ConfigurationError(
                f"expression.values is {wanted!r}, which {path} doesn't hold"
                f"{closest(wanted, there)}. Set it to one of {listed(there, 40)}."
            )
        samples, _ = _frame(file, "obs", path, columns=False)
        genes, left_out = _frame(file, "raw/var" if place == RAW else "var", path)
        values = _dense(file[place], (len(samples), len(genes)), f"{place} of {path}")
    remedy = "Keep one of each in obs."
    check_unique(samples.index, f"sample ids of {path}", ExpressionError, remedy)
    matrix = pd.DataFrame(values, index=samples.index, columns=genes.index.rename(None))
    others = [name for name in there if name != place]
    notes = [f"The values are those of {place}." + f" Others: {listed(others)}." * bool(others)]
    if left_out:
        notes.append(f"Columns of var that can't be read as text: {listed(left_out)}.")
    return RawExpression(matrix, genes, tuple(notes))


def read_samples(path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
    """Read obs; arguments and result as of `Reader`."""
    with opened(path) as file:
        sheet, _ = _frame(file, "obs", path)
    return indexed_by(sheet, table.id_column, f"In the obs of {path}")


def _matrices(file: h5py.File) -> list[str]:
    layers = file.get("layers")
    named = [f"layers/{name}" for name in layers] if isinstance(layers, h5py.Group) else []
    return [place for place in ("X", RAW, *named) if place in file]


def _frame(
    file: h5py.File, place: str, path: Path, columns: bool = True
) -> tuple[pd.DataFrame, list[str]]:
    """Read obs or var as text by the index of AnnData; and name the columns that are no text."""
    group = file.get(place)
    key = group.attrs.get("_index") if isinstance(group, h5py.Group) else None
    if key is None or key not in group:
        raise TableError(
            f"{path} has no table {place} with an index, as AnnData writes since 0.7. Open and "
            "save it with a recent anndata."
        )
    ordered = [str(name) for name in group.attrs.get("column-order", ()) if name in group]
    # In the order in which they were written. AnnData 0.7 kept the categories beside the columns.
    names = dict.fromkeys([*ordered, *(name for name in group if name != "__categories")])
    read = {name: _texts(group[name]) for name in names if columns or name == key}
    ids = read.pop(key) if key in read else _texts(group[key])
    if ids is None or any(text is not None and len(text) != len(ids) for text in read.values()):
        raise TableError(f"{path} has columns of unlike lengths in {place}. Fetch it again.")
    texts = {name: text for name, text in read.items() if text is not None}
    table = pd.DataFrame(texts, index=pd.Index(ids, dtype=object), dtype=object)
    return table, [name for name, text in read.items() if text is None]


def _texts(item: h5py.Group | h5py.Dataset) -> np.ndarray | None:
    """Read a column as text, NaN where missing; None where it is none."""
    from anndata.io import read_elem

    kept = item.attrs.get("categories")
    try:
        values = read_elem(item)
        if isinstance(kept, h5py.Reference):
            # As AnnData 0.7 wrote; the code of a missing value is -1.
            values = pd.Categorical.from_codes(values, read_elem(item.file[kept]))
    except BROKEN:
        raise
    except Exception:
        # AnnData's own error over a kind that it doesn't know is private.
        return None
    if isinstance(values, pd.DataFrame) or np.ndim(values) != 1:
        return None
    return as_text(pa.array(np.asarray(values), from_pandas=True))


def _dense(item: h5py.Group | h5py.Dataset, shape: tuple[int, int], what: str) -> np.ndarray:
    """Read a matrix as float32, block by block, so that a stored float64 isn't held as well."""
    is_sparse = isinstance(item, h5py.Group)
    found = tuple(item.attrs.get("shape", ())) if is_sparse else item.shape
    if tuple(found) != shape:
        raise TableError(
            f"{what} is {' × '.join(map(str, found))}, but obs and var have {shape[0]} samples and "
            f"{shape[1]} genes. The file is damaged: fetch it again."
        )
    values = np.zeros(shape, dtype=np.float32)
    if is_sparse:
        return _fill_sparse(item, values, what)
    rows = max(BLOCK_BYTES // max(shape[1] * item.dtype.itemsize, 1), 1)
    for start in range(0, shape[0], rows):
        values[start : start + rows] = item[start : start + rows]
    return values


def _fill_sparse(group: h5py.Group, values: np.ndarray, what: str) -> np.ndarray:
    kind = str(group.attrs.get("encoding-type", "")).removesuffix("_matrix")
    if kind not in ("csr", "csc"):
        raise TableError(f"{what} is stored as {kind!r}; expected csr_matrix or csc_matrix.")
    parts = (group["data"].astype(np.float32)[()], group["indices"][()], group["indptr"][()])
    matrix = (sparse.csr_matrix if kind == "csr" else sparse.csc_matrix)(parts, shape=values.shape)
    # Without this, a damaged index would write beyond the matrix.
    matrix.check_format(full_check=True)
    return matrix.toarray(out=values)
