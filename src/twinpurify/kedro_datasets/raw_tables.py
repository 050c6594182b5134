"""The user's own files as Kedro datasets, read as the cohort's definition declares them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro.io import AbstractDataset

from twinpurify.persistence import replacing

if TYPE_CHECKING:
    import pandas as pd

    from twinpurify.cohort.declaration.sources import ExpressionTable, GeneSettings, SampleTable
    from twinpurify.cohort.genes.to_symbols import GeneTables
    from twinpurify.io.raw_expression import RawExpression


class _RawDataset(AbstractDataset[Any, Any]):
    """What the raw tables share; saving serves the simulated cohort alone.

    Parameters
    ----------
    folder : path
        The run's folder of raw files; the paths of the settings are relative to it.
    path : str
        The source below it, for the record.
    """

    def __init__(self, folder: str | Path, path: str, metadata: dict[str, Any] | None) -> None:
        self._folder = Path(folder)
        self._filepath = self._folder / path
        self.metadata = metadata or {"kedro-viz": {"layer": "raw"}}

    def save(self, data: pd.DataFrame) -> None:
        """Write beside the place and move there."""
        from twinpurify.io.cohort_files import write_raw_table

        with replacing(self._filepath) as unfinished:
            write_raw_table(data, unfinished)

    def _exists(self) -> bool:
        return self._filepath.exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}


class ExpressionDataset(_RawDataset):
    """The expression matrix, samples × genes after loading whatever its format.

    Parameters
    ----------
    folder : path
        The run's folder of raw files.
    table : ExpressionTable
        Where the matrix is below it, and how it is laid out.
    metadata : dict, optional
        For Kedro plugins, such as the layer in Kedro-Viz.
    """

    def __init__(
        self,
        *,
        folder: str | Path,
        table: ExpressionTable,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(folder, table.path, metadata)
        self._table = table

    def load(self) -> RawExpression:
        """Read the matrix as its definition declares it."""
        from twinpurify.io.reading import read_expression

        return read_expression(self._table, self._folder)


class SampleSheetDataset(_RawDataset):
    """The sample sheet, all columns as text, by sample id.

    Parameters
    ----------
    folder : path
        The run's folder of raw files.
    samples : SampleTable
        Where the sheet is below it.
    expression : ExpressionTable
        The matrix, which may carry the sheet.
    metadata : dict, optional
        For Kedro plugins, such as the layer in Kedro-Viz.
    """

    def __init__(
        self,
        *,
        folder: str | Path,
        samples: SampleTable,
        expression: ExpressionTable,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(folder, samples.path or expression.path, metadata)
        self._samples = samples
        self._expression = expression

    def load(self) -> pd.DataFrame:
        """Read the sheet as its definition declares it."""
        from twinpurify.io.reading import read_sample_sheet

        return read_sample_sheet(self._samples, self._expression, self._folder)


class GeneTablesDataset(_RawDataset):
    """The user's tables of gene identifiers and aliases; none where none are named.

    Parameters
    ----------
    folder : path
        The run's folder of raw files.
    genes : GeneSettings
        Which tables there are.
    metadata : dict, optional
        For Kedro plugins, such as the layer in Kedro-Viz.
    """

    def __init__(
        self,
        *,
        folder: str | Path,
        genes: GeneSettings,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        named = [table.path for table in (genes.map, genes.aliases) if table is not None]
        super().__init__(folder, named[0] if named else ".", metadata)
        self._genes = genes

    def load(self) -> GeneTables:
        """Read the tables that the definition names."""
        from twinpurify.io.cohort_files import read_gene_tables

        return read_gene_tables(self._genes, self._folder)

    def save(self, data: GeneTables) -> None:
        """Refuse: these tables are the user's own."""
        raise NotImplementedError("tables of gene identifiers are only read")
