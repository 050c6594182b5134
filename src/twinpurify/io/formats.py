"""The formats that can be read, and how one is told from another."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from twinpurify.errors import TableError
from twinpurify.io.files.contents import refuse_foreign

if TYPE_CHECKING:
    import pandas as pd

    from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
    from twinpurify.io.raw_expression import RawExpression

# In the order in which they are asked: what is told by content stands before what is told by the
# ending of a name alone.
READERS = {
    "series_matrix": "twinpurify.io.geo.series_matrix",
    "gct": "twinpurify.io.gct",
    "xena": "twinpurify.io.xena",
    "h5ad": "twinpurify.io.hdf5.h5ad",
    "archs4": "twinpurify.io.hdf5.archs4",
    "recount3": "twinpurify.io.hdf5.recount3",
    "gdc": "twinpurify.io.gdc.counts",
    "cbioportal": "twinpurify.io.cbioportal.study",
    "salmon": "twinpurify.io.per_sample.salmon",
    "kallisto": "twinpurify.io.per_sample.kallisto",
    "rsem": "twinpurify.io.per_sample.rsem",
    "parquet": "twinpurify.io.tables.tabular",
    "feather": "twinpurify.io.tables.tabular",
    "csv": "twinpurify.io.tables.tabular",
    "tsv": "twinpurify.io.tables.tabular",
}


class Reader(Protocol):
    """A module that reads one format (or, of tables, a few).

    ``read_samples`` is there where the format carries a sample sheet. What a file has wrong is a
    `TableError` or an `ExpressionError`, of its sheet a `SampleSheetError`; what a setting has
    wrong is a `ConfigurationError`.
    """

    def recognize(self, path: Path) -> dict[str, str]:
        """Tell the formats that a file or folder may be.

        Parameters
        ----------
        path : Path
            Any file or folder; it may not even exist.

        Returns
        -------
        dict
            Format -> the reason; empty when it is none of the reader's.
        """

    def read_expression(self, path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
        """Read the matrix and what the source says of its genes.

        Parameters
        ----------
        path : Path
            The file or folder, packed or not.
        table : ExpressionTable
            What the cohort's definition says of it; a reader has a use for some of it.
        folder : Path
            The run's `raw` folder, to which further paths within `table` are relative.

        Returns
        -------
        RawExpression
            samples × genes in the unit of the source, NaN where missing.
        """

    def read_samples(self, path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
        """Read the sample sheet.

        Parameters
        ----------
        path, folder
            As of the matrix.
        table : SampleTable
            What the cohort's definition says of it; ``id_column`` names the samples.

        Returns
        -------
        DataFrame
            Text, NaN where missing, indexed by sample id.
        """


def reader_of(name: str) -> Reader:
    """Load the reader of the format `name`; only then are its libraries imported."""
    return import_module(READERS[name])


def detect_format(path: Path, setting: str) -> tuple[str, str]:
    """Tell the format of a file or folder by what is in it.

    Parameters
    ----------
    path : Path
        An existing file or folder.
    setting : str
        Section of the cohort's definition that names it, for messages.

    Returns
    -------
    str
        Name of the format.
    str
        Why it is taken for that.

    Raises
    ------
    TableError
        No format fits, or it is what commonly stands in the place of data, such as a web page.
    """
    refuse_foreign(path, setting)
    for module in dict.fromkeys(READERS.values()):
        found = import_module(module).recognize(path)
        if found:
            return next(iter(found.items()))
    what = "folder" if path.is_dir() else "file"
    raise TableError(
        f"The format of the {what} {path} can't be told by its name or its content. Set "
        f"{setting}.format to one of {', '.join(READERS)}, or save it as one of these."
    )
