"""The sample sheet of a cBioPortal study: its table of samples joined with that of patients."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from twinpurify.cohort.checks import check_unique
from twinpurify.errors import SampleSheetError, TableError
from twinpurify.io.files.locations import content_of
from twinpurify.io.tables.columns import check_columns
from twinpurify.io.tables.missing import without_codes
from twinpurify.io.tables.tabular import read_table

SAMPLE, PATIENT, SAMPLE_TYPE = "SAMPLE_ID", "PATIENT_ID", "SAMPLE_TYPE"
# data_clinical.txt held both in older downloads.
SAMPLE_FILES = ("data_clinical_sample.txt", "data_clinical.txt")
PATIENT_FILE = "data_clinical_patient.txt"
NORMAL = "Adjacent Normal"


def _find(folder: Path, names: Iterable[str]) -> Path | None:
    """Find a clinical file of a study, which may be gzipped."""
    found = (folder / f"{name}{ending}" for name in names for ending in ("", ".gz"))
    return next((path for path in found if path.is_file()), None)


def read_clinical(folder: Path, id_column: str | None, normals: list[str]) -> pd.DataFrame:
    """Read the clinical tables past their comment lines, and join them by patient.

    Parameters
    ----------
    folder : Path
        The study.
    id_column : str, optional
        Column of the table of samples that names them; by default ``SAMPLE_ID``.
    normals : list of str
        Samples of the files of adjacent normals; the table of samples lacks them.

    Raises
    ------
    TableError
        There is no table of samples, or one of the tables is damaged or lacks its ids.
    SampleSheetError
        A patient is doubled.
    """
    path = _find(folder, SAMPLE_FILES)
    if path is None:
        raise TableError(
            f"The cBioPortal study {folder} has no {SAMPLE_FILES[0]}, which says whose its samples "
            f"are; it holds {content_of(folder)}. Fetch it, or set samples.path to a sheet of your "
            "own."
        )
    sheet = _read(path, id_column or SAMPLE)
    check_columns({"its patients": PATIENT}, sheet, f"In {path}")
    further = _find(folder, [PATIENT_FILE])
    patients = None if further is None else _read(further, PATIENT)
    known = [*sheet[PATIENT].dropna(), *(() if patients is None else patients.index.dropna())]
    sheet = _with_normals(sheet, normals, set(known))
    return sheet if patients is None else _joined(sheet, patients, further)


def _read(path: Path, id_column: str) -> pd.DataFrame:
    return without_codes(read_table(path, "tsv", id_column, skip_comments=True))


def _with_normals(sheet: pd.DataFrame, normals: list[str], patients: set[str]) -> pd.DataFrame:
    """Add a row for each normal; its patient is the one with whose id its own begins."""
    missing = [name for name in dict.fromkeys(normals) if name not in sheet.index]
    if not missing:
        return sheet
    rows = pd.DataFrame(np.nan, missing, sheet.columns, dtype=object)
    rows[PATIENT] = [_patient_of(name, patients) for name in missing]
    rows[SAMPLE_TYPE] = NORMAL
    return pd.concat([sheet, rows]).rename_axis(sheet.index.name)


def _patient_of(sample: str, patients: set[str]) -> str | float:
    cuts = (sample[:place] for place in range(len(sample) - 1, 0, -1) if sample[place] == "-")
    return next((cut for cut in cuts if cut in patients), np.nan)


def _joined(sheet: pd.DataFrame, patients: pd.DataFrame, path: Path) -> pd.DataFrame:
    patients = patients[patients.index.notna()]
    check_unique(patients.index, f"patients of {path}", SampleSheetError, "Keep one row a patient.")
    both = patients.columns.intersection(sheet.columns)
    patients = patients.rename(columns={name: f"PATIENT_{name}" for name in both})
    return pd.concat([sheet, patients.reindex(sheet[PATIENT]).set_axis(sheet.index)], axis=1)
