"""Quantifications of RSEM: <sample>.genes.results and <sample>.isoforms.results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from twinpurify.io.per_sample.profiles import ColumnLayout, read_text_columns
from twinpurify.io.per_sample.quantifications import FileKind, Quantifier, named_by_folder

COUNTS = "expected_count"


def _sample_names(files: Sequence[Path]) -> list[str]:
    """Take the names' beginnings; or those of the folders, where each calls its file the same."""
    stems = [re.split(r"\.(genes|isoforms)\.results", path.name)[0] for path in files]
    folders = named_by_folder(files)
    return folders if len(set(stems)) == 1 and len(set(folders)) > 1 else stems


def _own_genes(path: Path, transcripts: pd.Series) -> pd.DataFrame:
    """Read the genes that the file of isoforms names itself."""
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
recognize, read_expression = RSEM.recognize, RSEM.read_expression
