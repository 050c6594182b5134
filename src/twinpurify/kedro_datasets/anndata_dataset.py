"""A cohort as an h5ad file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro.io import AbstractDataset

from twinpurify.persistence import replacing

if TYPE_CHECKING:
    from anndata import AnnData


class AnnDataDataset(AbstractDataset["AnnData", "AnnData"]):
    """Saves and loads an AnnData as uncompressed h5ad, in one move.

    Parameters
    ----------
    filepath : str
        Where the file lies.
    metadata : dict, optional
        For Kedro plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> AnnData:
        """Read the whole file."""
        import anndata

        return anndata.read_h5ad(self._filepath)

    def save(self, data: AnnData) -> None:
        """Write beside the place and move there."""
        with replacing(self._filepath) as unfinished:
            data.write_h5ad(unfinished)

    def _exists(self) -> bool:
        return self._filepath.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}
