"""The matrix and the sample sheet of a cohort, read as its definition declares them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import ConfigurationError, TableError
from twinpurify.io.files.locations import locate
from twinpurify.io.formats import detect_format, reader_of
from twinpurify.io.raw_expression import RawExpression
from twinpurify.io.tables.sheets import check_sheet, join_tables
from twinpurify.io.tables.tabular import TABLE_FORMATS

# Their readers read sheets, too, but from a file of its own.
WITHOUT_SHEET = (*TABLE_FORMATS, "xena")
QUANTIFIERS = ("salmon", "kallisto", "rsem")
ARCHIVES = ("recount3", "archs4")
# Settings that only some formats have a use for.
USED_BY = {
    "values": ("cbioportal", "gdc", "h5ad", *QUANTIFIERS, *ARCHIVES),
    "samples": ARCHIVES,
    "transcripts": QUANTIFIERS,
}


def read_expression(table: ExpressionTable, folder: Path) -> RawExpression:
    """Read the expression matrix of a cohort, whatever its format.

    Parameters
    ----------
    table : ExpressionTable
        Where it is and how it is laid out.
    folder : Path
        The run's `raw` folder.

    Returns
    -------
    RawExpression
        The matrix under the identifiers of its source; how the format was told is in its notes.

    Raises
    ------
    TableError
        The file or folder is missing, of no known format, or damaged.
    ExpressionError
        A value is text, or a sample id is missing or doubled.
    ConfigurationError
        A setting that the format needs is missing, or one is set that it has no use for.
    """
    path = locate(table.path, folder, "expression")
    name, reason = _format(path, table.format, "expression")
    for setting, formats in USED_BY.items():
        # Who sets something expects something of it.
        if getattr(table, setting) is not None and name not in formats:
            raise ConfigurationError(
                f"expression.{setting} is set, and {table.path} is read as {name}, which has no "
                f"use for it; it is for {', '.join(formats)}. Leave it out, or correct "
                "expression.format."
            )
    declared = table.model_copy(update={"format": name})
    read = reader_of(name).read_expression(path, declared, folder)
    said = (f"{path.name} is read as {name}: {reason}",) if reason else ()
    return replace(read, notes=(*said, *read.notes))


def read_sample_sheet(
    samples: SampleTable, expression: ExpressionTable, folder: Path
) -> pd.DataFrame:
    """Read the sample sheet of a cohort and the further tables that are joined to it.

    Parameters
    ----------
    samples : SampleTable
        Where it is; without a path the source of the matrix has to carry it.
    expression : ExpressionTable
        That source.
    folder : Path
        The run's `raw` folder.

    Returns
    -------
    DataFrame
        Text, NaN where missing, indexed by sample id.

    Raises
    ------
    TableError
        A file is missing, of no known format, damaged, or carries no sample sheet.
    SampleSheetError
        A sample id is missing or doubled, or a joined table doesn't fit.
    """
    if samples.ids_only:
        ids = read_expression(expression, folder).values.index
        return join_tables(pd.DataFrame(index=ids), samples.join, folder)
    carried = samples.path is None
    setting = "expression" if carried else "samples"
    fmt = expression.format if carried and samples.format == "auto" else samples.format
    path = locate(samples.path or expression.path, folder, setting)
    name, _ = _format(path, fmt, setting)
    reader = reader_of(name)
    if not hasattr(reader, "read_samples") or (carried and name in WITHOUT_SHEET):
        raise TableError(
            f"{path} is of the format {name}, which carries no sample sheet. Set samples.path to "
            "the file of the sample sheet, or samples.ids_only: true where there is none."
        )
    # The same file is read by the same list, also where its path is repeated.
    chosen = expression.samples if samples.path in (None, expression.path) else None
    declared = samples.model_copy(update={"format": name, "samples": samples.samples or chosen})
    sheet = reader.read_samples(path, declared, folder)
    check_sheet(sheet, path)
    return join_tables(sheet, samples.join, folder)


def _format(path: Path, declared: str, setting: str) -> tuple[str, str]:
    return detect_format(path, setting) if declared == "auto" else (declared, "")
