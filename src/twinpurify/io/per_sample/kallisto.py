"""Quantifications of kallisto: a folder a sample, with abundance.tsv."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from twinpurify.errors import TableError, listed
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

KALLISTO = Quantifier(
    "kallisto",
    genes=FileKind((), "target_id"),
    transcripts=FileKind(("*/abundance.tsv",), "target_id"),
    values={"counts": "est_counts", "tpm": "tpm"},
    sample_names=named_by_folder,
    own_genes=genes_of_gencode,
)


def recognize(path: Path) -> dict[str, str]:
    """Tell a folder of kallisto's output folders, those with abundance.h5 alone among them.

    Parameters
    ----------
    path : Path
        Any file or folder.

    Returns
    -------
    dict
        ``{"kallisto": reason}``, or empty.
    """
    found = recognize_files(KALLISTO, path)
    if not found and _binary(path):
        found = {"kallisto": "it holds files of kallisto, such as abundance.h5"}
    return found


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read all samples' counts or TPM, summed to genes.

    Parameters
    ----------
    path : Path
        Folder that holds kallisto's output folders; their names are the samples'.
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
    TableError
        As `read_quantifications`, or a sample has its abundance.h5 alone.
    ConfigurationError, ExpressionError
        As `read_quantifications`.
    """
    binary = _binary(path)
    if binary:
        raise TableError(
            f"In {path} these samples have abundance.h5 without abundance.tsv: {listed(binary)}. "
            "Write the text file with kallisto h5dump -o <sample> <sample>/abundance.h5."
        )
    return read_quantifications(KALLISTO, path, table, folder)


def _binary(path: Path) -> list[str]:
    try:
        text = {file.parent for file in KALLISTO.transcripts.find(path)}
        return sorted(
            {file.parent.name for file in path.glob("*/abundance.h5")}
            - {folder.name for folder in text}
        )
    except OSError:
        return []
