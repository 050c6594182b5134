"""The gene sets of a run as a Kedro dataset."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro.io import AbstractDataset

if TYPE_CHECKING:
    import pandas as pd

    from twinpurify.cohort.declaration.gene_sets import GeneSetCollection


class GeneSetsDataset(AbstractDataset[Any, Any]):
    """The collections of gene sets whose files are there.

    Parameters
    ----------
    folder : path
        The run's folder of raw files.
    collections : mapping of str to GeneSetCollection
        Where each is below it, and how it is laid out.
    metadata : dict, optional
        For Kedro plugins, such as the layer in Kedro-Viz.
    """

    def __init__(
        self,
        *,
        folder: str | Path,
        collections: Mapping[str, GeneSetCollection],
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self._folder = Path(folder)
        self._collections = dict(collections)
        self.metadata = metadata or {"kedro-viz": {"layer": "raw"}}

    def load(self) -> pd.DataFrame:
        """Read the collections as the parameters declare them."""
        from twinpurify.io.gene_sets import read_gene_sets

        return read_gene_sets(self._collections, self._folder)

    def save(self, data: pd.DataFrame) -> None:
        """Refuse: these files are the user's own."""
        raise NotImplementedError("gene sets are only read")

    def _exists(self) -> bool:
        return True

    def _describe(self) -> dict[str, Any]:
        return {"folder": str(self._folder), "collections": sorted(self._collections)}
