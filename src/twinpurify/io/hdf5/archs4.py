"""ARCHS4: all human or mouse RNA-seq of GEO in one HDF5 file, of which a cohort is a selection."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pandas as pd

from twinpurify.cohort.hints import absent_columns
from twinpurify.errors import ConfigurationError, TableError, listed
from twinpurify.io.hdf5.sample_selection import choose_samples, read_wanted
from twinpurify.io.hdf5.selection import (
    BROKEN,
    matrix_dataset,
    opened,
    read_selected,
    read_text,
    samples_axis,
)
from twinpurify.io.raw_expression import RawExpression

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable

MATRIX = "data/expression"
GENES, SAMPLES = "meta/genes", "meta/samples"
# As the releases have called them, the newest first.
GENE_IDS = ("symbol", "gene_symbol", "genes", "ensembl_gene", "ensembl_gene_id")
SAMPLE_IDS = ("geo_accession",)


def recognize(path: Path) -> dict[str, str]:
    """Tell ARCHS4 by the groups of its HDF5 file.

    Parameters
    ----------
    path : Path
        Any file or folder.

    Returns
    -------
    dict
        ``{"archs4": reason}``, or empty.
    """
    try:
        if not path.is_file() or not h5py.is_hdf5(path):
            return {}
        with h5py.File(path, "r") as file:
            whole = all(name in file for name in (MATRIX, GENES, SAMPLES))
    except BROKEN:
        return {}
    return {"archs4": f"it is HDF5 with {MATRIX}, {GENES} and {SAMPLES}"} if whole else {}


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read the selected samples, and no others, into a matrix.

    Parameters
    ----------
    path : Path
        The HDF5 file.
    table : ExpressionTable
        ``samples`` names the file with the ids to take; ``values`` another dataset than
        ``data/expression``; ``id_column`` the field of ``meta/genes`` with the identifiers.
    folder : Path
        The run's `raw` folder.

    Returns
    -------
    RawExpression
        The matrix in the order asked for, with the other fields of ``meta/genes``.

    Raises
    ------
    TableError
        The file is damaged or of another layout, or lacks a sample that is asked for.
    ConfigurationError
        All of many samples are asked for, or a field or dataset isn't there.
    ExpressionError
        A sample stands twice.
    """
    wanted = read_wanted(table.samples, folder)
    with opened(path) as file:
        samples, positions = _choose(file, wanted, path)
        genes = fields_of(file, GENES)
        named_by = _genes_named_by(genes, table.id_column, path)
        matrix = matrix_dataset(file, table.values, (MATRIX,), path)
        axis = samples_axis(matrix, len(genes[named_by]), len(samples), table.orientation)
        values = read_selected(matrix, positions, axis)
        annotation = _texts(genes, matrix.shape[1 - axis])
    columns = pd.Index(annotation.pop(named_by), name=None, dtype=object)
    notes = (
        f"{len(positions)} of the {len(samples)} samples of {path.name} were read",
        f"genes are named by {GENES}/{named_by}",
    )
    index = pd.Index(samples[positions], name="sample", dtype=object)
    frame = pd.DataFrame(values, index=index, columns=columns, copy=False)
    return RawExpression(frame, annotation, notes)


def read_samples(path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
    """Read what ARCHS4 says of the selected samples.

    Parameters
    ----------
    path : Path
        The HDF5 file.
    table : SampleTable
        ``samples`` names the file with the ids to take.
    folder : Path
        The run's `raw` folder.

    Returns
    -------
    DataFrame
        Text, a column a field of ``meta/samples``, NaN where it is empty, indexed by accession.

    Raises
    ------
    TableError, ConfigurationError, ExpressionError
        As for the matrix.
    """
    setting = "expression.samples" if table.path is None else "samples.samples"
    wanted = read_wanted(table.samples, folder, setting)
    with opened(path) as file:
        samples, positions = _choose(file, wanted, path, setting)
        sheet = _texts(fields_of(file, SAMPLES), len(samples), positions)
    index = pd.Index(samples[positions], name="sample", dtype=object)
    return sheet.replace(["", "nan"], np.nan).set_axis(index)


def _choose(
    file: h5py.File, wanted: list[str] | None, path: Path, setting: str = "expression.samples"
) -> tuple[np.ndarray, np.ndarray]:
    fields = fields_of(file, SAMPLES)
    there = read_text(fields[name_of_ids(fields, SAMPLE_IDS, path)])
    return there, choose_samples(there, wanted, path, setting)


def _genes_named_by(fields: Collection[str], asked: str | None, path: Path) -> str:
    if asked is not None and asked not in fields:
        absent = absent_columns({"expression.id_column": asked}, fields)
        raise ConfigurationError(f"Of the genes of {path} {absent}")
    return asked or name_of_ids(fields, GENE_IDS, path)


def fields_of(file: h5py.File, name: str) -> dict[str, h5py.Dataset]:
    """Find what a group says of each of its genes or samples, by the name of the field.

    Parameters
    ----------
    file : h5py.File
        The opened file.
    name : str
        ``meta/genes`` or ``meta/samples``.

    Returns
    -------
    dict of str to h5py.Dataset
        Vectors; empty where there is no such group.
    """
    group = file.get(name)
    items = group.items() if isinstance(group, h5py.Group) else ()
    return {name: item for name, item in items if isinstance(item, h5py.Dataset) and item.ndim == 1}


def name_of_ids(
    fields: Collection[str], known: Sequence[str], path: Path, setting: str = "expression.format"
) -> str:
    """Choose the field with the identifiers, which releases call differently.

    Parameters
    ----------
    fields : collection of str
        Those that there are.
    known : sequence of str
        Usual names, the best first.
    path : Path
        The file, for messages.
    setting : str
        What to correct where it is another layout, for messages.

    Returns
    -------
    str

    Raises
    ------
    TableError
        There is none of them.
    """
    found = next((name for name in known if name in fields), None)
    if found is None:
        raise TableError(
            f"{path} has none of the fields {', '.join(known)}, but {listed(fields, 12)}: it isn't "
            f"laid out as ARCHS4. Fetch it again, or correct {setting}."
        )
    return found


def _texts(
    fields: dict[str, h5py.Dataset], length: int, positions: np.ndarray | None = None
) -> pd.DataFrame:
    """Read as text the fields that have a value a gene, or a sample."""
    texts = {
        name: read_text(field, positions) for name, field in fields.items() if len(field) == length
    }
    return pd.DataFrame(texts, dtype=object)
