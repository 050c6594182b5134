"""What a GDC download says of its samples, file by file, and what they are called."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twinpurify.cohort.checks import check_unique
from twinpurify.cohort.sheet.barcodes import SAMPLE_TYPES
from twinpurify.errors import ConfigurationError, ExpressionError, TableError, listed
from twinpurify.io.tables.columns import check_columns
from twinpurify.io.tables.tabular import read_table

# Column of a sample sheet -> ours; the others keep their names, in lower case.
SHEET_COLUMNS = {"Project ID": "project", "Case ID": "patient", "Sample ID": "sample"}
# Our column -> where metadata hold it.
METADATA_KEYS = {
    "file_id": ("file_id",),
    "file_name": ("file_name",),
    "project": ("cases", "project", "project_id"),
    "patient": ("cases", "submitter_id"),
    "sample": ("cases", "samples", "submitter_id"),
    "sample_type": ("cases", "samples", "sample_type"),
    "aliquot": ("associated_entities", "entity_submitter_id"),
    "case_id": ("associated_entities", "case_id"),
}
FILE_COLUMNS = ["file_id", "file_name"]
# What samples are called by, the most telling first.
NAMES = {"aliquot": "aliquot barcode", "sample": "sample id", "file_id": "file id"}
FIRST = [*FILE_COLUMNS, "patient", "aliquot", "sample", "sample_type", "tissue_type", "project"]
# Patient and code of the sample type, in barcodes of TCGA and TARGET.
BARCODE = r"^((?:TCGA|TARGET)-[^-]+-[^-]+)-(\d{2})"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
KIND_IN_NAME = re.compile(r"\.(htseq|rna_seq|augmented_star)")


def plain_name(name: str) -> str:
    """Return the last part of `name`, perhaps with folders before it, without ``.gz``."""
    return name.replace("\\", "/").rpartition("/")[2].removesuffix(".gz")


def read_manifest(folder: Path) -> tuple[pd.DataFrame, list[str]]:
    """Read what the download `folder` should hold from the manifests in its top.

    Returns
    -------
    DataFrame
        Columns ``id``, ``name`` (without folder) and ``size`` (bytes, as text).
    list of str
        Warnings of manifests that can't be read: the counts can be read without.
    """
    pattern = r"(gdc_)?manifest.*\.(txt|tsv)"
    tables, warnings = _readable(
        folder, pattern, _read_manifest, "The manifest was left out, and nothing held against it"
    )
    empty = pd.DataFrame(columns=["id", "name", "size"], dtype=object)
    together = pd.concat([empty, *tables.values()])
    return together.drop_duplicates(["id", "name"], ignore_index=True), warnings


def _read_manifest(path: Path) -> pd.DataFrame:
    table = _read_table(path, ("id", "filename", "size"), "manifest", "expression")
    named = table[table["filename"].notna() & table["id"].notna()]
    return named.assign(name=named["filename"].map(lambda name: Path(name).name))[
        ["id", "name", "size"]
    ]


def _readable(
    folder: Path, pattern: str, read: Callable[[Path], pd.DataFrame], left_out: str = ""
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Read the files of some names; of those that can't be read, a warning is enough."""
    sources, warnings = {}, []
    for path in sorted(folder.iterdir()):
        if re.fullmatch(pattern, path.name.lower()):
            try:
                sources[path.name] = read(path)
            except TableError as error:
                warnings.append(f"{left_out or f'{path.name} was left out'}: {error}")
    return sources, warnings


def _read_table(path: Path, needed: Sequence[str], what: str, setting: str) -> pd.DataFrame:
    table = read_table(path, "tsv", setting=setting).reset_index()
    absent = [name for name in needed if name not in table]
    if absent:
        raise TableError(
            f"{path} lacks the columns {listed(absent)} of a {what} of the GDC; it has "
            f"{listed(table.columns, 12)}. Fetch it again."
        )
    return table


def _read_sheet(path: Path) -> pd.DataFrame:
    sheet = _read_table(path, ("File ID", "File Name"), "sample sheet", "samples")
    lower = {name: name.strip().lower().replace(" ", "_") for name in sheet.columns}
    sheet = sheet.rename(columns=lower | SHEET_COLUMNS)
    sheet = sheet.loc[:, ~sheet.columns.duplicated()].astype(object)
    others = sheet.columns.difference(FILE_COLUMNS, sort=False)
    # A file of two aliquots repeats the patient.
    sheet[others] = sheet[others].map(
        lambda cell: _distinct(part.strip() for part in cell.split(",")), na_action="ignore"
    )
    return sheet


def _read_json(path: Path) -> pd.DataFrame:
    try:
        entries = json.loads(path.read_bytes())
    except (ValueError, RecursionError, OSError) as error:
        raise TableError(f"{path} is no JSON: {error}. Fetch it again.") from error
    rows = [
        {column: _distinct(_texts(entry, keys)) for column, keys in METADATA_KEYS.items()}
        for entry in (entries if isinstance(entries, list) else [])
    ]
    table = pd.DataFrame(rows, columns=list(METADATA_KEYS), dtype=object).replace("", np.nan)
    if not table["file_id"].notna().any():
        raise TableError(
            f"{path} names no file_id: it isn't the metadata of a cart of the GDC. Fetch it again."
        )
    unknown = [name for name in table if table[name].isna().all() and name not in FILE_COLUMNS]
    return table.drop(columns=unknown)


def _texts(node: Any, keys: tuple[str, ...]) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _texts(item, keys)
    elif keys and isinstance(node, dict):
        yield from _texts(node.get(keys[0]), keys[1:])
    elif not keys and isinstance(node, str | int):
        yield str(node)


def _distinct(texts: Iterator[str]) -> str:
    return ", ".join(dict.fromkeys(texts))


def describe_files(
    folder: Path, files: Sequence[Path], manifest: pd.DataFrame
) -> tuple[pd.DataFrame, str, list[str]]:
    """Look up the count files in the sample sheets and metadata of the folder's top.

    Parameters
    ----------
    folder : Path
        The download.
    files : sequence of Path
        Its count files.
    manifest : DataFrame
        Where ids of files are found that don't lie in folders of their own.

    Returns
    -------
    DataFrame
        Text, a row a file, in their order: ``file_id``, ``file_name``, and what sheets and
        metadata say.
    str
        Where it comes from.
    list of str
        Warnings of what couldn't be read, or isn't described.
    """
    names = pd.Series([path.name for path in files], dtype=object)
    table = pd.DataFrame({"file_id": _file_ids(files, manifest), "file_name": names}, dtype=object)
    # Metadata stand before sample sheets, since they know the aliquot.
    sources, warnings = _readable(folder, r"metadata.*\.json", _read_json)
    sheets, further = _readable(folder, r".*sample_sheet.*\.tsv(\.gz)?", _read_sheet)
    sources, warnings = sources | sheets, warnings + further
    if not sources:
        note = f"{folder.name} holds no gdc_sample_sheet*.tsv and no metadata*.json"
        return table, note, warnings
    for name, source in sources.items():
        found = _look_up(table, source)
        absent = table["file_name"][found[FILE_COLUMNS].isna().all(axis=1)]
        if len(absent):
            warnings.append(f"{name} doesn't describe the files {listed(absent)}.")
        table["file_id"] = found["file_id"].fillna(table["file_id"])
        table = table.combine_first(found.drop(columns=FILE_COLUMNS))
    table = _with_barcodes(table)
    first = [name for name in FIRST if name in table.columns]
    table = table[[*first, *table.columns.difference(first)]].astype(object)
    note = f"the samples are described by {', '.join(sources)}"
    return table.where(table.notna(), np.nan), note, warnings


def _file_ids(files: Sequence[Path], manifest: pd.DataFrame) -> list[str]:
    """Find the GDC's id of each file: its folder, else the manifest's, else its name."""
    by_name = dict(zip(map(plain_name, manifest["name"]), manifest["id"], strict=True))
    return [
        path.parent.name
        if UUID.fullmatch(path.parent.name)
        else by_name.get(plain_name(path.name), KIND_IN_NAME.split(path.name)[0])
        for path in files
    ]


def _look_up(table: pd.DataFrame, source: pd.DataFrame) -> pd.DataFrame:
    """Find the rows of a source by the ids of the files, and else by their names."""
    by_id = _positions(source["file_id"])
    by_name = _positions(source["file_name"].map(plain_name, na_action="ignore"))
    rows = [
        by_id.get(file_id, by_name.get(plain_name(name), -1))
        for file_id, name in zip(table["file_id"], table["file_name"], strict=True)
    ]
    return source.reindex(rows).set_axis(table.index)


def _positions(names: pd.Series) -> dict[str, int]:
    return {name: place for place, name in enumerate(names) if isinstance(name, str)}


def _with_barcodes(table: pd.DataFrame) -> pd.DataFrame:
    """Take the patient and the type of sample from barcodes where the sheet doesn't say them."""
    empty = pd.Series(np.nan, table.index, dtype=object)
    barcodes = table.get("aliquot", empty).fillna(table.get("sample", empty))
    parts = barcodes.astype("string").str.extract(BARCODE).astype(object)
    words = {code: word.replace("Solid Tumor", "Tumor") for code, (word, _) in SAMPLE_TYPES.items()}
    patients = table.get("patient", empty).fillna(parts[0]).fillna(table.get("case_id", empty))
    tissues = table.get("sample_type", empty).fillna(parts[1].map(words))
    tissues = tissues.fillna(table.get("tissue_type", empty))
    return table.assign(patient=patients, tissue_type=tissues)


def name_samples(table: pd.DataFrame, id_column: str | None) -> tuple[pd.Index, str]:
    """Choose what the samples are called: as the user says, else by the aliquot's barcode.

    Parameters
    ----------
    table : DataFrame
        What is known of the files.
    id_column : str, optional
        Its column that holds the names.

    Returns
    -------
    Index
        A name a file.
    str
        Which they are, and why.

    Raises
    ------
    ConfigurationError
        There is no such column.
    ExpressionError
        A name is missing or stands twice.
    """
    asked = {} if id_column is None else {"id_column": id_column}
    check_columns(asked, table, "Of the files of the GDC download", ConfigurationError)
    known = [name for name in NAMES if name in table.columns]
    usable = [name for name in known if table[name].notna().all() and table[name].is_unique]
    chosen = id_column or (usable or ["file_id"])[0]
    names = pd.Index(table[chosen], name="sample", dtype=object)
    check_unique(
        names,
        f"names of the samples (the column {chosen} of their files)",
        ExpressionError,
        "Keep one file a sample, or set id_column to another of the columns "
        f"{', '.join(table.columns)}.",
    )
    passed = ", ".join(NAMES[name] for name in known if name not in usable)
    why = f", since these are missing or stand twice: {passed}" if passed and not id_column else ""
    return names, f"samples are called by their {NAMES.get(chosen, chosen)}{why}"
