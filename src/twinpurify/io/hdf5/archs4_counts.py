"""All counts of a file in the layout of ARCHS4, a band of samples at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from twinpurify.cohort.checks import check_unique
from twinpurify.errors import ExpressionError, TableError
from twinpurify.io.hdf5.archs4 import (
    GENE_IDS,
    GENES,
    MATRIX,
    SAMPLE_IDS,
    SAMPLES,
    fields_of,
    name_of_ids,
)
from twinpurify.io.hdf5.opening import opened, read_text

SINGLE_CELL = "singlecellprobability"
# 128 MB in 32 bits, about 500 samples of a release; up to three such bands are held at a time.
BAND_VALUES = 2**25


class Archs4Counts:
    """Says what a file holds, and reads its counts in bands that memory holds.

    Parameters
    ----------
    path : Path
        The HDF5 file, ``data/expression`` genes × samples.
    setting : str
        The setting that names it, for messages.

    Attributes
    ----------
    samples, genes : array of str, Index of str
        Accessions; symbols, which may repeat.
    single_cell : array of float or None, shape (samples,)
        Probability that the sample is a single cell, NaN where unknown; None where the file
        doesn't say.

    Raises
    ------
    TableError
        The file is damaged or of another layout, or its matrix holds no whole numbers.
    ExpressionError
        A sample stands twice; on reading, if a count is negative.
    """

    def __init__(self, path: Path, setting: str) -> None:
        self.path, self._setting = path, setting
        with opened(path, setting) as file:
            genes, samples = fields_of(file, GENES), fields_of(file, SAMPLES)
            symbols = read_text(genes[name_of_ids(genes, GENE_IDS, path, setting)])
            self.samples = read_text(samples[name_of_ids(samples, SAMPLE_IDS, path, setting)])
            self.genes = pd.Index(symbols, dtype=object)
            self.single_cell = self._probabilities(samples.get(SINGLE_CELL))
            self._width = self._samples_in_chunk(file)
        names = pd.Index(self.samples, dtype=object)
        remedy = f"Keep one of each, or correct {setting}."
        check_unique(names, f"samples of {path}", ExpressionError, remedy)

    def bands(self, kept: np.ndarray) -> Iterator[pd.DataFrame]:
        """Yield the counts of some samples, each chunk of the file read once where bands hold it.

        Parameters
        ----------
        kept : array of bool, shape (samples,)

        Yields
        ------
        DataFrame, samples × genes
            Whole numbers, in the order of the file; bands without such a sample are passed by.
        """
        step = self._samples_in_band()
        with opened(self.path, self._setting) as file:
            for start in range(0, len(self.samples), step):
                band = slice(start, start + step)
                if kept[band].any():
                    values = file[MATRIX][:, band].T[kept[band]]
                    yield self._checked(values, self.samples[band][kept[band]])

    def _probabilities(self, field: h5py.Dataset | None) -> np.ndarray | None:
        if field is None or len(field) != len(self.samples):
            return None
        numbers = pd.to_numeric(pd.Series(read_text(field)), errors="coerce")
        return numbers.to_numpy(dtype=np.float64)

    def _samples_in_chunk(self, file: h5py.File) -> int:
        matrix, expected = file.get(MATRIX), (len(self.genes), len(self.samples))
        shape, kind = getattr(matrix, "shape", None), getattr(matrix, "dtype", None)
        if shape != expected or kind.kind not in "iu":
            raise TableError(
                f"{MATRIX} of {self.path} has shape {shape} and type {kind}; expected whole "
                f"counts, genes × samples {expected}. Fetch it again, or correct {self._setting}."
            )
        return matrix.chunks[1] if matrix.chunks else 1

    def _samples_in_band(self) -> int:
        fitting = max(1, BAND_VALUES // max(len(self.genes), 1))
        return max(fitting - fitting % self._width, min(fitting, self._width))

    def _checked(self, values: np.ndarray, samples: np.ndarray) -> pd.DataFrame:
        if values.size and values.min() < 0:
            sample = samples[(values < 0).any(axis=1)][0]
            raise ExpressionError(
                f"{self.path} holds counts below 0, first in sample {sample!r}. Fetch it again, or "
                f"correct {self._setting}."
            )
        return pd.DataFrame(values, samples, self.genes, copy=False)
