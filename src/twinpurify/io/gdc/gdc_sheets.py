"""What a GDC download says of its samples, file by file, and what they are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from twinpurify.cohort.checks import check_unique
from twinpurify.cohort.hints import absent_columns
from twinpurify.cohort.sheet.barcodes import SAMPLE_TYPES
from twinpurify.errors import ConfigurationError, ExpressionError, listed
from twinpurify.io.gdc.gdc_files import Manifest, file_ids, plain_name
from twinpurify.io.gdc.gdc_metadata import FILE_COLUMNS, read_metadata

# What samples are called by, the most telling first.
NAMES = {"aliquot": "aliquot barcode", "sample": "sample id", "file_id": "file id"}
FIRST = [*FILE_COLUMNS, "patient", "aliquot", "sample", "sample_type", "tissue_type", "project"]
# Patient and code of the sample type, in barcodes of TCGA and TARGET.
BARCODE = r"^((?:TCGA|TARGET)-[^-]+-[^-]+)-(\d{2})"


@dataclass(frozen=True)
class FileDescriptions:
    """What is known of each count file.

    Attributes
    ----------
    table : DataFrame
        Text, a row a file: ``file_id``, ``file_name``, and what sheets and metadata say.
    note : str
        Where it comes from.
    warnings : tuple of str
        What couldn't be read, or isn't described.
    """

    table: pd.DataFrame
    note: str
    warnings: tuple[str, ...]


def describe_files(folder: Path, files: Sequence[Path], manifest: Manifest) -> FileDescriptions:
    """Look up the count files in the sample sheets and metadata of the folder's top.

    Parameters
    ----------
    folder : Path
        The download.
    files : sequence of Path
        Its count files.
    manifest : Manifest
        Where ids of files are found that don't lie in folders of their own.

    Returns
    -------
    FileDescriptions
        A row a file, in their order.
    """
    ids, names = file_ids(files, manifest), [path.name for path in files]
    table = pd.DataFrame({"file_id": ids, "file_name": names}, dtype=object)
    sources, warnings = read_metadata(folder)
    if not sources:
        note = f"{folder.name} holds no gdc_sample_sheet*.tsv and no metadata*.json"
        return FileDescriptions(table, note, tuple(warnings))
    for name, source in sources.items():
        found = _look_up(table, source)
        absent = table["file_name"][found[list(FILE_COLUMNS)].isna().all(axis=1)]
        if len(absent):
            warnings.append(f"{name} doesn't describe the files {listed(absent)}.")
        table["file_id"] = found["file_id"].fillna(table["file_id"])
        table = table.combine_first(found.drop(columns=list(FILE_COLUMNS)))
    note = f"the samples are described by {', '.join(sources)}"
    return FileDescriptions(_ordered(_with_barcodes(table)), note, tuple(warnings))


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


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    first = [name for name in FIRST if name in table.columns]
    table = table[[*first, *table.columns.difference(first)]].astype(object)
    return table.where(table.notna(), np.nan)


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
    if id_column is not None and id_column not in table.columns:
        absent = absent_columns({"id_column": id_column}, table.columns)
        raise ConfigurationError(f"Of the files of the GDC download {absent}")
    known = [name for name in NAMES if name in table.columns]
    usable = [name for name in known if table[name].notna().all() and table[name].is_unique]
    chosen = id_column or (usable or ["file_id"])[0]
    check_unique(
        pd.Index(table[chosen]),
        f"names of the samples (the column {chosen} of their files)",
        ExpressionError,
        "Keep one file a sample, or set id_column to another of the columns "
        f"{', '.join(table.columns)}.",
    )
    passed = ", ".join(NAMES[name] for name in known if name not in usable)
    why = f", since these are missing or stand twice: {passed}" if passed and not id_column else ""
    names = pd.Index(table[chosen], name="sample", dtype=object)
    return names, f"samples are called by their {NAMES.get(chosen, chosen)}{why}"
