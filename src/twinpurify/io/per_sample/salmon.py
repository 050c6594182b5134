"""Quantifications of salmon: a folder a sample, with quant.sf and perhaps quant.genes.sf."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from twinpurify.io.per_sample.quantifications import (
    FileKind,
    Quantifier,
    genes_of_gencode,
    named_by_folder,
    read_quantifications,
    recognize_files,
)
from twinpurify.io.raw_expression import RawExpression

if TYPE_CHECKING:
    from twinpurify.cohort.declaration.sources import ExpressionTable

SALMON = Quantifier(
    "salmon",
    genes=FileKind(("*/quant.genes.sf",), "Name"),
    transcripts=FileKind(("*/quant.sf",), "Name"),
    values={"counts": "NumReads", "tpm": "TPM"},
    sample_names=named_by_folder,
    own_genes=genes_of_gencode,
)


def recognize(path: Path) -> dict[str, str]:
    """Tell a folder of salmon's output folders.

    Parameters
    ----------
    path : Path
        Any file or folder.

    Returns
    -------
    dict
        ``{"salmon": reason}``, or empty.
    """
    return recognize_files(SALMON, path)


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read all samples' counts or TPM, summed to genes.

    Parameters
    ----------
    path : Path
        Folder that holds salmon's output folders; their names are the samples'.
    table : ExpressionTable
        ``values``: ``counts`` (default) or ``tpm``; ``transcripts``: transcript to gene.
    folder : Path
        The run's `raw` folder.

    Returns
    -------
    RawExpression
        The matrix, without annotation.

    Raises
    ------
    TableError, ConfigurationError, ExpressionError
        As `read_quantifications`.
    """
    return read_quantifications(SALMON, path, table, folder)
