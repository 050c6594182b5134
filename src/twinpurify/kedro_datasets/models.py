"""Fitted methods as folders of safetensors and JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from twinpurify.kedro_datasets.folders import FolderDataset, FoldersDataset

if TYPE_CHECKING:
    from twinpurify.interface.embedding_method import EmbeddingMethod


class ModelDataset(FolderDataset):
    """Saves and loads one fitted method, on the CPU."""

    def _load_folder(self, folder: Path) -> EmbeddingMethod:
        from twinpurify.representation.registry import load_method

        return load_method(folder)


class ModelsDataset(FoldersDataset, ModelDataset):
    """Saves and loads fitted methods by key, such as one per split."""
