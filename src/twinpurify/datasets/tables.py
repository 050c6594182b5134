"""Tables by name, as a folder of CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from twinpurify.datasets.folders import FolderDataset

if TYPE_CHECKING:
    import pandas as pd


class TablesDataset(FolderDataset):
    """Saves and loads tables by name, a CSV file each; the folder is replaced as a whole."""

    def _load_folder(self, folder: Path) -> dict[str, pd.DataFrame]:
        import pandas as pd

        return {path.stem: pd.read_csv(path) for path in sorted(folder.glob("*.csv"))}

    def save(self, data: dict[str, pd.DataFrame]) -> None:
        """Write all to a new folder, then move it into place."""
        self._save_folder(
            lambda folder: [
                table.to_csv(folder / f"{name}.csv", index=False) for name, table in data.items()
            ]
        )
