"""Profiles of an AnnData whose matrix lies in a file, read a few samples at a time."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from twinpurify.errors import ExpressionError
from twinpurify.interface.profiles import as_profiles, select_genes, unique_genes

VALUES_PER_READ = 2**22
# So many rows of a file describe it where a computation needs them all at once.
SAMPLE_ROWS = 2048
Place = TypeVar("Place")
Found = TypeVar("Found")


def is_stored(X: Any) -> bool:
    """Tell whether the matrix of an AnnData is in a file: backed, or as a lazy array."""
    if getattr(X, "isbacked", False):
        return True
    return hasattr(X, "obs_names") and hasattr(X.X, "chunks")


class StoredProfiles:
    """Reads profiles from an AnnData that was opened and not loaded, checked as in memory.

    Parameters
    ----------
    X : AnnData
        ``anndata.read_h5ad(path, backed="r")``, a view of it, or one with an array of zarr or
        dask; dense or sparse; log2(x + 1).
    genes : array of str, optional
        Genes that are wanted, in order; all by default.

    Raises
    ------
    ExpressionError
        If there are no samples or genes, or a gene is doubled; on reading, if a block holds what
        no profile holds.
    GeneMismatchError
        On reading, if a gene is missing.
    """

    def __init__(self, X: Any, genes: np.ndarray | None = None) -> None:
        if 0 in X.shape:
            raise ExpressionError(f"expected samples × genes, found an empty table {X.shape}")
        self.columns = unique_genes(X.var_names)
        self.genes = self.columns.to_numpy(dtype=object) if genes is None else genes
        self._whole, self._places = X, np.arange(X.shape[0])
        if getattr(X, "isbacked", False) and X.is_view:
            # anndata makes no view of a view of a file: blocks are cut from the file itself.
            self._whole = X._adata_ref
            self._places = np.arange(self._whole.shape[0])[X._oidx]

    def __len__(self) -> int:
        """Count the samples."""
        return len(self._places)

    @property
    def shape(self) -> tuple[int, int]:
        """Count samples and genes."""
        return len(self), len(self.genes)

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield all profiles in order, a few samples at a time."""
        step = max(1, VALUES_PER_READ // max(self._whole.shape[1], 1))
        starts = range(0, len(self), step)
        return read_ahead(self.read, (slice(start, start + step) for start in starts))

    def read(self, rows: slice) -> np.ndarray:
        """Read consecutive samples, float32, shape (samples, genes)."""
        places = self._places[rows]
        is_run = (np.diff(places) == 1).all()
        # A run of rows is read at one go, rows by number one by one.
        block = self._whole[slice(places[0], places[-1] + 1) if is_run else places]
        values = block.X
        if hasattr(values, "compute"):
            # Of dask; in this thread, whatever scheduler the process has for its fits.
            values = values.compute(scheduler="synchronous")
        if hasattr(values, "toarray"):
            values = values.toarray()
        table = pd.DataFrame(np.asarray(values), index=block.obs_names, columns=block.var_names)
        return select_genes(as_profiles(table), self.genes)

    def rows(self, chosen: Any) -> Any:
        """Read samples by number into a tensor; consecutive ones are read at once."""
        import torch

        chosen = np.asarray(chosen)
        values, filled = np.empty((len(chosen), len(self.genes)), np.float32), 0
        for run in np.split(chosen, np.flatnonzero(np.diff(chosen) != 1) + 1):
            values[filled : filled + len(run)] = self.read(slice(run[0], run[-1] + 1))
            filled += len(run)
        return torch.from_numpy(values)

    def sample(self, seed: int) -> np.ndarray:
        """Read some samples of all of the file, in its order, shape (samples, genes)."""
        import torch

        generator = torch.Generator().manual_seed(seed)
        chosen = torch.randperm(len(self), generator=generator)[:SAMPLE_ROWS]
        return self.rows(chosen.sort().values).numpy()


def gene_moments(blocks: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Compute mean and standard deviation of each gene in one pass, merging those of blocks.

    Parameters
    ----------
    blocks : iterable of array, shape (samples, genes)

    Returns
    -------
    mean, standard deviation : array, shape (genes,), float64
        The latter without the correction for a sample.

    References
    ----------
    Chan, Golub & LeVeque 1983, doi:10.1080/00031305.1983.10483115.
    """
    n, mean, squares = 0, np.zeros(1), np.zeros(1)
    for block in blocks:
        own = block.mean(axis=0, dtype=np.float64)
        apart, n = own - mean, n + len(block)
        share = len(block) / n
        mean = mean + apart * share
        squares = squares + np.square(block - own).sum(axis=0)
        squares = squares + np.square(apart) * (n - len(block)) * share
    return mean, np.sqrt(squares / n)


def read_ahead(read: Callable[[Place], Found], places: Iterable[Place]) -> Iterator[Found]:
    """Read one place after the other in a thread, one ahead of what is in use."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        coming: Future[Found] | None = None
        for place in places:
            ready, coming = coming, pool.submit(read, place)
            if ready is not None:
                yield ready.result()
                # Else the profiles before would stay until those after the next are there.
                del ready
        if coming is not None:
            yield coming.result()
