"""The parts of an h5ad file: tables as text, and matrices, dense or sparse, as float32."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import sparse

from twinpurify.errors import TableError
from twinpurify.io.tables.delimited import MISSING

BLOCK_BYTES = 1 << 25


def frame(
    file: h5py.File, place: str, path: Path, columns: bool = True
) -> tuple[pd.DataFrame, list[str]]:
    """Read obs or var as text.

    Parameters
    ----------
    file : h5py.File
        The opened file.
    place : str
        ``obs``, ``var`` or ``raw/var``.
    path : Path
        The file, for messages.
    columns : bool
        Read more than the index.

    Returns
    -------
    DataFrame
        Objects, NaN where missing, by the index that AnnData keeps.
    list of str
        Columns that are no text, such as nested tables.

    Raises
    ------
    TableError
        The part isn't there, or of a kind that AnnData no longer writes.
    """
    group = file.get(place)
    key = group.attrs.get("_index") if isinstance(group, h5py.Group) else None
    if key is None or key not in group:
        raise TableError(
            f"{path} has no table {place} with an index, as AnnData writes since 0.7. Open and "
            "save it with a recent anndata."
        )
    names = _column_names(group, key) if columns else []
    read = {name: _texts(group[name]) for name in names}
    ids = _texts(group[key])
    if ids is None or any(text is not None and len(text) != len(ids) for text in read.values()):
        raise TableError(f"{path} has columns of unlike lengths in {place}. Fetch it again.")
    texts = {name: text for name, text in read.items() if text is not None}
    table = pd.DataFrame(texts, index=pd.Index(ids, dtype=object), dtype=object)
    return table, [name for name, text in read.items() if text is None]


def _column_names(group: h5py.Group, key: str) -> list[str]:
    """Name the columns in the order in which they were written."""
    ordered = [str(name) for name in group.attrs.get("column-order", ()) if name in group]
    # AnnData 0.7 kept the categories beside the columns.
    left = [name for name in group if name not in (key, "__categories", *ordered)]
    return [*ordered, *left]


def _texts(item: h5py.Group | h5py.Dataset) -> np.ndarray | None:
    """Read a column as text, NaN where missing; None where it is none."""
    if isinstance(item, h5py.Dataset):
        kept = item.attrs.get("categories")
        named = item.file[kept] if isinstance(kept, h5py.Reference) else None
        return _texts_of_dataset(item) if named is None else _decoded(item, named)
    if "codes" in item and "categories" in item:
        return _decoded(item["codes"], item["categories"])
    if "values" in item and "mask" in item:
        values = _texts(item["values"])
        return None if values is None else np.where(item["mask"][()], np.nan, values)
    return None


def _decoded(codes: h5py.Dataset, named: h5py.Group | h5py.Dataset) -> np.ndarray | None:
    categories = _texts(named)
    # The code of a missing value is -1, which is the last place.
    return None if categories is None else np.append(categories, [np.nan])[codes[()]]


def _texts_of_dataset(dataset: h5py.Dataset) -> np.ndarray | None:
    if dataset.ndim != 1:
        return None
    if h5py.check_string_dtype(dataset.dtype) is not None:
        values = dataset.asstr("utf-8", errors="replace")[()]
    elif dataset.dtype.kind in "iufb":
        values = pa.array(dataset[()]).cast(pa.string()).to_pandas().to_numpy()
    else:
        return None
    texts = pd.Series(values, dtype=object)
    return texts.where(~texts.isin(MISSING), np.nan).to_numpy()


def dense(item: h5py.Group | h5py.Dataset, shape: tuple[int, int], what: str) -> np.ndarray:
    """Read a matrix as float32, block by block, so that a stored float64 isn't held as well.

    Parameters
    ----------
    item : h5py.Group or h5py.Dataset
        Sparse or dense.
    shape : tuple of int
        Samples and genes of obs and var.
    what : str
        Its name in messages.

    Returns
    -------
    float32 array, samples × genes
        The values.

    Raises
    ------
    TableError
        It has another shape, or is of a kind that isn't known.
    """
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
