"""Fitted normalisers as folders of safetensors and JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from twinpurify.kedro_datasets.folders import FolderDataset, FoldersDataset

if TYPE_CHECKING:
    from twinpurify.normalization.normalizer import Normalizer


class NormalizerDataset(FolderDataset):
    """Saves and loads one fitted normaliser."""

    def _load_folder(self, folder: Path) -> Normalizer:
        from twinpurify.normalization.normalizer import load_normalizer

        return load_normalizer(folder)


class NormalizersDataset(FoldersDataset, NormalizerDataset):
    """Saves and loads fitted normalisers by key, such as one per split."""
