"""Tables by name, as a folder of CSV files."""

from pathlib import Path
from typing import TYPE_CHECKING, NewType

from twinpurify.kedro_datasets.folders import FolderDataset

if TYPE_CHECKING:
    import pandas as pd

# Kedro-Viz chooses the widget by the name of this annotation, which must not be a string.
TablePreview = NewType("TablePreview", dict)


class TablesDataset(FolderDataset):
    """Saves and loads tables by name, a CSV file each; the folder is replaced as a whole."""

    def _load_folder(self, folder: Path) -> "dict[str, pd.DataFrame]":
        import pandas as pd

        return {path.stem: pd.read_csv(path) for path in sorted(folder.glob("*.csv"))}

    def save(self, data: "dict[str, pd.DataFrame]") -> None:
        """Write all to a new folder, then move it into place."""
        self._save_folder(
            lambda folder: [
                table.to_csv(folder / f"{name}.csv", index=False) for name, table in data.items()
            ]
        )

    def preview(self) -> TablePreview:
        """Tell Kedro-Viz which tables there are, how long they are, and their columns."""
        rows = [[name, len(table), ", ".join(table.columns)] for name, table in self.load().items()]
        columns = ["table", "rows", "columns"]
        return TablePreview({"index": list(range(len(rows))), "columns": columns, "data": rows})
