"""Sample sheets and metadata of the GDC data portal, read into the same columns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twinpurify.errors import TableError, listed
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
FILE_COLUMNS = ("file_id", "file_name")


def read_metadata(folder: Path) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Read all that lies in a download's top and describes its files.

    Parameters
    ----------
    folder : Path
        The download.

    Returns
    -------
    dict
        Name of the file -> DataFrame of text, a row a described file, with at least ``file_id``
        and ``file_name``. Metadata stand before sample sheets, since they know the aliquot.
    list of str
        Warnings of what can't be read: counts can be read without it.
    """
    readers = {r"metadata.*\.json": _read_json, r".*sample_sheet.*\.tsv(\.gz)?": _read_sheet}
    sources, warnings = {}, []
    for pattern, read in readers.items():
        for path in sorted(folder.iterdir()):
            if not re.fullmatch(pattern, path.name.lower()):
                continue
            try:
                sources[path.name] = read(path)
            except TableError as error:
                warnings.append(f"{path.name} was left out: {error}")
    return sources, warnings


def _read_sheet(path: Path) -> pd.DataFrame:
    sheet = read_table(path, "tsv", setting="samples").reset_index()
    absent = [name for name in ("File ID", "File Name") if name not in sheet]
    if absent:
        raise TableError(
            f"{path} lacks the columns {listed(absent)} of a sample sheet of the GDC; it has "
            f"{listed(sheet.columns, 12)}. Fetch it again."
        )
    lower = {name: name.strip().lower().replace(" ", "_") for name in sheet.columns}
    sheet = sheet.rename(columns=lower | SHEET_COLUMNS)
    sheet = sheet.loc[:, ~sheet.columns.duplicated()].astype(object)
    others = sheet.columns.difference(FILE_COLUMNS, sort=False)
    sheet[others] = sheet[others].map(_distinct, na_action="ignore")
    return sheet


def _distinct(cell: str) -> str:
    """``A, A`` becomes ``A``: a file of two aliquots repeats the patient."""
    return ", ".join(dict.fromkeys(part.strip() for part in cell.split(",")))


def _read_json(path: Path) -> pd.DataFrame:
    try:
        entries = json.loads(path.read_bytes())
    except (ValueError, RecursionError, OSError) as error:
        raise TableError(f"{path} is no JSON: {error}. Fetch it again.") from error
    rows = [
        {
            column: ", ".join(dict.fromkeys(_texts(entry, keys)))
            for column, keys in METADATA_KEYS.items()
        }
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
