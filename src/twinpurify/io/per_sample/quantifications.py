"""Folders of quantified transcripts or genes: what salmon, kallisto and RSEM have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from twinpurify.cohort.checks import check_unique
from twinpurify.cohort.hints import closest
from twinpurify.errors import ConfigurationError, ExpressionError, TableError, listed
from twinpurify.io.per_sample.file_per_sample import Groups, stack_profiles
from twinpurify.io.per_sample.profile_files import ColumnLayout, read_first
from twinpurify.io.per_sample.transcripts import group_transcripts
from twinpurify.io.raw_expression import RawExpression, without_annotation
from twinpurify.io.tables.id_tables import read_id_table

if TYPE_CHECKING:
    from twinpurify.cohort.declaration.sources import ExpressionTable

PACKED = ("", ".gz")


@dataclass(frozen=True)
class FileKind:
    """Files of one level, genes or transcripts.

    Attributes
    ----------
    patterns : tuple of str
        What they are called, relative to the folder.
    ids : str
        Their column of identifiers.
    """

    patterns: tuple[str, ...]
    ids: str

    def find(self, folder: Path) -> list[Path]:
        """Find the files, packed or not, in the order of their names."""
        asked = [pattern + ending for pattern in self.patterns for ending in PACKED]
        return sorted(path for pattern in asked for path in folder.glob(pattern) if path.is_file())


@dataclass(frozen=True)
class Quantifier:
    """A program, the files that it writes for a sample, and their columns.

    Attributes
    ----------
    name : str
        Name of the format.
    genes, transcripts : FileKind
        Its files of genes, if it writes such, and of transcripts.
    values : dict
        What ``expression.values`` may ask for -> the column.
    sample_names : callable
        Files -> the names of their samples.
    own_genes : callable
        A file of transcripts and its identifiers -> pairs ``from``, ``to`` that it names itself,
        or None.
    """

    name: str
    genes: FileKind
    transcripts: FileKind
    values: Mapping[str, str]
    sample_names: Callable[[Sequence[Path]], list[str]]
    own_genes: Callable[[Path, pd.Series], pd.DataFrame | None]


def named_by_folder(files: Sequence[Path]) -> list[str]:
    """Name samples by the folders in which their files lie.

    Parameters
    ----------
    files : sequence of Path
        A file a sample.

    Returns
    -------
    list of str
        A name a file.
    """
    return [path.parent.name for path in files]


def genes_of_gencode(path: Path, transcripts: pd.Series) -> pd.DataFrame | None:
    """Read the genes out of identifiers of GENCODE's FASTA files, ``ENST…|ENSG…|…``.

    Parameters
    ----------
    path : Path
        Without effect.
    transcripts : Series of str
        The identifiers.

    Returns
    -------
    DataFrame or None
        Pairs ``from``, ``to``; None when the identifiers are others.
    """
    parts = transcripts.str.split("|", n=2, expand=True)
    if parts.shape[1] < 2 or not parts[1].str.startswith("ENS", na=False).all():
        return None
    return parts[[0, 1]].set_axis(["from", "to"], axis=1)


def recognize_files(quantifier: Quantifier, path: Path) -> dict[str, str]:
    """Tell a folder of quantifications by the names of its files.

    Parameters
    ----------
    quantifier : Quantifier
        The program that is asked about.
    path : Path
        Any file or folder.

    Returns
    -------
    dict
        Its name and the reason, or empty.
    """
    try:
        found = [*quantifier.genes.find(path), *quantifier.transcripts.find(path)]
    except OSError:
        return {}
    if not found:
        return {}
    named = found[0].relative_to(path)
    return {quantifier.name: f"it holds files of {quantifier.name}, such as {named}"}


def read_quantifications(
    quantifier: Quantifier, path: Path, table: ExpressionTable, folder: Path
) -> RawExpression:
    """Read the files of all samples into one matrix of genes.

    Parameters
    ----------
    quantifier : Quantifier
        The program that wrote them.
    path : Path
        Their folder.
    table : ExpressionTable
        ``values`` chooses the column, ``transcripts`` says which gene a transcript is of.
    folder : Path
        The run's `raw` folder.

    Returns
    -------
    RawExpression
        The matrix, without annotation.

    Raises
    ------
    TableError
        There are no files, one is damaged or of other genes, or transcripts have no known gene.
    ConfigurationError
        ``values`` is none of the program's, or ``transcripts`` is missing.
    ExpressionError
        A sample has two files.
    """
    column = _column(quantifier, table.values)
    kind, files, note = _choose_files(quantifier, path, by_table=table.transcripts is not None)
    names = _names(quantifier, files, path)
    layout = ColumnLayout(f"file of {quantifier.name}", kind.ids, column)
    first = read_first(files[0], layout)
    ids, groups, notes = first.ids.to_pandas(), None, []
    if kind is quantifier.transcripts:
        groups, notes = _group(quantifier, files[0], ids, table, folder)
    matrix, moved = stack_profiles(files, layout, path, first.ids, groups)
    columns = groups.names if groups else pd.Index(ids, dtype=object)
    values = pd.DataFrame(matrix, index=names, columns=columns, copy=False)
    if moved:
        notes.append(f"{moved} files have another order of identifiers; their ids were used")
    read = f"{len(files)} files of {quantifier.name}; of their columns, {column} was taken"
    lost = _folders_without(files, path)
    return RawExpression(values, without_annotation(values), (read, note, *notes), lost)


def _column(quantifier: Quantifier, values: str | None) -> str:
    known = quantifier.values
    if values is not None and values not in known:
        raise ConfigurationError(
            f"expression.values is {values!r}, but {quantifier.name} gives one of "
            f"{', '.join(known)}{closest(values, known)}. Correct it, or leave it out for counts."
        )
    return known[values or "counts"]


def _choose_files(
    quantifier: Quantifier, path: Path, by_table: bool
) -> tuple[FileKind, list[Path], str]:
    """Take the genes where every sample has them, unless transcripts are to be summed."""
    if not path.is_dir():
        raise TableError(
            f"{path} is a file; the format {quantifier.name} takes the folder of all samples. Set "
            "expression.path to it."
        )
    kinds = (quantifier.genes, quantifier.transcripts)
    genes, transcripts = (kind.find(path) for kind in kinds)
    if not genes and not transcripts:
        names = " or ".join(name for kind in kinds for name in kind.patterns)
        there = sorted(entry.name for entry in path.iterdir())
        raise TableError(
            f"{path} holds no {names}, but {listed(there)}. Correct expression.path (the folder "
            "with a folder a sample) or expression.format."
        )
    with_genes, with_transcripts = (
        set(quantifier.sample_names(files)) for files in (genes, transcripts)
    )
    if genes and with_genes >= with_transcripts and not (by_table and transcripts):
        return quantifier.genes, genes, "every sample has a file of genes, so these were read"
    if with_genes - with_transcripts:
        raise TableError(
            f"In {path} some samples have files of genes alone: "
            f"{listed(sorted(with_genes - with_transcripts))}; others of transcripts alone: "
            f"{listed(sorted(with_transcripts - with_genes))}. Make the same files for all."
        )
    return quantifier.transcripts, transcripts, "the files of transcripts were read"


def _names(quantifier: Quantifier, files: Sequence[Path], path: Path) -> pd.Index:
    names = pd.Index(quantifier.sample_names(files), name="sample", dtype=object)
    remedy = "Keep one file a sample: a packed file beside the unpacked one is a second."
    check_unique(names, f"samples of {path}", ExpressionError, remedy)
    return names


def _folders_without(files: Sequence[Path], path: Path) -> tuple[str, ...]:
    """Warn of folders without a file: a run that failed would else be a sample lost in silence."""
    used = {file.parent for file in files}
    others = sorted(entry.name for entry in path.iterdir() if entry.is_dir() and entry not in used)
    if path in used or not others:
        return ()
    return (
        f"These folders of {path.name} hold no such file, and give no sample: {listed(others)}.",
    )


def _group(
    quantifier: Quantifier, path: Path, ids: pd.Series, table: ExpressionTable, folder: Path
) -> tuple[Groups, list[str]]:
    if table.transcripts is not None:
        pairs = read_id_table(table.transcripts, folder, "expression.transcripts")
        return group_transcripts(ids, pairs, table.transcripts.path)
    pairs = quantifier.own_genes(path, ids)
    if pairs is None:
        raise ConfigurationError(
            f"{path} holds transcripts ({listed(ids)}), and nothing says of which genes. Set "
            "expression.transcripts to a table of transcripts and genes: path, from_column, "
            "to_column."
        )
    return group_transcripts(ids, pairs, f"{path.name} itself")
