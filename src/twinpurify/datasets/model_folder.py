"""Fitted methods as folders of safetensors and JSON."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro.io import AbstractDataset

if TYPE_CHECKING:
    from twinpurify.training.method import EmbeddingMethod


class ModelDataset(AbstractDataset["EmbeddingMethod", "EmbeddingMethod"]):
    """Saves and loads one fitted method.

    Parameters
    ----------
    filepath : str
        The model's folder.
    metadata : dict, optional
        For Kedro plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> EmbeddingMethod:
        """Load on the CPU; the checksum is verified."""
        from twinpurify.representation.registry import load_method

        return load_method(self._filepath)

    def save(self, data: EmbeddingMethod) -> None:
        """Write the folder in one move."""
        data.save(self._filepath)

    def _exists(self) -> bool:
        return self._filepath.is_dir()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}


class ModelsDataset(AbstractDataset["dict[str, EmbeddingMethod]", "dict[str, EmbeddingMethod]"]):
    """Saves and loads fitted methods by key, one folder each, such as one per split.

    Parameters
    ----------
    filepath : str
        The folder of the models' folders.
    metadata : dict, optional
        For Kedro plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> dict[str, EmbeddingMethod]:
        """Load all models of the folder."""
        from twinpurify.representation.registry import load_method

        folders = sorted(path for path in self._filepath.iterdir() if path.is_dir())
        return {folder.name: load_method(folder) for folder in folders}

    def save(self, data: dict[str, EmbeddingMethod]) -> None:
        """Write all models to a new folder, then move it into place."""
        from twinpurify.persistence import replace_folder

        self._filepath.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".unfinished.", dir=self._filepath.parent))
        try:
            for key, method in data.items():
                method.save(fresh / key)
            fresh.chmod(0o755)
            replace_folder(fresh, self._filepath)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _exists(self) -> bool:
        return self._filepath.is_dir()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}
