"""ARCHS4: all human or mouse RNA-seq of GEO in one HDF5 file, of which a cohort is a selection."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import ConfigurationError, TableError, listed
from twinpurify.io.hdf5.opening import opened, read_text, recognized
from twinpurify.io.hdf5.selection import choose_samples, read_matrix
from twinpurify.io.raw_expression import RawExpression
from twinpurify.io.tables.columns import check_columns

MATRIX = "data/expression"
GENES, SAMPLES = "meta/genes", "meta/samples"
# As the releases have called them, the newest first.
GENE_IDS = ("symbol", "gene_symbol", "genes", "ensembl_gene", "ensembl_gene_id")
SAMPLE_IDS = ("geo_accession",)


def recognize(path: Path) -> dict[str, str]:
    """Tell `path` by the groups of its HDF5 file."""

    def parts(file: h5py.File) -> str:
        whole = all(name in file for name in (MATRIX, GENES, SAMPLES))
        return f"{MATRIX}, {GENES} and {SAMPLES}" if whole else ""

    return recognized(path, "archs4", parts)


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read the selected samples, and no others, with what the file says of the genes.

    Parameters
    ----------
    path, table, folder
        As of `Reader`; ``samples`` names the file with the ids to take, ``values`` another dataset
        than ``data/expression``, ``id_column`` the field of ``meta/genes`` with the identifiers.
    """
    with opened(path) as file:
        samples, positions = _choose(file, table.samples, folder, path, "expression.samples")
        fields = fields_of(file, GENES)
        if table.id_column is not None:
            asked = {"expression.id_column": table.id_column}
            check_columns(asked, fields, f"Of the genes of {path}", ConfigurationError)
        named_by = table.id_column or name_of_ids(fields, GENE_IDS, path)
        genes = read_text(fields[named_by])
        values, _, _ = read_matrix(file, (MATRIX,), genes, samples, positions, table)
        annotation = _texts(fields, len(genes)).drop(columns=named_by)
    notes = (
        f"{len(positions)} of the {len(samples)} samples of {path.name} were read",
        f"genes are named by {GENES}/{named_by}",
    )
    return RawExpression(values, annotation, notes)


def read_samples(path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
    """Read what ARCHS4 says of the selected samples, a column a field of ``meta/samples``.

    Parameters
    ----------
    path, table, folder
        As of `Reader`; ``samples`` names the file with the ids to take.
    """
    setting = "expression.samples" if table.path is None else "samples.samples"
    with opened(path) as file:
        samples, positions = _choose(file, table.samples, folder, path, setting)
        sheet = _texts(fields_of(file, SAMPLES), len(samples), positions)
    index = pd.Index(samples[positions], name="sample", dtype=object)
    return sheet.replace(["", "nan"], np.nan).set_axis(index)


def _choose(
    file: h5py.File, listing: str | None, folder: Path, path: Path, setting: str
) -> tuple[np.ndarray, np.ndarray]:
    """Read the ids of all samples, and find those to take."""
    fields = fields_of(file, SAMPLES)
    there = read_text(fields[name_of_ids(fields, SAMPLE_IDS, path)])
    return there, choose_samples(there, listing, folder, path, setting)


def fields_of(file: h5py.File, name: str) -> dict[str, h5py.Dataset]:
    """Find in `file` the vectors of the group `name`: what is said of each gene or sample."""
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
