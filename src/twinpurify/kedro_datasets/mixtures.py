"""Mixtures of known proportions as a Kedro dataset."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro.io import AbstractDataset

if TYPE_CHECKING:
    from twinpurify.cohort.declaration.mixtures import MixtureSource
    from twinpurify.io.mixtures import MixtureTables


class MixturesDataset(AbstractDataset[Any, Any]):
    """Profiles and proportions of every mixture that ``conf/base/mixtures.yml`` names.

    Parameters
    ----------
    folder : path
        The run's folder of raw files.
    sources : mapping of str to MixtureSource
        Where each is below it.
    metadata : dict, optional
        For Kedro plugins, such as the layer in Kedro-Viz.
    """

    def __init__(
        self,
        *,
        folder: str | Path,
        sources: Mapping[str, MixtureSource],
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self._folder = Path(folder)
        self._sources = dict(sources)
        self.metadata = metadata or {"kedro-viz": {"layer": "raw"}}

    def load(self) -> dict[str, MixtureTables]:
        """Read the files, by the name of the mixture."""
        from twinpurify.io.mixtures import read_mixture

        return {
            name: read_mixture(name, source, self._folder) for name, source in self._sources.items()
        }

    def save(self, data: Any) -> None:
        """Refuse: these files are the user's own."""
        raise NotImplementedError("mixtures are only read")

    def _exists(self) -> bool:
        return all((self._folder / source.profiles).exists() for source in self._sources.values())

    def _describe(self) -> dict[str, Any]:
        return {"folder": str(self._folder), "mixtures": sorted(self._sources)}
