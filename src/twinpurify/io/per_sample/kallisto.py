"""Quantifications of kallisto: a folder a sample, with abundance.tsv."""

from __future__ import annotations

from pathlib import Path

from twinpurify.cohort.declaration.sources import ExpressionTable
from twinpurify.errors import TableError, listed
from twinpurify.io.per_sample.quantifications import FileKind, Quantifier, named_by_folder
from twinpurify.io.raw_expression import RawExpression

KALLISTO = Quantifier(
    "kallisto",
    genes=FileKind((), "target_id"),
    transcripts=FileKind(("*/abundance.tsv",), "target_id"),
    values={"counts": "est_counts", "tpm": "tpm"},
)


def recognize(path: Path) -> dict[str, str]:
    """Tell the folder `path` by the names of its files, those with abundance.h5 alone too."""
    found = KALLISTO.recognize(path)
    if not found and _binary(path):
        found = {"kallisto": "it holds files of kallisto, such as abundance.h5"}
    return found


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read all samples, as `Quantifier` does, unless one has its abundance.h5 alone.

    Parameters
    ----------
    path, table, folder
        As of `Quantifier.read_expression`.
    """
    binary = _binary(path)
    if binary:
        raise TableError(
            f"In {path} these samples have abundance.h5 without abundance.tsv: {listed(binary)}. "
            "Write the text file with kallisto h5dump -o <sample> <sample>/abundance.h5."
        )
    return KALLISTO.read_expression(path, table, folder)


def _binary(path: Path) -> list[str]:
    """Name the samples that have their abundance.h5 alone."""
    try:
        text = set(named_by_folder(KALLISTO.transcripts.find(path)))
        return sorted(set(named_by_folder(list(path.glob("*/abundance.h5")))) - text)
    except OSError:
        return []
