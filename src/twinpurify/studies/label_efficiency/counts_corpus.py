"""A corpus of counts as ARCHS4 lays them out, brought once to a file that methods train from."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import ConfigurationError, ExpressionError
from twinpurify.io.hdf5 import archs4, h5ad
from twinpurify.io.hdf5.archs4_counts import SINGLE_CELL, Archs4Counts
from twinpurify.normalization.steps.blocks import Blocks
from twinpurify.normalization.steps.cpm import CountsPerMillion
from twinpurify.normalization.steps.log2 import Log2
from twinpurify.persistence import replacing
from twinpurify.studies.label_efficiency.corpus import SETTING, check_there, shared_genes
from twinpurify.training.checkpoint import fingerprint

logger = logging.getLogger(__name__)
# Samples that are rather a single cell than not are no profiles of tissue.
MOST_SINGLE_CELL = 0.5
# Values in a chunk of the file that is written; 1 MB.
CHUNK_VALUES = 2**18
# Part of the fingerprint: a file of another conversion isn't taken for one of this.
CONVERSION = 1


def trainable_file(path: Path, genes: pd.Index, folder: Path) -> Path:
    """Give the h5ad file in log2(x + 1) of a corpus: itself, or what its counts were brought to.

    A file as ARCHS4 lays it out is converted once; what is there of the same file and genes is
    taken again, and what was cut off starts again.

    Parameters
    ----------
    path : Path
        h5ad, or HDF5 with ``data/expression`` (genes × samples), ``meta/genes``, ``meta/samples``.
    genes : Index of str
        Symbols that are wanted; those that the corpus has are written, in this order.
    folder : Path
        Where converted files go; 4 bytes a sample and gene.

    Returns
    -------
    Path

    Raises
    ------
    ConfigurationError
        If there is no such file, or it is of neither layout.
    CohortError
        If too few genes are shared.
    TableError, ExpressionError
        If the counts can't be read, or no sample is left.
    """
    check_there(path)
    if not archs4.recognize(path):
        if not h5ad.recognize(path):
            raise ConfigurationError(
                f"{SETTING}: {path} is neither an h5ad file nor laid out as ARCHS4 "
                f"({archs4.MATRIX}, {archs4.GENES}, {archs4.SAMPLES}), or it is damaged"
            )
        return path
    counts = Archs4Counts(path, SETTING)
    shared = shared_genes(path.stem, genes, counts.genes)
    state = path.stat()
    said = {"file": [str(path), state.st_size, state.st_mtime_ns], "genes": list(shared)}
    name = fingerprint(said | {"conversion": CONVERSION})
    target = folder / name / f"{path.stem}.h5ad"
    if target.is_file():
        logger.info("%s was converted before: %s", path, target)
    else:
        with replacing(target) as unfinished:
            _convert(counts, shared, unfinished)
    return target


def _convert(counts: Archs4Counts, genes: pd.Index, target: Path) -> None:
    """Write log2(CPM + 1) block by block, then what belongs to it."""
    kept = np.ones(len(counts.samples), dtype=bool)
    if counts.single_cell is not None:
        kept &= ~(counts.single_cell > MOST_SINGLE_CELL)
    samples = []
    with h5py.File(target, "w") as file:
        matrix = _empty_matrix(file, len(genes))
        for block in _blocks(counts, kept, genes):
            start = len(matrix)
            matrix.resize(start + len(block), axis=0)
            matrix[start:] = block.to_numpy(dtype=np.float32)
            samples.extend(block.index)
        notes = _notes(counts, kept, len(samples))
        if not samples:
            raise ExpressionError(f"{SETTING}: no sample to pretrain on is left; {notes[0]}")
        _describe(file, samples, genes, counts.path.stem, notes)
    for note in notes:
        logger.info("%s", note)


def _empty_matrix(file: h5py.File, n_genes: int) -> h5py.Dataset:
    """Create X as anndata stores a dense matrix, to grow by samples."""
    chunks = (max(1, CHUNK_VALUES // n_genes), n_genes)
    shape, most = (0, n_genes), (None, n_genes)
    matrix = file.create_dataset("X", shape, np.float32, maxshape=most, chunks=chunks)
    matrix.attrs.update({"encoding-type": "array", "encoding-version": "0.2.0"})
    return matrix


def _blocks(counts: Archs4Counts, kept: np.ndarray, genes: pd.Index) -> Iterator[pd.DataFrame]:
    """Bring samples with counts to log2(CPM + 1) of the genes, a few rows at a time."""
    depth, logarithm = CountsPerMillion(), Log2()
    places = genes.get_indexer(counts.genes)
    columns = np.flatnonzero(places >= 0)
    columns = columns[np.argsort(places[columns], kind="stable")]
    starts = np.flatnonzero(np.diff(places[columns], prepend=-1))
    for band in counts.bands(kept):
        for block in Blocks.of(band):
            counted = block[block.any(axis=1).to_numpy()]
            if len(counted):
                # Depth is that of the whole library, whatever genes are wanted.
                values = depth.transform(counted).to_numpy()[:, columns]
                summed = np.add.reduceat(values, starts, axis=1)
                yield logarithm.transform(pd.DataFrame(summed, counted.index, genes))


def _notes(counts: Archs4Counts, kept: np.ndarray, n_written: int) -> list[str]:
    """Say how many samples were taken, and why not the others."""
    said = (
        f"{int((~kept).sum())} left out with {SINGLE_CELL} above {MOST_SINGLE_CELL:g}"
        if counts.single_cell is not None
        else f"none left out as single cells, since there is no {SINGLE_CELL}"
    )
    return [
        f"{n_written} of the {len(kept)} samples of {counts.path.name} were taken: {said}, "
        f"{int(kept.sum()) - n_written} without counts",
        "linear counts to log2(CPM + 1), each sample on its own; rows of one symbol were added",
        f"each sample counts as its own patient: {archs4.SAMPLES} names none",
    ]


def _describe(
    file: h5py.File, samples: list[str], genes: pd.Index, name: str, notes: list[str]
) -> None:
    """Write samples, genes and unit beside the matrix."""
    from anndata.io import write_elem

    tissue = pd.Categorical(["tumour"]).repeat(len(samples))
    obs = pd.DataFrame({"patient_id": samples, "tissue": tissue}, index=samples)
    unit = Unit(quantity="cpm", scale="log2", offset=1.0)
    file.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
    write_elem(file, "obs", obs)
    write_elem(file, "var", pd.DataFrame(index=genes.astype(str)))
    write_elem(file, "uns", {"cohort": name, "unit": unit.model_dump(), "history": np.array(notes)})
