"""Normalisation from file to file, for cohorts that don't fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import TableError
from twinpurify.normalization.cohorts import batches, fit_normalizer, new_uns
from twinpurify.normalization.normalizer import Normalizer
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.normalization.steps.blocks import Blocks
from twinpurify.persistence import replacing

if TYPE_CHECKING:
    from anndata import AnnData


def fit_normalizer_on_file(source: Path, settings: NormalizationSettings) -> Normalizer:
    """Fit the steps on the tumours of an h5ad file, a few samples at a time.

    All tumours are used, and what is fitted is what `fit_normalizer` gives in memory. Steps read
    the file as often as they need: once for each of most steps, three times for TMM. Two steps
    hold the tumours' matrix in memory nonetheless: `combat`, in float64, and `standardize` with a
    robust spread, in float32.

    Parameters
    ----------
    source : Path
        A cohort of training patients.
    settings : NormalizationSettings
        The steps.

    Returns
    -------
    Normalizer
        Fitted.

    Raises
    ------
    TableError
        If the file can't be read.
    """
    with _opened(source) as cohort:
        return fit_normalizer(cohort, settings)


def normalize_file(
    source: Path, target: Path, normalizer: Normalizer, rows: int | None = None
) -> None:
    """Transform all samples of an h5ad file into another, a few at a time.

    Parameters
    ----------
    source : Path
        Cohort in the unit of ``uns["unit"]``.
    target : Path
        Where the normalised cohort goes, uncompressed; a file that is there is replaced once the
        new one is whole.
    normalizer : Normalizer
        Fitted.
    rows : int, optional
        Samples at a time; by default as many as make 32 MB. The result is the same for any.

    Raises
    ------
    TableError
        If the source can't be read, or the target is the source.
    """
    source, target = Path(source), Path(target)
    if target.exists() and target.samefile(source):
        raise TableError(f"{target} is read and can't be written over; name another target")
    with replacing(target) as unfinished, _opened(source) as cohort:
        _write(cohort, unfinished, normalizer, rows)


@contextmanager
def _opened(source: Path) -> Iterator[AnnData]:
    """Open an h5ad file without reading its matrix."""
    import anndata

    try:
        cohort = anndata.read_h5ad(source, backed="r")
    except (OSError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise TableError(f"the cohort {source} can't be read as h5ad: {error}") from None
    try:
        if "unit" not in cohort.uns or "tissue" not in cohort.obs:
            raise TableError(
                f"{source} is no cohort of TwinPurify: it lacks uns['unit'] or obs['tissue']"
            )
        yield cohort
    finally:
        cohort.file.close()


def _write(cohort: AnnData, target: Path, normalizer: Normalizer, rows: int | None) -> None:
    """Write everything but the matrix, then the matrix block by block."""
    import h5py
    from anndata import AnnData

    unit = Unit(**cohort.uns["unit"])
    blocks = Blocks.of_cohort(cohort, np.arange(cohort.n_obs), rows)
    profiles = normalizer.transformed_blocks(blocks, unit, batch=batches(cohort))
    AnnData(
        obs=cohort.obs.copy(),
        var=cohort.var.loc[profiles.genes].copy(),
        uns=new_uns(cohort, normalizer.unit_after(unit), normalizer.history(unit)),
        obsm={key: np.array(cohort.obsm[key]) for key in cohort.obsm},
    ).write_h5ad(target)
    with h5py.File(target, "r+") as file:
        _write_matrix(file, profiles)


def _write_matrix(file: Any, profiles: Blocks) -> None:
    """Write X as anndata stores a dense matrix."""
    if "X" in file:
        del file["X"]
    shape = (len(profiles), len(profiles.genes))
    matrix = file.create_dataset("X", shape, dtype=np.float32)
    matrix.attrs.update({"encoding-type": "array", "encoding-version": "0.2.0"})
    start = 0
    for block in profiles:
        matrix[start : start + len(block)] = block.to_numpy(dtype=np.float32)
        start += len(block)
