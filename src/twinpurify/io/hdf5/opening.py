"""HDF5 files: opened with errors of ours, their datasets found, their text read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np

from twinpurify.errors import TableError, TwinPurifyError

# What h5py raises over a damaged file.
BROKEN = (OSError, KeyError, RuntimeError, ValueError, TypeError, AttributeError, MemoryError)
TEXT_ROWS = 1 << 16


@contextmanager
def opened(path: Path, setting: str = "expression.format") -> Iterator[h5py.File]:
    """Open an HDF5 file for reading, and turn whatever is wrong with it into a TableError.

    Parameters
    ----------
    path : Path
        The file.
    setting : str
        What to correct where it is no such file, for messages.
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


def recognized(path: Path, fmt: str, found: Callable[[h5py.File], str]) -> dict[str, str]:
    """Ask any `path` whether it is HDF5 of the format `fmt`: format -> the reason, or nothing.

    `found` says of an opened file what makes it one of the format; nothing where it is none.
    """
    try:
        if not path.is_file() or not h5py.is_hdf5(path):
            return {}
        with h5py.File(path, "r") as file:
            parts = found(file)
    except BROKEN:
        return {}
    return {fmt: f"it is HDF5 with {parts}"} if parts else {}


def first_dataset(file: h5py.Group, names: Sequence[str]) -> h5py.Dataset | None:
    """Find in `file` the first dataset of several `names`: releases call one thing differently."""
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
