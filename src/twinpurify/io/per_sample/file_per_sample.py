"""One file a sample: one column of each of many files, as the rows of one matrix."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa

from twinpurify.errors import TableError, listed
from twinpurify.io.per_sample.profile_files import ColumnLayout, read_profile

# Beyond it, threads wait for the disk and hold unpacked files in memory.
MAXIMUM_THREADS = 8


@dataclass(frozen=True)
class Groups:
    """Sums the values of transcripts to those of genes.

    Attributes
    ----------
    names : Index
        The genes.
    codes : array of int
        Per transcript the position of its gene in `names`, or -1 when it has none.
    """

    names: pd.Index
    codes: np.ndarray

    @cached_property
    def known(self) -> np.ndarray:
        """Which transcripts have a gene."""
        return self.codes >= 0

    def sum(self, values: np.ndarray) -> np.ndarray:
        """Sum values per gene.

        Parameters
        ----------
        values : array, transcripts
            One sample.

        Returns
        -------
        array, genes
            float64 sums.
        """
        weights = values[self.known]
        return np.bincount(self.codes[self.known], weights, minlength=len(self.names))


def stack_profiles(
    files: Sequence[Path],
    layout: ColumnLayout,
    folder: Path,
    ids: pa.Array,
    groups: Groups | None = None,
) -> tuple[np.ndarray, int]:
    """Read all files side by side into the rows of one matrix, each row where it will stay.

    Parameters
    ----------
    files : sequence of Path
        A file a sample.
    layout : ColumnLayout
        Their layout.
    folder : Path
        What they lie in, to name them in messages.
    ids : pyarrow.StringArray
        Identifiers of the first file. One with the same in another order is put in this order.
    groups : Groups, optional
        Sums identifiers to genes, file by file.

    Returns
    -------
    array, samples × genes
        float32, in memory row by row.
    int
        Number of the files that had another order.

    Raises
    ------
    TableError
        A file is damaged, or some have other identifiers than the first.
    """
    width = len(ids) if groups is None else len(groups.names)
    matrix = np.empty((len(files), width), dtype=np.float32)
    index = pd.Index(ids.to_pandas())

    def fill(row: int) -> pa.Array | bool:
        profile = read_profile(files[row], layout)
        values, moved = profile.values, not profile.ids.equals(ids)
        if moved:
            places = index.get_indexer(profile.ids.to_pandas())
            if len(places) != len(ids) or len(set(places) - {-1}) != len(ids):
                return profile.ids
            values = values[np.argsort(places)]
        matrix[row] = values if groups is None else groups.sum(values)
        return moved

    with ThreadPoolExecutor(min(MAXIMUM_THREADS, joblib.cpu_count())) as pool:
        outcomes = list(pool.map(fill, range(len(files))))
    strange = [row for row, outcome in enumerate(outcomes) if not isinstance(outcome, bool)]
    if strange:
        named = [files[row].relative_to(folder) for row in strange]
        raise TableError(_describe_strange(named, outcomes[strange[0]], files, folder, index))
    return matrix, sum(outcomes)


def _describe_strange(
    strange: list[Path], theirs: pa.Array, files: Sequence[Path], folder: Path, index: pd.Index
) -> str:
    others = pd.Index(theirs.to_pandas())
    differences = {
        "lacks": index.difference(others),
        "holds beside them": others.difference(index),
        "names more than once": others[others.duplicated()].unique(),
    }
    said = [f"{verb} {listed(genes)}" for verb, genes in differences.items() if len(genes)]
    return (
        f"{len(strange)} of the {len(files)} files of {folder} don't hold the same genes as "
        f"{files[0].relative_to(folder)}: {listed(strange)}. {strange[0]} {', '.join(said)}. "
        "Fetch or make them again, or take them out of the folder."
    )
