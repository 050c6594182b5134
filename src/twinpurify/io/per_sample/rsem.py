"""Quantifications of RSEM: <sample>.genes.results and <sample>.isoforms.results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from twinpurify.io.per_sample.profile_files import ColumnLayout, read_text_columns
from twinpurify.io.per_sample.quantifications import (
    FileKind,
    Quantifier,
    named_by_folder,
    read_quantifications,
    recognize_files,
)
from twinpurify.io.raw_expression import RawExpression

if TYPE_CHECKING:
    from twinpurify.cohort.declaration.sources import ExpressionTable

COUNTS = "expected_count"


def _sample_names(files: Sequence[Path]) -> list[str]:
    """Take the names' beginnings; or those of the folders, where each calls its file the same."""
    stems = [re.split(r"\.(genes|isoforms)\.results", path.name)[0] for path in files]
    folders = named_by_folder(files)
    return folders if len(set(stems)) == 1 and len(set(folders)) > 1 else stems


def _own_genes(path: Path, transcripts: pd.Series) -> pd.DataFrame:
    names = ("transcript_id", "gene_id")
    layout = ColumnLayout("file of rsem", names[0], COUNTS)
    table = read_text_columns(path, layout, dict.fromkeys(names, pa.string()))
    return table.to_pandas().set_axis(["from", "to"], axis=1)


RSEM = Quantifier(
    "rsem",
    genes=FileKind(("*.genes.results", "*/*.genes.results"), "gene_id"),
    transcripts=FileKind(("*.isoforms.results", "*/*.isoforms.results"), "transcript_id"),
    values={"counts": COUNTS, "tpm": "TPM", "fpkm": "FPKM"},
    sample_names=_sample_names,
    own_genes=_own_genes,
)


def recognize(path: Path) -> dict[str, str]:
    """Tell a folder of RSEM's results.

    Parameters
    ----------
    path : Path
        Any file or folder.

    Returns
    -------
    dict
        ``{"rsem": reason}``, or empty.
    """
    return recognize_files(RSEM, path)


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read all samples' expected counts, TPM or FPKM of genes.

    Parameters
    ----------
    path : Path
        Folder that holds the results, or a folder a sample with them.
    table : ExpressionTable
        ``values``: ``counts`` (default), ``tpm`` or ``fpkm``; ``transcripts``: transcript to
        gene, in the place of the genes that RSEM's files name.
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
    return read_quantifications(RSEM, path, table, folder)
