"""Downloads of the NCI Genomic Data Commons: a folder with a file of gene counts a sample."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.cohort.hints import closest
from twinpurify.errors import ConfigurationError, TableError, listed
from twinpurify.io.files.locations import check_folder, content_of
from twinpurify.io.files.streams import head_of
from twinpurify.io.gdc.sheets import describe_files, name_samples, plain_name, read_manifest
from twinpurify.io.per_sample.profiles import (
    ColumnLayout,
    read_first,
    read_text_columns,
    stack_profiles,
)
from twinpurify.io.raw_expression import RawExpression

KINDS = {
    "htseq": re.compile(r"\.htseq[._]counts(\.txt)?(\.gz)?$"),
    "star": re.compile(r"augmented_star_gene_counts\.tsv(\.gz)?$"),
}
WORDS = {"htseq": "HTSeq counts", "star": "augmented STAR gene counts"}
# gdc-client makes a folder a file; people put these into another one.
DEPTH = 3
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


class _Download(NamedTuple):
    """The count files of a folder, their kind, and what the folder says of them."""

    files: list[Path]
    kind: str
    described: pd.DataFrame
    note: str
    warnings: list[str]


def recognize(path: Path) -> dict[str, str]:
    """Tell the folder `path` by the names of its files."""
    try:
        found = next(count_files(path), None) if path.is_dir() else None
    except OSError:
        return {}
    return {"gdc": f"it holds gene counts of the GDC, such as {found.name}"} if found else {}


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read the counts of all samples by Ensembl ids, with the names and types of their genes.

    Parameters
    ----------
    path, table, folder
        As of `Reader`; ``values`` chooses the column of STAR files, ``id_column`` what samples are
        called by: ``aliquot``, ``sample``, ``file_id``, or another column of their sample sheet.
    """
    download = _survey(path)
    files, kind = download.files, download.kind
    layout = _layout(kind, table.values)
    names, called = name_samples(download.described, table.id_column)
    first = read_first(files[0], layout)
    matrix, moved = stack_profiles(files, layout, path, first.ids)
    columns = pd.Index(first.ids.to_pandas(), dtype=object)
    notes = [
        f"{len(files)} files of {WORDS[kind]}{_values_read(files[0], layout)}",
        f"left out of each file, since they count reads of no gene: {listed(first.summary)}",
        f"{download.note}; {called}",
    ]
    if moved:
        notes.append(f"{moved} files have another order of genes; their ids were used")
    values = pd.DataFrame(matrix, index=names, columns=columns, copy=False)
    genes = _annotation(files[0], layout)
    return RawExpression(values, genes, tuple(notes), tuple(download.warnings))


def read_samples(path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
    """Read what the sample sheets and metadata of a download say of its count files.

    Parameters
    ----------
    path, table, folder
        As of `Reader`; ``id_column`` as of the matrix.

    Returns
    -------
    DataFrame
        Text, indexed by sample: ``file_id``, ``file_name`` and, where there is a sheet,
        ``patient``, ``tissue_type`` and the sheet's own columns.
    """
    described = _survey(path).described
    return described.set_axis(name_samples(described, table.id_column)[0])


def count_files(folder: Path, depth: int = DEPTH) -> Iterator[Path]:
    """Find the count files of `folder` and of the levels of folders below it that `depth` allows.

    Yields
    ------
    Path
        Nearest first, by their names.
    """
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        if _kind_of(entry.name) and entry.is_file():
            yield Path(entry.path)
    for entry in ordered:
        if depth > 1 and entry.is_dir() and not entry.name.startswith("."):
            yield from count_files(Path(entry.path), depth - 1)


def _kind_of(name: str) -> str | None:
    return next((kind for kind, pattern in KINDS.items() if pattern.search(name)), None)


def _survey(path: Path) -> _Download:
    """Find the count files, and hold them against what should be there."""
    check_folder(path, "gdc", "a download")
    try:
        files = list(count_files(path))
    except OSError as error:
        raise TableError(f"{path} can't be looked into: {error}. Allow it to be read.") from error
    if not files:
        raise TableError(
            f"{path} holds no *.htseq.counts.gz and no *.augmented_star_gene_counts.tsv, but "
            f"{content_of(path)}. Correct expression.path or expression.format."
        )
    kinds = {_kind_of(file.name): file.name for file in reversed(files)}
    if len(kinds) > 1:
        both = ", ".join(f"{WORDS[kind]} ({name})" for kind, name in sorted(kinds.items()))
        raise TableError(
            f"{path} holds two kinds of counts, which don't compare: {both}. Put each into a "
            "folder of its own, and set expression.path to one of them."
        )
    manifest, warnings = read_manifest(path)
    warnings += _check_complete(path, files, manifest)
    described, note, doubts = describe_files(path, files, manifest)
    return _Download(files, next(iter(kinds)), described, note, warnings + doubts)


def _check_complete(folder: Path, files: Sequence[Path], manifest: pd.DataFrame) -> list[str]:
    """Hold the files against the manifest, so that a download that was cut off is noticed."""
    asked = manifest[manifest["name"].map(_kind_of).notna()]
    sizes = dict(zip(asked["name"], asked["size"], strict=True))
    # A file that was unpacked has another name, and rightly another size.
    found = {path: (path.stat().st_size, str(sizes.get(path.name, ""))) for path in files}
    wrong = [
        f"{path.relative_to(folder)}: {size} bytes, {stated} in the manifest"
        for path, (size, stated) in found.items()
        if stated.isdecimal() and int(stated) != size
    ]
    if wrong:
        raise TableError(
            f"{len(wrong)} of the {len(files)} count files of {folder} haven't the size that the "
            f"manifest states: {listed(wrong)}. They were cut off or changed: fetch them again."
        )
    there = {plain_name(path.name) for path in files}
    missing = [name for name in asked["name"] if plain_name(name) not in there]
    if not missing:
        return []
    if len(missing) == len(asked):
        raise TableError(
            f"None of the count files that the manifest of {folder} lists is in it: "
            f"{listed(missing)}. Fetch them (gdc-client download -m <manifest>), or take the "
            "manifest of another download out of the folder."
        )
    return [
        f"{len(missing)} of the {len(asked)} count files that the manifest of {folder.name} "
        f"lists are missing: {listed(missing)}. Fetch them if they belong to the cohort."
    ]


def _layout(kind: str, values: str | None) -> ColumnLayout:
    known = STAR_VALUES if kind == "star" else ()
    if values is not None and values not in known:
        have = f"one of {', '.join(known)}{closest(values, known)}" if known else "nothing else"
        raise ConfigurationError(
            f"expression.values is {values!r}, but files of {WORDS[kind]} have {have}. Correct it, "
            f"or leave it out for {known[0] if known else 'the counts'}."
        )
    return HTSEQ if kind == "htseq" else replace(STAR, values=values or STAR.values)


def _annotation(path: Path, layout: ColumnLayout) -> pd.DataFrame | None:
    """Read the names and types of genes, which files with a header have."""
    if layout.names:
        return None
    types = dict.fromkeys((layout.ids, *ANNOTATION), pa.string())
    table = read_text_columns(path, layout, types).to_pandas().astype(object)
    return table.loc[~table[layout.ids].str.startswith(layout.summary_prefix), list(ANNOTATION)]


def _values_read(path: Path, layout: ColumnLayout) -> str:
    """Say which annotation was counted, and which of its columns was read."""
    if layout.names:
        return ""
    head = head_of(path, 1000).split(b"\n", 1)[0].decode(errors="replace").strip()
    model = f" ({head.lstrip('# ')})" if head.startswith("#") else ""
    return f"{model}; of their columns, {layout.values} was taken"
