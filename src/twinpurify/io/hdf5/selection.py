"""Chosen samples out of an HDF5 file with more of them than memory holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np

from twinpurify.errors import ConfigurationError, TableError, TwinPurifyError, listed

# What h5py raises over a damaged file.
BROKEN = (OSError, KeyError, RuntimeError, ValueError, TypeError, AttributeError, MemoryError)
BLOCK_BYTES = 1 << 25
TEXT_ROWS = 1 << 16


@contextmanager
def opened(path: Path, setting: str = "expression.format") -> Iterator[h5py.File]:
    """Open an HDF5 file, and turn whatever is wrong with it into one kind of error.

    Parameters
    ----------
    path : Path
        The file.
    setting : str
        What to correct where it is no such file, for messages.

    Yields
    ------
    h5py.File
        The file, for reading.

    Raises
    ------
    TableError
        It isn't HDF5, or damaged.
    """
    try:
        with h5py.File(path, "r") as file:
            yield file
    except TwinPurifyError:
        raise
    except BROKEN as error:
        raise TableError(
            f"{path} can't be read as HDF5: {error}. It is damaged or cut off, or isn't HDF5: "
            f"fetch it again, or correct {setting}."
        ) from error


def first_dataset(file: h5py.Group, names: Sequence[str]) -> h5py.Dataset | None:
    """Find the first dataset of several names, since releases call the same thing differently.

    Parameters
    ----------
    file : h5py.Group
        Where they are looked for.
    names : sequence of str
        Paths within it.

    Returns
    -------
    h5py.Dataset or None
        The dataset.
    """
    found = (file.get(name) for name in names)
    return next((item for item in found if isinstance(item, h5py.Dataset)), None)


def read_text(dataset: h5py.Dataset, positions: np.ndarray | None = None) -> np.ndarray:
    """Read a vector as text, in pieces, so that of a long one only what is asked for is kept.

    Parameters
    ----------
    dataset : h5py.Dataset
        Bytes, text or numbers in one dimension.
    positions : array of int, optional
        Which of them, in any order; by default all.

    Returns
    -------
    array of object
        Python strings.
    """
    is_text = h5py.check_string_dtype(dataset.dtype) is not None
    source = dataset.asstr("utf-8", errors="replace") if is_text else dataset
    wanted = np.arange(len(dataset)) if positions is None else np.asarray(positions)
    texts = np.empty(len(wanted), dtype=object)
    for start in range(0, len(dataset), TEXT_ROWS):
        here = np.flatnonzero((wanted >= start) & (wanted < start + TEXT_ROWS))
        if len(here):
            piece = source[start : start + TEXT_ROWS]
            texts[here] = [str(text) for text in piece[wanted[here] - start]]
    return texts


def matrix_dataset(
    file: h5py.File, asked: str | None, known: Sequence[str], path: Path
) -> h5py.Dataset:
    """Find the matrix, by the name that the user gives or by those that are usual.

    Parameters
    ----------
    file : h5py.File
        The file.
    asked : str, optional
        ``expression.values``.
    known : sequence of str
        Usual names.
    path : Path
        The file, for messages.

    Returns
    -------
    h5py.Dataset
        The matrix.

    Raises
    ------
    ConfigurationError
        There is no dataset of such a name.
    """
    names = known if asked is None else (asked,)
    found = first_dataset(file, names)
    if found is None:
        raise ConfigurationError(
            f"{path} has no dataset {' or '.join(names)}; on top it has {listed(file, 12)}. Set "
            "expression.values to the path of the matrix within the file."
        )
    return found


def samples_axis(
    dataset: h5py.Dataset, n_genes: int, n_samples: int, orientation: str | None
) -> int:
    """Tell by its shape which way round a matrix is stored: R's HDF5 is the transposed of Python's.

    Parameters
    ----------
    dataset : h5py.Dataset
        The matrix.
    n_genes, n_samples : int
        How many identifiers of each there are.
    orientation : {'samples_in_rows', 'genes_in_rows', None}
        What the user says, which a square matrix needs.

    Returns
    -------
    int
        The axis of the samples.

    Raises
    ------
    TableError
        It isn't a matrix of numbers, or its shape isn't that of the identifiers.
    ConfigurationError
        It is square, and nobody says which way round.
    """
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


def read_selected(dataset: h5py.Dataset, positions: np.ndarray, axis: int) -> np.ndarray:
    """Read some samples of a matrix, each chunk at most once and only those that hold one.

    Parameters
    ----------
    dataset : h5py.Dataset
        The matrix.
    positions : array of int
        The samples, in the order of the rows that are wanted.
    axis : int
        The axis of the samples.

    Returns
    -------
    array, samples × genes
        float32.
    """
    n_genes = dataset.shape[1 - axis]
    chunk = dataset.chunks or (1, 1)
    values = np.empty((len(positions), n_genes), dtype=np.float32)
    for first, last, rows in _sample_blocks(positions, dataset.chunks and chunk[axis]):
        bytes_a_gene = dataset.dtype.itemsize * (last - first)
        step = max(1, BLOCK_BYTES // (bytes_a_gene * chunk[1 - axis])) * chunk[1 - axis]
        for start in range(0, n_genes, step):
            genes = slice(start, min(start + step, n_genes))
            samples = slice(first, last)
            block = dataset[(genes, samples) if axis else (samples, genes)]
            block = block.T if axis else block
            values[rows, genes] = block[positions[rows] - first]
    return values


def _sample_blocks(
    positions: np.ndarray, width: int | None
) -> Iterator[tuple[int, int, np.ndarray]]:
    """Group samples by their chunks: the first and last position of each, rows of the result."""
    if width is None:
        yield int(positions.min()), int(positions.max()) + 1, np.arange(len(positions))
        return
    chunks = positions // width
    for chunk in np.unique(chunks):
        rows = np.flatnonzero(chunks == chunk)
        inside = positions[rows]
        yield int(inside.min()), int(inside.max()) + 1, rows
