"""Settings of the sources of a cohort: where matrix and sample sheet are, and their shape."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from twinpurify.cohort.declaration.base import Settings, cuts_out

TableFormat = Literal["auto", "parquet", "feather", "csv", "tsv"]
_WithSheet = Literal["gct", "h5ad", "series_matrix", "xena", "cbioportal", "gdc"]
ExpressionFormat = Literal[
    TableFormat, _WithSheet, "salmon", "kallisto", "rsem", "recount3", "archs4"
]
SampleFormat = Literal[TableFormat, _WithSheet, "archs4"]
Orientation = Literal["samples_in_rows", "genes_in_rows"]


class TableFile(Settings):
    """A plain table beside the matrix.

    Parameters
    ----------
    path : str
        File, relative to the run's `raw` folder.
    format : {'auto', 'parquet', 'feather', 'csv', 'tsv'}
        ``auto`` goes by the file's name and content.
    """

    path: str
    format: TableFormat = "auto"


class IdTable(TableFile):
    """A table that translates identifiers: transcript to gene, probe to gene, alias to symbol.

    Parameters
    ----------
    path, format
        As of `TableFile`.
    from_column, to_column : str
        Columns of the known identifiers and of those that they become.
    separator : str, optional
        What separates several identifiers in one cell, for example ``|`` or ``///``.
    """

    from_column: str
    to_column: str
    separator: str | None = None


class ExpressionTable(Settings):
    """Where the expression matrix is and how it is laid out.

    Parameters
    ----------
    path : str
        File or folder, relative to the run's `raw` folder.
    format : str
        One of the formats of ``docs/formats``; ``auto`` looks at the file or folder.
    orientation : {'samples_in_rows', 'genes_in_rows'}, optional
        What a row of a table is; needed for parquet, feather, csv and tsv alone.
    id_column : str, optional
        Column that names the rows; by default the parquet's index, else the first column.
    drop_columns : list of str
        Columns that are neither the id nor expression.
    annotation_columns : list of str
        Columns that describe the genes of a table with genes in rows; they are kept in ``var``.
    values : str, optional
        Which values are taken where the source has several: a column of GDC files
        (``unstranded``, ``tpm_unstranded``, …) or of quantifications (``counts``, ``tpm``), a
        layer of an h5ad file, a file of a cBioPortal study, a dataset of an HDF5 file.
    samples : str, optional
        File below `raw` with the ids of the samples to take, one a line, of an HDF5 file that
        holds more of them than are wanted.
    transcripts : IdTable, optional
        Transcript to gene, for quantifications of transcripts.
    """

    path: str
    format: ExpressionFormat = "auto"
    orientation: Orientation | None = None
    id_column: str | None = None
    drop_columns: list[str] = Field(default=[])
    annotation_columns: list[str] = Field(default=[])
    values: str | None = None
    samples: str | None = None
    transcripts: IdTable | None = None

    @model_validator(mode="after")
    def _annotation_describes_rows(self) -> ExpressionTable:
        if self.annotation_columns and self.orientation == "samples_in_rows":
            raise ValueError(
                "annotation_columns describe genes, so they need orientation genes_in_rows; "
                "columns that describe samples belong in the sample sheet, or in drop_columns"
            )
        return self


class JoinedTable(TableFile):
    """A further table about the samples or their patients, joined to the sample sheet.

    Parameters
    ----------
    path, format
        As of `TableFile`.
    id_column : str, optional
        Column of the further table that is looked up; by default its first.
    sheet_column : str, optional
        Column of the sheet with the same ids; by default the sample ids.
    id_pattern : str, optional
        Regular expression with one group, which cuts the id to look up out of that of the sheet.
    repeated : {'error', 'first'}
        What becomes of several rows of one id in the further table.
    columns : list of str
        Its columns that are joined; all by default.
    prefix : str
        Put before the names of its columns, where both tables have one of that name.
    """

    id_column: str | None = None
    sheet_column: str | None = None
    id_pattern: Annotated[str, cuts_out("the id")] | None = None
    repeated: Literal["error", "first"] = "error"
    columns: list[str] = Field(default=[])
    prefix: str = ""


class SampleTable(Settings):
    """Where the sample sheet is; it has one row a sample.

    Parameters
    ----------
    path : str, optional
        File or folder, relative to the run's `raw` folder; by default that of the expression
        matrix, whose format then must carry a sheet.
    format : str
        As for the expression matrix.
    id_column : str, optional
        Column with the sample ids of the expression matrix; by default the parquet's index, else
        the first column.
    samples : str, optional
        As for the expression matrix, which says it for a sheet that comes with it.
    join : list of JoinedTable
        Further tables, joined in their order.
    keep : dict of str to list of str
        Column of the sheet to the values whose rows are kept; all of several columns must agree.
    ids_only : bool
        There is no sheet: the ids of the matrix are all that is known of the samples, but for
        the joined tables.
    """

    path: str | None = None
    format: SampleFormat = "auto"
    id_column: str | None = None
    samples: str | None = None
    join: list[JoinedTable] = Field(default=[])
    keep: dict[str, list[str]] = Field(default={})
    ids_only: bool = False

    @model_validator(mode="after")
    def _no_sheet_has_no_path(self) -> SampleTable:
        if self.ids_only and self.path is not None:
            raise ValueError("ids_only says that there is no sheet, and path names one: drop one")
        return self


class GeneSettings(Settings):
    """How the identifiers of the matrix become approved gene symbols.

    Parameters
    ----------
    id_type : {'auto', 'symbol', 'ensembl', 'entrez', 'probe'}
        What the identifiers are; ``auto`` looks at them, and the log says what was found.
    symbol_column : str, optional
        Column of the matrix's own annotation that holds the symbols.
    map : IdTable, optional
        Identifier to symbol, for matrices of Ensembl, Entrez or probe ids.
    aliases : IdTable, optional
        Outdated and alias symbols to approved ones.
    collapse : {'auto', 'sum', 'max_mean', 'mean', 'error'}
        What becomes of several rows of one gene; ``auto`` sums what counts molecules, and keeps
        the row of the largest mean of arrays and ratios.
    par_y : {'drop', 'sum'}
        What becomes of the copies on Y of the pseudo-autosomal genes (``_PAR_Y``, ``ENSGR…``).
    missing : {'error', 'drop'}
        What becomes of a gene that lacks a value in some sample; one without any value is
        dropped in any case.
    """

    id_type: Literal["auto", "symbol", "ensembl", "entrez", "probe"] = "auto"
    symbol_column: str | None = None
    map: IdTable | None = None
    aliases: IdTable | None = None
    collapse: Literal["auto", "sum", "max_mean", "mean", "error"] = "auto"
    par_y: Literal["drop", "sum"] = "drop"
    missing: Literal["error", "drop"] = "error"


class MarkerGenes(Settings):
    """Genes of which it is known on which side they are high; the quality page looks at them.

    Parameters
    ----------
    tumour, normal : list of str
        Symbols.
    """

    tumour: list[str] = Field(default=[])
    normal: list[str] = Field(default=[])
