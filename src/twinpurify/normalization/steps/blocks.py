"""Profiles in blocks of rows, as often as one asks, so that a cohort needn't fit into memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from twinpurify.errors import ExpressionError

if TYPE_CHECKING:
    from anndata import AnnData

# 32 MB in float64: large enough for numpy, small beside any cohort.
VALUES_IN_BLOCK = 2**22
MOST_ROWS = 256
# 128 MB in float64; up to this size, what is asked for repeatedly is computed once.
HELD_VALUES = 2**24

Change = Callable[[pd.DataFrame], pd.DataFrame]


class Blocks:
    """A matrix samples × genes that is read, and changed, a few rows at a time in float64.

    Parameters
    ----------
    read : callable
        Takes a slice or ascending positions of rows and returns them, dense or sparse.
    samples : Index
        Names of the rows.
    genes : Index
        Names of the columns that come out.
    rows : array of int
        Positions of the samples in what is read.
    changes : tuple of callable
        What every block goes through, DataFrame to DataFrame.
    source_genes : Index
        Names of the columns that are read.
    size : int, optional
        Samples in a block; by default as many as make 32 MB.
    """

    def __init__(
        self,
        read: Callable[[slice | np.ndarray], np.ndarray],
        samples: pd.Index,
        genes: pd.Index,
        rows: np.ndarray,
        changes: tuple[Change, ...] = (),
        source_genes: pd.Index | None = None,
        size: int | None = None,
    ) -> None:
        self.samples, self.genes = samples, genes
        self._read, self._rows, self._changes = read, rows, changes
        self._source_genes = genes if source_genes is None else source_genes
        self._size = size or rows_in_block(len(self._source_genes))

    @classmethod
    def of(cls, X: pd.DataFrame | Blocks) -> Self:
        """Read a table in blocks; blocks are returned as they are."""
        if isinstance(X, cls):
            return X
        return cls(lambda rows: X.iloc[rows].to_numpy(), X.index, X.columns, np.arange(len(X)))

    @classmethod
    def of_cohort(cls, cohort: AnnData, rows: np.ndarray, size: int | None = None) -> Self:
        """Read some rows of a cohort, which may be a view or backed by a file."""
        whole = None if cohort.is_view else cohort.X

        def read(chosen: slice | np.ndarray) -> np.ndarray:
            return cohort[chosen].X if whole is None else whole[chosen]

        return cls(read, cohort.obs_names[rows], cohort.var_names, rows, size=size)

    def __len__(self) -> int:
        """Count the samples."""
        return len(self.samples)

    def __iter__(self) -> Iterator[pd.DataFrame]:
        """Read all samples, some rows at a time.

        Raises
        ------
        ExpressionError
            If the matrix holds text.
        """
        for start in range(0, len(self), self._size):
            yield self._block(start, start + self._size)

    def _block(self, start: int, stop: int) -> pd.DataFrame:
        rows = self._rows[start:stop]
        # A slice is a view, where positions would be a copy.
        at_once = rows[-1] - rows[0] == len(rows) - 1
        values = self._read(slice(int(rows[0]), int(rows[-1]) + 1) if at_once else rows)
        values = values.toarray() if hasattr(values, "toarray") else np.asarray(values)
        try:
            # By rows in memory: the sum over a sample is then the same in any batch.
            values = np.ascontiguousarray(values, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise ExpressionError(f"the expression holds text values: {error}") from None
        block = pd.DataFrame(values, self.samples[start:stop], self._source_genes)
        for change in self._changes:
            block = change(block).astype(np.float64, copy=False)
        return block

    def map(self, change: Change, genes: pd.Index) -> Blocks:
        """Let every block go through a change, whenever it is read, that leaves these genes."""
        return self._like(self.samples, genes, self._rows, (*self._changes, change))

    def _like(
        self, samples: pd.Index, genes: pd.Index, rows: np.ndarray, changes: tuple[Change, ...]
    ) -> Blocks:
        """Read from the same source."""
        source, size = self._source_genes, self._size
        return Blocks(self._read, samples, genes, rows, changes, source, size)

    def only(self, number: int) -> Blocks:
        """Keep a single sample."""
        rows, sample = self._rows[[number]], self.samples[[number]]
        return self._like(sample, self.genes, rows, self._changes)

    def held(self) -> Blocks:
        """Compute all blocks now if they are small, since several steps may ask for them."""
        if not self._changes or len(self) * len(self.genes) > HELD_VALUES:
            return self
        return Blocks.of(self.to_frame(np.float64))

    def to_frame(self, dtype: type = np.float32) -> pd.DataFrame:
        """Put all blocks into one table."""
        values = np.empty((len(self), len(self.genes)), dtype=dtype)
        start = 0
        for block in self:
            values[start : start + len(block)] = block.to_numpy()
            start += len(block)
        return pd.DataFrame(values, self.samples, self.genes)


def rows_in_block(n_genes: int) -> int:
    """Choose how many rows of so many genes are computed at once."""
    return int(np.clip(VALUES_IN_BLOCK // max(n_genes, 1), 1, MOST_ROWS))


def moments(rows: Blocks) -> tuple[np.ndarray, np.ndarray]:
    """Compute mean and variance of each gene; the variance of a constant gene is exactly 0.

    Parameters
    ----------
    rows : Blocks
        Samples × genes.

    Returns
    -------
    array, shape (genes,)
        Mean.
    array, shape (genes,)
        Variance, with the number of samples as denominator.
    """
    origin, total, squares = None, 0.0, 0.0
    for block in rows:
        values = block.to_numpy()
        # Distances from the first sample: sums of squares of the values themselves would cancel.
        origin = values[0].copy() if origin is None else origin
        distance = values - origin
        total = total + distance.sum(axis=0)
        squares = squares + np.square(distance).sum(axis=0)
    shift = total / len(rows)
    return origin + shift, np.maximum(squares / len(rows) - shift**2, 0.0)
