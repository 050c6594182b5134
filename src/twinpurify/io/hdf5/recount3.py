"""Count matrices of recount3 and the like in HDF5: a dataset of counts, and both its names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np

from twinpurify.cohort.declaration.sources import ExpressionTable
from twinpurify.errors import TableError, listed
from twinpurify.io.hdf5.opening import first_dataset, opened, read_text, recognized
from twinpurify.io.hdf5.selection import choose_samples, read_matrix
from twinpurify.io.raw_expression import RawExpression

MATRICES = ("counts", "raw_counts", "assay", "assays/counts", "assays/raw_counts")
GENE_IDS = ("gene_id", "gene_ids", "rownames")
SAMPLE_IDS = ("sample_id", "sample_ids", "external_id", "colnames")
COVERAGE = (
    "the values are coverage summed over the bases of each gene, by the attributes or the name of "
    "the dataset; divided by the length of the reads they would be counts of reads"
)


def recognize(path: Path) -> dict[str, str]:
    """Tell `path` by its matrix of counts and the vectors of both its names."""

    def parts(file: h5py.File) -> str:
        found = [first_dataset(file, names) for names in (MATRICES, GENE_IDS, SAMPLE_IDS)]
        return "" if None in found else ", ".join(item.name[1:] for item in found)

    return recognized(path, "recount3", parts)


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read the selected samples, or all of a small file, into a matrix.

    Parameters
    ----------
    path, table, folder
        As of `Reader`; ``samples`` names the file with the ids to take, ``values`` another
        dataset; ``orientation`` is needed of a square matrix alone.
    """
    with opened(path) as file:
        genes, there = _names(file, GENE_IDS, path), _names(file, SAMPLE_IDS, path)
        positions = choose_samples(there, table.samples, folder, path)
        values, matrix, axis = read_matrix(file, MATRICES, genes, there, positions, table)
        notes = [
            f"{len(positions)} of the {len(there)} samples of {path.name} were read, from the "
            f"dataset {matrix.name[1:]}, which has {'samples' if axis == 0 else 'genes'} in rows"
        ]
        # recount3's own values are no reads.
        said = " ".join(str(value) for item in (file, matrix) for value in item.attrs.values())
        if "coverage" in said.lower() or matrix.name.endswith("raw_counts"):
            notes.append(COVERAGE)
    return RawExpression(values, notes=tuple(notes))


def _names(file: h5py.File, known: Sequence[str], path: Path) -> np.ndarray:
    found = first_dataset(file, known)
    if found is None or found.ndim != 1:
        raise TableError(
            f"{path} has no vector of names called {', '.join(known)}; on top it has "
            f"{listed(file, 12)}. Write one a row and one a column of the matrix, or correct "
            "expression.format."
        )
    return read_text(found)
