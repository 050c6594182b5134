"""What questions need beyond the cohort, as a folder of parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from twinpurify.kedro_datasets.folders import FolderDataset
from twinpurify.kedro_datasets.profile_tables import read_tables, write_tables

if TYPE_CHECKING:
    from twinpurify.evaluation.known_truths.resources import Resources

FOREIGN, REFERENCE = "foreign", "reference_normals"


class ResourcesDataset(FolderDataset):
    """Saves and loads truth, gene sets and tissue of others; the folder is replaced as a whole."""

    def _load_folder(self, folder: Path) -> Resources:
        import pandas as pd

        from twinpurify.evaluation.known_truths.resources import Resources

        truth, purity = folder / "truth.parquet", folder / "true_purity.parquet"
        return Resources(
            truth=pd.read_parquet(truth) if truth.exists() else None,
            true_purity=pd.read_parquet(purity).iloc[:, 0] if purity.exists() else None,
            gene_sets=pd.read_parquet(folder / "gene_sets.parquet"),
            foreign={
                path.stem.partition(".")[2]: pd.read_parquet(path)
                for path in sorted((folder / FOREIGN).glob("*.parquet"))
            },
            reference_normals=read_tables(folder / REFERENCE),
        )

    def save(self, data: Resources) -> None:
        """Write all to a new folder, then move it into place."""

        def write(folder: Path) -> None:
            if data.truth is not None:
                data.truth.to_parquet(folder / "truth.parquet")
            if data.true_purity is not None:
                data.true_purity.to_frame("purity").to_parquet(folder / "true_purity.parquet")
            data.gene_sets.to_parquet(folder / "gene_sets.parquet")
            (folder / FOREIGN).mkdir()
            # Their order has a meaning: tasks of the first cohort don't carry its name.
            for position, (name, profiles) in enumerate(data.foreign.items()):
                profiles.to_parquet(folder / FOREIGN / f"{position:03d}.{name}.parquet")
            (folder / REFERENCE).mkdir()
            write_tables(folder / REFERENCE, data.reference_normals)

        self._save_folder(write)
