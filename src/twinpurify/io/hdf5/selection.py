"""Chosen samples out of an HDF5 file with more of them than memory holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from twinpurify.cohort.checks import check_unique
from twinpurify.cohort.declaration.sources import ExpressionTable
from twinpurify.errors import ConfigurationError, ExpressionError, TableError, listed
from twinpurify.io.files.locations import locate
from twinpurify.io.hdf5.opening import first_dataset

# More samples than this are never taken without being asked for by name.
MAXIMUM_SAMPLES = 5000
BLOCK_BYTES = 1 << 25


def choose_samples(
    there: np.ndarray,
    listing: str | None,
    folder: Path,
    path: Path,
    setting: str = "expression.samples",
) -> np.ndarray:
    """Find the samples that are asked for.

    Parameters
    ----------
    there : array of str
        Ids of all samples of the file.
    listing : str, optional
        Text file below `folder` with the ids of those to take, one a line; by default all.
    folder : Path
        The run's `raw` folder.
    path : Path
        The file, for messages.
    setting : str
        The setting that names the listing, for messages.

    Returns
    -------
    array of int
        Their positions, in the order in which they are asked for.

    Raises
    ------
    ConfigurationError
        All are asked for, and they are many.
    TableError
        The listing is missing, empty or no text, names a sample twice or one that isn't there; or
        the file has no samples.
    ExpressionError
        One of them stands twice.
    """
    wanted = None if listing is None else _read_listing(locate(listing, folder, setting), setting)
    if wanted is None and len(there) > MAXIMUM_SAMPLES:
        raise ConfigurationError(
            f"{path} holds {len(there)} samples, more than the {MAXIMUM_SAMPLES} that are read "
            f"without being asked for. Set {setting} to a text file with the ids of those that you "
            "want, one a line."
        )
    if not len(there):
        raise TableError(f"{path} holds no samples. Fetch it again, or correct expression.path.")
    # A set: comparing each name with each would take minutes among a million samples.
    asked = set(there if wanted is None else wanted)
    taken = [name for name in there if name in asked]
    remedy = f"Keep one of each, or name others in the file of {setting}."
    check_unique(pd.Index(taken, dtype=object), f"samples of {path}", ExpressionError, remedy)
    places = {name: place for place, name in enumerate(there)}
    absent = [name for name in wanted or () if name not in places]
    if absent:
        raise TableError(
            f"{path} lacks {len(absent)} of the {len(wanted)} samples of {setting}: "
            f"{listed(absent)}. It holds {listed(there)}. Take them out of the list."
        )
    return np.array([places[name] for name in wanted or taken])


def _read_listing(path: Path, setting: str) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(
            f"{path} can't be read as text: {error}. Write the ids of the samples into it, one a "
            f"line, or correct {setting}."
        ) from error
    wanted = [line.strip() for line in lines if line.strip()]
    if not wanted:
        raise TableError(f"{path} names no samples. Write one id a line, or correct {setting}.")
    remedy = f"Name each once in the file of {setting}."
    check_unique(pd.Index(wanted), f"samples of {path}", TableError, remedy)
    return wanted


def read_matrix(
    file: h5py.File,
    known: Sequence[str],
    genes: np.ndarray,
    samples: np.ndarray,
    positions: np.ndarray,
    table: ExpressionTable,
) -> tuple[pd.DataFrame, h5py.Dataset, int]:
    """Read some samples of the matrix, whichever way round it is stored.

    Parameters
    ----------
    file : h5py.File
        The opened file.
    known : sequence of str
        Usual names of the matrix.
    genes, samples : array of str
        Ids of all that are in the file.
    positions : array of int
        The samples that are taken, in order.
    table : ExpressionTable
        ``values`` is the name of another matrix; ``orientation`` is needed of a square one.

    Returns
    -------
    DataFrame, samples × genes
        float32.
    h5py.Dataset
        The matrix in the file.
    int
        The axis of the samples in it.
    """
    names = known if table.values is None else (table.values,)
    found = first_dataset(file, names)
    if found is None:
        raise ConfigurationError(
            f"{file.filename} has no dataset {' or '.join(names)}; on top it has "
            f"{listed(file, 12)}. Set expression.values to the path of the matrix within the file."
        )
    axis = _samples_axis(found, len(genes), len(samples), table.orientation)
    values = _read_selected(found, positions, axis)
    index = pd.Index(samples[positions], name="sample", dtype=object)
    columns = pd.Index(genes, dtype=object)
    return pd.DataFrame(values, index=index, columns=columns, copy=False), found, axis


def _samples_axis(
    dataset: h5py.Dataset, n_genes: int, n_samples: int, orientation: str | None
) -> int:
    """Tell by its shape which way round a matrix is: R's HDF5 is the transposed of Python's."""
    where = f"The dataset {dataset.name} of {dataset.file.filename}"
    if dataset.ndim != 2 or dataset.dtype.kind not in "iuf":
        raise TableError(
            f"{where} is no matrix of numbers: it has shape {dataset.shape} and type "
            f"{dataset.dtype}. Set expression.values to the dataset of the matrix."
        )
    shapes = {1: (n_genes, n_samples), 0: (n_samples, n_genes)}
    axes = [axis for axis, shape in shapes.items() if dataset.shape == shape]
    if not axes:
        raise TableError(
            f"{where} has shape {dataset.shape}, but there are {n_genes} genes and {n_samples} "
            "samples. The file is damaged: fetch it again; or expression.values names another "
            "matrix: correct it."
        )
    if len(axes) == 1:
        return axes[0]
    if orientation is None:
        raise ConfigurationError(
            f"{where} has as many genes as samples ({n_genes}), so its shape doesn't tell which "
            "are its rows. Set expression.orientation."
        )
    return 1 if orientation == "genes_in_rows" else 0


def _read_selected(dataset: h5py.Dataset, positions: np.ndarray, axis: int) -> np.ndarray:
    """Read some samples, each chunk at most once and only those that hold one."""
    n_genes = dataset.shape[1 - axis]
    chunk = dataset.chunks or (1, 1)
    values = np.empty((len(positions), n_genes), dtype=np.float32)
    for first, last, rows in _sample_blocks(positions, dataset.chunks and chunk[axis]):
        bytes_a_gene = dataset.dtype.itemsize * (last - first)
        step = max(1, BLOCK_BYTES // (bytes_a_gene * chunk[1 - axis])) * chunk[1 - axis]
        samples = slice(first, last)
        for start in range(0, n_genes, step):
            genes = slice(start, min(start + step, n_genes))
            block = dataset[genes, samples].T if axis else dataset[samples, genes]
            values[rows, genes] = block[positions[rows] - first]
    return values


def _sample_blocks(
    positions: np.ndarray, width: int | None
) -> Iterator[tuple[int, int, np.ndarray]]:
    """Group samples by their chunks: the first and last position of each, rows of the result."""
    chunks = positions // width if width else np.zeros(len(positions), dtype=int)
    for chunk in np.unique(chunks):
        rows = np.flatnonzero(chunks == chunk)
        inside = positions[rows]
        yield int(inside.min()), int(inside.max()) + 1, rows
