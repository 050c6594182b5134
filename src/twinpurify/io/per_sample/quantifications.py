"""Folders of quantified transcripts or genes: what salmon, kallisto and RSEM have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from twinpurify.cohort.checks import check_unique
from twinpurify.cohort.declaration.sources import ExpressionTable
from twinpurify.cohort.hints import closest
from twinpurify.errors import ConfigurationError, ExpressionError, TableError, listed
from twinpurify.io.files.locations import check_folder, content_of
from twinpurify.io.per_sample.profiles import ColumnLayout, Groups, read_first, stack_profiles
from twinpurify.io.raw_expression import RawExpression
from twinpurify.io.tables.id_tables import read_id_table

PACKED = ("", ".gz")
VERSION = r"\.\d+$"
# With fewer, the table is of another annotation, and the sums would be of a part of each gene.
MINIMUM_SHARE = 0.5


@dataclass(frozen=True)
class FileKind:
    """Files of one level, genes or transcripts: what they are called, and their column of ids."""

    patterns: tuple[str, ...]
    ids: str

    def find(self, folder: Path) -> list[Path]:
        """Find the files below `folder`, packed or not, in the order of their names."""
        asked = [pattern + ending for pattern in self.patterns for ending in PACKED]
        return sorted(path for pattern in asked for path in folder.glob(pattern) if path.is_file())


def named_by_folder(files: Sequence[Path]) -> list[str]:
    """Name the samples of `files` by the folders in which they lie."""
    return [path.parent.name for path in files]


def genes_of_gencode(path: Path, transcripts: pd.Series) -> pd.DataFrame | None:
    """Read the genes out of `transcripts` named as in GENCODE's FASTA files, ``ENST…|ENSG…|…``.

    Returns
    -------
    DataFrame or None
        Pairs ``from``, ``to``; None when the identifiers are others, whatever the file `path`.
    """
    parts = transcripts.str.split("|", n=2, expand=True)
    if parts.shape[1] < 2 or not parts[1].str.startswith("ENS", na=False).all():
        return None
    return parts[[0, 1]].set_axis(["from", "to"], axis=1)


@dataclass(frozen=True)
class Quantifier:
    """A program, the files that it writes for a sample, and their columns; a `Reader` of them.

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
    sample_names: Callable[[Sequence[Path]], list[str]] = named_by_folder
    own_genes: Callable[[Path, pd.Series], pd.DataFrame | None] = genes_of_gencode

    def recognize(self, path: Path) -> dict[str, str]:
        """Tell the folder `path` by the names of its files."""
        try:
            found = [*self.genes.find(path), *self.transcripts.find(path)]
        except OSError:
            return {}
        if not found:
            return {}
        named = found[0].relative_to(path)
        return {self.name: f"it holds files of {self.name}, such as {named}"}

    def read_expression(self, path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
        """Read the files of all samples into one matrix of genes.

        Parameters
        ----------
        path, table, folder
            As of `Reader`; ``values`` chooses the column, by default the counts, ``transcripts``
            says which gene a transcript is of.
        """
        if table.values is not None and table.values not in self.values:
            raise ConfigurationError(
                f"expression.values is {table.values!r}, but {self.name} gives one of "
                f"{', '.join(self.values)}{closest(table.values, self.values)}. Correct it, or "
                "leave it out for counts."
            )
        column = self.values[table.values or "counts"]
        kind, files, note = self._choose_files(path, by_table=table.transcripts is not None)
        names = pd.Index(self.sample_names(files), name="sample", dtype=object)
        remedy = "Keep one file a sample: a packed file beside the unpacked one is a second."
        check_unique(names, f"samples of {path}", ExpressionError, remedy)
        layout = ColumnLayout(f"file of {self.name}", kind.ids, column)
        first = read_first(files[0], layout)
        ids, groups = first.ids.to_pandas(), None
        notes = [f"{len(files)} files of {self.name}; of their columns, {column} was taken", note]
        if kind is self.transcripts:
            pairs, origin = self._pairs(files[0], ids, table, folder)
            groups, about = group_transcripts(ids, pairs, origin)
            notes += about
        matrix, moved = stack_profiles(files, layout, path, first.ids, groups)
        columns = groups.names if groups else pd.Index(ids, dtype=object)
        if moved:
            notes.append(f"{moved} files have another order of identifiers; their ids were used")
        values = pd.DataFrame(matrix, index=names, columns=columns, copy=False)
        return RawExpression(values, None, tuple(notes), _folders_without(files, path))

    def _choose_files(self, path: Path, by_table: bool) -> tuple[FileKind, list[Path], str]:
        """Take the genes where every sample has them, unless transcripts are to be summed."""
        check_folder(path, self.name, "all samples")
        kinds = (self.genes, self.transcripts)
        genes, transcripts = (kind.find(path) for kind in kinds)
        if not genes and not transcripts:
            names = " or ".join(name for kind in kinds for name in kind.patterns)
            raise TableError(
                f"{path} holds no {names}, but {content_of(path)}. Correct expression.path (the "
                "folder with a folder a sample) or expression.format."
            )
        with_genes, with_transcripts = (
            set(self.sample_names(them)) for them in (genes, transcripts)
        )
        if genes and with_genes >= with_transcripts and not (by_table and transcripts):
            return self.genes, genes, "every sample has a file of genes, so these were read"
        if with_genes - with_transcripts:
            raise TableError(
                f"In {path} some samples have files of genes alone: "
                f"{listed(sorted(with_genes - with_transcripts))}; others of transcripts alone: "
                f"{listed(sorted(with_transcripts - with_genes))}. Make the same files for all."
            )
        return self.transcripts, transcripts, "the files of transcripts were read"

    def _pairs(
        self, path: Path, ids: pd.Series, table: ExpressionTable, folder: Path
    ) -> tuple[pd.DataFrame, str]:
        """Find which gene a transcript is of: by the table that is declared, else by the file."""
        if table.transcripts is not None:
            pairs = read_id_table(table.transcripts, folder, "expression.transcripts")
            return pairs, table.transcripts.path
        pairs = self.own_genes(path, ids)
        if pairs is None:
            raise ConfigurationError(
                f"{path} holds transcripts ({listed(ids)}), and nothing says of which genes. Set "
                "expression.transcripts to a table of transcripts and genes: path, from_column, "
                "to_column."
            )
        return pairs, f"{path.name} itself"


def _folders_without(files: Sequence[Path], path: Path) -> tuple[str, ...]:
    """Warn of folders without a file: a run that failed would else be a sample lost in silence."""
    used = {file.parent for file in files}
    others = sorted(entry.name for entry in path.iterdir() if entry.is_dir() and entry not in used)
    if path in used or not others:
        return ()
    return (
        f"These folders of {path.name} hold no such file, and give no sample: {listed(others)}.",
    )


def group_transcripts(
    transcripts: pd.Series, pairs: pd.DataFrame, origin: str
) -> tuple[Groups, list[str]]:
    """Find the gene of each transcript, since everything here is about genes.

    Parameters
    ----------
    transcripts : Series of str
        Identifiers as the quantification has them; those of GENCODE's FASTA files
        (``ENST…|ENSG…|…``) are cut at the first bar.
    pairs : DataFrame
        Columns ``from``, transcripts, and ``to``, genes. Versions (``.7``) are left out on both
        sides where more transcripts meet without them.
    origin : str
        Where the pairs come from, for messages.

    Returns
    -------
    Groups
        Sums per gene. A transcript without a gene, or of several, is in none.
    list of str
        Notes: what was summed, and which transcripts weren't.

    Raises
    ------
    TableError
        More than half of the transcripts have no gene.
    """
    notes: list[str] = []
    names = transcripts.str.partition("|")[0]
    bare = names.str.replace(VERSION, "", regex=True)
    bare_pairs = pairs.assign(**{"from": pairs["from"].str.replace(VERSION, "", regex=True)})
    if bare.isin(bare_pairs["from"]).sum() > names.isin(pairs["from"]).sum():
        names, pairs = bare, bare_pairs
        notes.append(f"versions of transcripts were left out to meet those of {origin}")
    pairs = pairs.drop_duplicates()
    ambiguous = pairs["from"].duplicated(keep=False)
    gene_of = pairs[~ambiguous].set_index("from")["to"]
    genes = names.map(gene_of)
    lost = genes.isna()
    if lost.mean() > MINIMUM_SHARE:
        raise TableError(
            f"{int(lost.sum())} of the {len(names)} transcripts have no gene in {origin}: "
            f"{listed(names[lost])}; there are {listed(gene_of.index)}. Set expression.transcripts "
            "to the table of the annotation that was quantified, and its from_column to the "
            "column of the transcripts."
        )
    codes, found = pd.factorize(genes)
    notes.append(f"{int((~lost).sum())} transcripts are summed to {len(found)} genes by {origin}")
    several = lost & names.isin(pairs["from"][ambiguous])
    for what, which in {"no gene": lost & ~several, "several genes": several}.items():
        if which.any():
            notes.append(
                f"transcripts with {what} in {origin} were left out: {listed(names[which])}"
            )
    return Groups(pd.Index(found, dtype=object), codes), notes
