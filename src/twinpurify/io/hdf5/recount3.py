"""Count matrices of recount3 and the like in HDF5: a dataset of counts, and both its names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pandas as pd

from twinpurify.errors import TableError, listed
from twinpurify.io.hdf5.sample_selection import choose_samples, read_wanted
from twinpurify.io.hdf5.selection import (
    BROKEN,
    first_dataset,
    matrix_dataset,
    opened,
    read_selected,
    read_text,
    samples_axis,
)
from twinpurify.io.raw_expression import RawExpression, without_annotation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twinpurify.cohort.declaration.sources import ExpressionTable

MATRICES = ("counts", "raw_counts", "assay", "assays/counts", "assays/raw_counts")
GENE_IDS = ("gene_id", "gene_ids", "rownames")
SAMPLE_IDS = ("sample_id", "sample_ids", "external_id", "colnames")


def recognize(path: Path) -> dict[str, str]:
    """Tell an HDF5 file with a matrix of counts and vectors of both its names.

    Parameters
    ----------
    path : Path
        Any file or folder.

    Returns
    -------
    dict
        ``{"recount3": reason}``, or empty.
    """
    try:
        if not path.is_file() or not h5py.is_hdf5(path):
            return {}
        with h5py.File(path, "r") as file:
            found = [first_dataset(file, names) for names in (MATRICES, GENE_IDS, SAMPLE_IDS)]
            if any(dataset is None for dataset in found):
                return {}
            return {"recount3": "it is HDF5 with " + ", ".join(item.name[1:] for item in found)}
    except BROKEN:
        return {}


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read the selected samples, or all of a small file, into a matrix.

    Parameters
    ----------
    path : Path
        The HDF5 file.
    table : ExpressionTable
        ``samples`` names the file with the ids to take; ``values`` another dataset;
        ``orientation`` is needed of a square matrix alone.
    folder : Path
        The run's `raw` folder.

    Returns
    -------
    RawExpression
        The matrix in the order asked for, without annotation.

    Raises
    ------
    TableError
        The file is damaged, lacks the names, or a sample that is asked for.
    ConfigurationError
        All of many samples are asked for, there is no such dataset, or a square matrix has no
        declared orientation.
    ExpressionError
        A sample stands twice.
    """
    wanted = read_wanted(table.samples, folder)
    with opened(path) as file:
        genes, there = _names(file, GENE_IDS, path), _names(file, SAMPLE_IDS, path)
        positions = choose_samples(there, wanted, path)
        matrix = matrix_dataset(file, table.values, MATRICES, path)
        axis = samples_axis(matrix, len(genes), len(there), table.orientation)
        values = read_selected(matrix, positions, axis)
        notes = [
            f"{len(positions)} of the {len(there)} samples of {path.name} were read, from the "
            f"dataset {matrix.name[1:]}, which has {'samples' if axis == 0 else 'genes'} in rows",
            *_coverage_notes(file, matrix),
        ]
    index = pd.Index(there[positions], name="sample", dtype=object)
    frame = pd.DataFrame(values, index=index, columns=pd.Index(genes, dtype=object), copy=False)
    return RawExpression(frame, without_annotation(frame), tuple(notes))


def _names(file: h5py.File, known: Sequence[str], path: Path) -> np.ndarray:
    found = first_dataset(file, known)
    if found is None or found.ndim != 1:
        raise TableError(
            f"{path} has no vector of names called {', '.join(known)}; on top it has "
            f"{listed(file, 12)}. Write one a row and one a column of the matrix, or correct "
            "expression.format."
        )
    return read_text(found)


def _coverage_notes(file: h5py.File, matrix: h5py.Dataset) -> list[str]:
    """Say so where the values are recount3's own: not reads, but coverage summed over bases."""
    said = [str(value) for holder in (file, matrix) for value in holder.attrs.values()]
    if "coverage" not in " ".join(said).lower() and not matrix.name.endswith("raw_counts"):
        return []
    return [
        "the values are coverage summed over the bases of each gene, by the attributes or the name "
        "of the dataset; divided by the length of the reads they would be counts of reads"
    ]
