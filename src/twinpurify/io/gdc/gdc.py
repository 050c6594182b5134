"""Downloads of the NCI Genomic Data Commons: a folder with a file of gene counts a sample."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from twinpurify.cohort.hints import closest
from twinpurify.errors import ConfigurationError, TableError, listed
from twinpurify.io.files.streams import head_of
from twinpurify.io.gdc.gdc_files import (
    WORDS,
    Manifest,
    check_complete,
    count_files,
    kind_of,
    read_manifest,
)
from twinpurify.io.gdc.gdc_sheets import describe_files, name_samples
from twinpurify.io.per_sample.file_per_sample import stack_profiles
from twinpurify.io.per_sample.profile_files import ColumnLayout, read_first, read_text_columns
from twinpurify.io.raw_expression import RawExpression

if TYPE_CHECKING:
    from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable

STAR_VALUES = (
    "unstranded",
    "stranded_first",
    "stranded_second",
    "tpm_unstranded",
    "fpkm_unstranded",
    "fpkm_uq_unstranded",
)
ANNOTATION = ("gene_name", "gene_type")
HTSEQ = ColumnLayout("count file of HTSeq", "gene", "count", ("gene", "count"), "__")
STAR = ColumnLayout("count file of STAR", "gene_id", STAR_VALUES[0], (), "N_")


def recognize(path: Path) -> dict[str, str]:
    """Tell a GDC download by the names of its files.

    Parameters
    ----------
    path : Path
        Any file or folder.

    Returns
    -------
    dict
        ``{"gdc": reason}``, or empty.
    """
    try:
        found = next(count_files(path), None) if path.is_dir() else None
    except OSError:
        return {}
    return {"gdc": f"it holds gene counts of the GDC, such as {found.name}"} if found else {}


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read the counts of all samples of a GDC download into one matrix.

    Parameters
    ----------
    path : Path
        Folder of the download.
    table : ExpressionTable
        ``values`` chooses the column of STAR files; ``id_column`` what samples are called by:
        ``aliquot``, ``sample``, ``file_id``, or another column of their sample sheet.
    folder : Path
        The run's `raw` folder; without effect.

    Returns
    -------
    RawExpression
        The matrix by Ensembl ids, with ``gene_name`` and ``gene_type`` where the files have them.

    Raises
    ------
    TableError
        There is no count file, or two kinds of them; one is damaged, of another size than in the
        manifest, or of other genes; none of the manifest's is there.
    ConfigurationError
        The files have no such column, or samples have no such name.
    ExpressionError
        A sample has two files.
    """
    files, kind, manifest = _survey(path)
    layout = _layout(kind, table.values)
    missing = check_complete(path, files, manifest)
    described = describe_files(path, files, manifest)
    names, called = name_samples(described.table, table.id_column)
    first = read_first(files[0], layout)
    matrix, moved = stack_profiles(files, layout, path, first.ids)
    columns = pd.Index(first.ids.to_pandas(), dtype=object)
    return RawExpression(
        pd.DataFrame(matrix, index=names, columns=columns, copy=False),
        _annotation(files[0], layout, first.ids),
        (
            f"{len(files)} files of {WORDS[kind]}{_values_read(files[0], layout)}",
            f"left out of each file, since they count reads of no gene: {listed(first.summary)}",
            f"{described.note}; {called}",
            *([f"{moved} files have another order of genes; their ids were used"] if moved else []),
        ),
        (*manifest.warnings, *missing, *described.warnings),
    )


def read_samples(path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
    """Read what the sample sheets and metadata of a GDC download say of its count files.

    Parameters
    ----------
    path : Path
        Folder of the download.
    table : SampleTable
        ``id_column`` as of the matrix.
    folder : Path
        The run's `raw` folder; without effect.

    Returns
    -------
    DataFrame
        Text, indexed by sample: ``file_id``, ``file_name`` and, where there is a sheet,
        ``patient``, ``tissue_type`` and the sheet's own columns.

    Raises
    ------
    TableError, ConfigurationError, ExpressionError
        As for the matrix.
    """
    files, _, manifest = _survey(path)
    described = describe_files(path, files, manifest)
    names, _ = name_samples(described.table, table.id_column)
    return described.table.set_axis(names)


def _survey(path: Path) -> tuple[list[Path], str, Manifest]:
    """Find the count files, their kind, and what should be there."""
    if not path.is_dir():
        raise TableError(
            f"{path} is a file; the format gdc takes the folder of a download. Set "
            "expression.path to the folder, or expression.format to the format of the file."
        )
    try:
        files = list(count_files(path))
    except OSError as error:
        raise TableError(f"{path} can't be looked into: {error}. Allow it to be read.") from error
    if not files:
        there = sorted(entry.name for entry in path.iterdir())
        raise TableError(
            f"{path} holds no *.htseq.counts.gz and no *.augmented_star_gene_counts.tsv, but "
            f"{listed(there)}. Correct expression.path or expression.format."
        )
    return files, _only_kind(files, path), read_manifest(path)


def _only_kind(files: list[Path], path: Path) -> str:
    kinds = {kind_of(file.name): file.name for file in reversed(files)}
    if len(kinds) > 1:
        both = ", ".join(f"{WORDS[kind]} ({name})" for kind, name in sorted(kinds.items()))
        raise TableError(
            f"{path} holds two kinds of counts, which don't compare: {both}. Put each into a "
            "folder of its own, and set expression.path to one of them."
        )
    return next(iter(kinds))


def _layout(kind: str, values: str | None) -> ColumnLayout:
    known = STAR_VALUES if kind == "star" else ()
    if values is not None and values not in known:
        have = f"one of {', '.join(known)}{closest(values, known)}" if known else "nothing else"
        raise ConfigurationError(
            f"expression.values is {values!r}, but files of {WORDS[kind]} have {have}. Correct it, "
            f"or leave it out for {known[0] if known else 'the counts'}."
        )
    return HTSEQ if kind == "htseq" else replace(STAR, values=values or STAR.values)


def _annotation(path: Path, layout: ColumnLayout, ids: pa.Array) -> pd.DataFrame:
    index = pd.RangeIndex(len(ids))
    if layout.names:
        return pd.DataFrame(index=index)
    types = dict.fromkeys((layout.ids, *ANNOTATION), pa.string())
    table = read_text_columns(path, layout, types).to_pandas().astype(object)
    kept = ~table[layout.ids].str.startswith(layout.summary_prefix)
    return table.loc[kept, list(ANNOTATION)].set_axis(index)


def _values_read(path: Path, layout: ColumnLayout) -> str:
    if layout.names:
        return ""
    head = head_of(path, 1000).split(b"\n", 1)[0].decode(errors="replace").strip()
    model = f" ({head.lstrip('# ')})" if head.startswith("#") else ""
    return f"{model}; of their columns, {layout.values} was taken"
