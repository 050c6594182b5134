"""Datasets that are a folder, or a folder of folders by key, replaced as a whole."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kedro.io import AbstractDataset


class FolderDataset(AbstractDataset[Any, Any]):
    """Saves and loads one object that knows how to save itself to a folder.

    Parameters
    ----------
    filepath : str
        Its folder.
    metadata : dict, optional
        For Kedro plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def _load_folder(self, folder: Path) -> Any:
        """Load what a folder holds."""
        raise NotImplementedError

    def load(self) -> Any:
        """Load it; the checksum is verified."""
        return self._load_folder(self._filepath)

    def save(self, data: Any) -> None:
        """Write the folder in one move."""
        data.save(self._filepath)

    def _save_folder(self, write: Callable[[Path], Any]) -> None:
        """Let a function write to a new folder, then move it into place."""
        from twinpurify.persistence import replace_folder

        self._filepath.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".unfinished.", dir=self._filepath.parent))
        try:
            write(fresh)
            fresh.chmod(0o755)
            replace_folder(fresh, self._filepath)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _exists(self) -> bool:
        return self._filepath.is_dir()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}


class FoldersDataset(FolderDataset):
    """Saves and loads such objects by key, such as one per split, a folder each.

    Parameters
    ----------
    filepath : str
        The folder of their folders.
    metadata : dict, optional
        For Kedro plugins, such as the layer in Kedro-Viz.
    """

    def load(self) -> dict[str, Any]:
        """Load all of the folder."""
        folders = sorted(path for path in self._filepath.iterdir() if path.is_dir())
        return {folder.name: self._load_folder(folder) for folder in folders}

    def save(self, data: dict[str, Any]) -> None:
        """Write all to a new folder, then move it into place."""
        self._save_folder(lambda folder: [one.save(folder / key) for key, one in data.items()])
