"""The user's own files as Kedro datasets, read as the cohort's definition declares them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro.io import AbstractDataset

from twinpurify.datasets.atomic import replacing

if TYPE_CHECKING:
    import pandas as pd

    from twinpurify.cohort.source_settings import ExpressionTable, SampleTable


class _RawTableDataset(AbstractDataset["pd.DataFrame", "pd.DataFrame"]):
    """What both raw tables share; saving serves the simulated cohort alone."""

    def __init__(
        self,
        *,
        filepath: str | Path,
        table: ExpressionTable | SampleTable,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self._filepath = Path(filepath)
        self._table = table
        self.metadata = metadata or {"kedro-viz": {"layer": "raw"}}

    def save(self, data: pd.DataFrame) -> None:
        """Write beside the place and move there."""
        with replacing(self._filepath) as unfinished:
            if self._filepath.suffix == ".parquet":
                data.to_parquet(unfinished)
            else:
                data.to_csv(unfinished, index=False)

    def _exists(self) -> bool:
        return self._filepath.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath), "table": self._table.model_dump()}


class ExpressionDataset(_RawTableDataset):
    """The expression matrix, samples × genes after loading whatever its orientation."""

    def load(self) -> pd.DataFrame:
        """Read the matrix as its definition declares it."""
        from twinpurify.io.tabular import read_expression

        return read_expression(self._filepath, self._table)


class SampleSheetDataset(_RawTableDataset):
    """The sample sheet, all columns as text, by sample id."""

    def load(self) -> pd.DataFrame:
        """Read the sheet as its definition declares it."""
        from twinpurify.io.tabular import read_sample_sheet

        return read_sample_sheet(self._filepath, self._table)
