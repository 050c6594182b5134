"""Tables of profiles by key, as a folder of parquet files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from twinpurify.kedro_datasets.folders import FolderDataset

if TYPE_CHECKING:
    import pandas as pd


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Read all tables of a folder, by the names of their files; none where it doesn't exist."""
    import pandas as pd

    return {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables into a folder, a parquet file each."""
    for key, table in tables.items():
        table.to_parquet(folder / f"{key}.parquet")


class ProfileTablesDataset(FolderDataset):
    """Saves and loads profiles by key, such as one per split; the folder is replaced as a whole."""

    def _load_folder(self, folder: Path) -> dict[str, pd.DataFrame]:
        return read_tables(folder)

    def save(self, data: Mapping[str, pd.DataFrame]) -> None:
        """Write all to a new folder, then move it into place."""
        self._save_folder(lambda folder: write_tables(folder, data))
