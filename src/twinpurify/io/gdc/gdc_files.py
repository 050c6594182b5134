"""The files of a GDC download: where the counts of each sample are, and whether all came."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from twinpurify.errors import TableError, listed
from twinpurify.io.tables.tabular import read_table

KINDS = {
    "htseq": re.compile(r"\.htseq[._]counts(\.txt)?(\.gz)?$"),
    "star": re.compile(r"augmented_star_gene_counts\.tsv(\.gz)?$"),
}
WORDS = {"htseq": "HTSeq counts", "star": "augmented STAR gene counts"}
# gdc-client makes a folder a file; people put these into another one.
DEPTH = 3
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_KIND_IN_NAME = re.compile(r"\.(htseq|rna_seq|augmented_star)")


@dataclass(frozen=True)
class Manifest:
    """What a download should hold.

    Attributes
    ----------
    files : DataFrame
        Columns ``id``, ``name`` (without folder) and ``size`` (bytes, as text).
    warnings : tuple of str
        Manifests that can't be read.
    """

    files: pd.DataFrame
    warnings: tuple[str, ...] = ()


def kind_of(name: str) -> str | None:
    """Tell a count file by its name.

    Parameters
    ----------
    name : str
        Name of a file.

    Returns
    -------
    {'htseq', 'star', None}
        The pipeline that made it.
    """
    return next((kind for kind, pattern in KINDS.items() if pattern.search(name)), None)


def count_files(folder: Path, depth: int = DEPTH) -> Iterator[Path]:
    """Find the count files of a folder and those below it, nearest first.

    Parameters
    ----------
    folder : Path
        The download.
    depth : int
        How many levels of folders are looked into.

    Yields
    ------
    Path
        In the order of their names.
    """
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        if kind_of(entry.name) and entry.is_file():
            yield Path(entry.path)
    for entry in ordered:
        if depth > 1 and entry.is_dir() and not entry.name.startswith("."):
            yield from count_files(Path(entry.path), depth - 1)


def plain_name(name: str) -> str:
    """Return the name of a file whether or not it was unpacked.

    Parameters
    ----------
    name : str
        Name, perhaps with folders before it, as older manifests have it.

    Returns
    -------
    str
        The last part, without ``.gz``.
    """
    return name.replace("\\", "/").rpartition("/")[2].removesuffix(".gz")


def read_manifest(folder: Path) -> Manifest:
    """Read what the download should hold from the manifests in the folder's top.

    Parameters
    ----------
    folder : Path
        The download.

    Returns
    -------
    Manifest
        Empty when there is no manifest. One that can't be read is a warning, since the counts
        can be read without it.
    """
    tables, warnings = [], []
    for path in sorted(folder.glob("*")):
        if not re.fullmatch(r"(gdc_)?manifest.*\.(txt|tsv)", path.name.lower()):
            continue
        try:
            table = read_table(path, "tsv", setting="expression").reset_index()
            tables.append(_known_columns(table, path))
        except TableError as error:
            warnings.append(f"The manifest was left out, and nothing held against it: {error}")
    empty = pd.DataFrame(columns=["id", "name", "size"], dtype=object)
    files = pd.concat([empty, *tables]).drop_duplicates(["id", "name"], ignore_index=True)
    return Manifest(files, tuple(warnings))


def _known_columns(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    absent = [name for name in ("id", "filename", "size") if name not in table.columns]
    if absent:
        raise TableError(
            f"{path} lacks the columns {listed(absent)} of a manifest of the GDC. Fetch it again."
        )
    named = table[table["filename"].notna() & table["id"].notna()]
    return named.assign(name=named["filename"].map(lambda name: Path(name).name))[
        ["id", "name", "size"]
    ]


def check_complete(folder: Path, files: Sequence[Path], manifest: Manifest) -> list[str]:
    """Hold the files against the manifest, so that a download that was cut off is noticed.

    Parameters
    ----------
    folder : Path
        The download.
    files : sequence of Path
        The count files that are there.
    manifest : Manifest
        What should be there.

    Returns
    -------
    list of str
        A warning when some are missing.

    Raises
    ------
    TableError
        A file hasn't the size that the manifest states, or none of the listed files is there.
    """
    listed_files = manifest.files[manifest.files["name"].map(kind_of).notna()]
    _check_sizes(folder, files, listed_files)
    there = {plain_name(path.name) for path in files}
    missing = [name for name in listed_files["name"] if plain_name(name) not in there]
    if not missing:
        return []
    if len(missing) == len(listed_files):
        raise TableError(
            f"None of the count files that the manifest of {folder} lists is in it: "
            f"{listed(missing)}. Fetch them (gdc-client download -m <manifest>), or take the "
            "manifest of another download out of the folder."
        )
    return [
        f"{len(missing)} of the {len(listed_files)} count files that the manifest of {folder.name} "
        f"lists are missing: {listed(missing)}. Fetch them if they belong to the cohort."
    ]


def _check_sizes(folder: Path, files: Sequence[Path], listed_files: pd.DataFrame) -> None:
    sizes = dict(zip(listed_files["name"], listed_files["size"], strict=True))
    wrong = []
    for path in files:
        # A file that was unpacked has another name, and rightly another size.
        stated, found = str(sizes.get(path.name, "")), path.stat().st_size
        if stated.isdecimal() and int(stated) != found:
            wrong.append(f"{path.relative_to(folder)}: {found} bytes, {stated} in the manifest")
    if wrong:
        raise TableError(
            f"{len(wrong)} of the {len(files)} count files of {folder} haven't the size that the "
            f"manifest states: {listed(wrong)}. They were cut off or changed: fetch them again."
        )


def file_ids(files: Sequence[Path], manifest: Manifest) -> list[str]:
    """Find the GDC's id of each file: its folder, else the manifest's, else its name.

    Parameters
    ----------
    files : sequence of Path
        The count files.
    manifest : Manifest
        What the GDC calls them.

    Returns
    -------
    list of str
        An id a file.
    """
    table = manifest.files
    by_name = dict(zip(map(plain_name, table["name"]), table["id"], strict=True))
    return [
        path.parent.name
        if UUID.fullmatch(path.parent.name)
        else by_name.get(plain_name(path.name), _KIND_IN_NAME.split(path.name)[0])
        for path in files
    ]
