"""From a raw sample sheet to the validated `obs` of a cohort."""

from __future__ import annotations

import pandas as pd

from twinpurify.cohort.declaration.definition import LABELS, CohortDefinition
from twinpurify.cohort.hints import absent_columns
from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.sheet.contrasts import contrast_columns
from twinpurify.cohort.sheet.follow_up import follow_up
from twinpurify.cohort.sheet.sample_origin import read_barcodes, tell_patients, tell_tissue
from twinpurify.cohort.sheet.schema import QUALITY_COLUMNS, check_schema, is_reserved
from twinpurify.cohort.sheet.values import (
    OLDEST,
    codes,
    in_range,
    numbers,
    pick_labels,
    typed,
)
from twinpurify.cohort.sheet.vocabularies import read_vocabulary
from twinpurify.errors import SampleSheetError, listed

# No setting could map a column to these: AnnData files use the first two for the index, and the
# others are found out from the profiles.
OWN_NAMES = ("sample_id", "_index", *QUALITY_COLUMNS)
OF_TUMOURS = ("subtype", "grade", "stage")
# What describes a sample or its patient, not the tumour.
OF_SAMPLES = ("patient_id", "tissue", "age", "sex", "batch")


def build_obs(sheet: pd.DataFrame, definition: CohortDefinition, log: IngestionLog) -> pd.DataFrame:
    """Rename, decode and validate a sample sheet, so that all cohorts speak the same language.

    What describes a tumour (subtype, grade, stage, purity, survival) is left missing on normals:
    sheets repeat it on every row of a patient, where it would count twice.

    Parameters
    ----------
    sheet : DataFrame
        The raw sheet, indexed by unique sample ids; text or typed.
    definition : CohortDefinition
        Which column is what.
    log : IngestionLog
        Takes what is dropped or left missing.

    Returns
    -------
    DataFrame
        Indexed by ``sample_id``, with the columns of the data model; columns that the definition
        doesn't name are kept under their own name.

    Raises
    ------
    SampleSheetError
        A mapped column is missing, a code is unknown, a value is out of its range, a barcode is
        none, a sample has no patient, or a column bears a name of the data model without being
        mapped.
    """
    named = _named_columns(definition)
    _check_columns(sheet, named)
    _check_free_names(sheet, named)
    sheet = sheet.apply(codes)
    barcodes = read_barcodes(sheet, definition, log)
    tissue = tell_tissue(sheet, definition, barcodes, log)
    sheet = sheet.loc[tissue.index]
    _note_labels_of_normals(sheet[tissue == "normal"], named, log)
    patients = tell_patients(sheet, definition, barcodes, log)
    obs = pd.DataFrame({"patient_id": patients, "tissue": tissue})
    obs.index.name = "sample_id"
    columns = {
        **_tumour_columns(sheet[tissue == "tumour"], definition, log),
        **_sample_columns(sheet, definition, log),
        **_further_columns(sheet.drop(columns=set(named.values())), log),
    }
    obs = pd.concat([obs, pd.DataFrame(columns, index=obs.index)], axis=1)
    obs = _without_empty_labels(obs, log)
    check_schema(obs)
    return obs


def _named_columns(definition: CohortDefinition) -> dict[str, str]:
    named = {f"columns.{ours}": theirs for ours, theirs in definition.columns.items()}
    named |= {f"purity.{source}": column for source, column in definition.purity.items()}
    named |= {f"signals.{name}": column for name, column in definition.signals.items()}
    for endpoint, settings in definition.survival.items():
        named[f"survival.{endpoint}.time"] = settings.time
        named[f"survival.{endpoint}.event"] = settings.event
    return named


def _check_columns(sheet: pd.DataFrame, named: dict[str, str]) -> None:
    absent = {setting: name for setting, name in named.items() if name not in sheet.columns}
    if absent:
        named_by_ids = "columns.patient_id" in absent
        hint = " Leave columns.patient_id out if the sample ids are the patients." * named_by_ids
        raise SampleSheetError(f"In the sample sheet {absent_columns(absent, sheet.columns)}{hint}")


def _check_free_names(sheet: pd.DataFrame, named: dict[str, str]) -> None:
    free = sheet.columns.difference([*named.values(), *OWN_NAMES])
    taken = [name for name in free if is_reserved(name) and f"columns.{name}" not in named]
    if taken:
        raise SampleSheetError(
            "The sample sheet has columns with names that the cohort uses itself: "
            f"{listed(taken)}. Say what they are: map each in `columns`, `purity`, `signals` or "
            "`survival` (for example columns.stage: stage), or rename it in the sheet."
        )


def _note_labels_of_normals(
    normals: pd.DataFrame, named: dict[str, str], log: IngestionLog
) -> None:
    of_samples = {f"columns.{name}" for name in OF_SAMPLES}
    of_tumours = sorted({theirs for ours, theirs in named.items() if ours not in of_samples})
    filled = normals[of_tumours].notna().any(axis=1)
    if filled.any():
        log.note(
            "normals",
            f"{int(filled.sum())} of {len(filled)} normals bear labels of their patient's tumour, "
            "which are left missing there",
            examples=normals.index[filled],
        )


def _tumour_columns(
    tumours: pd.DataFrame, definition: CohortDefinition, log: IngestionLog
) -> dict[str, pd.Series]:
    columns = {}
    for name in OF_TUMOURS:
        if name in definition.columns:
            found = tumours[definition.columns[name]]
            columns[name] = pick_labels(found, definition.label_values.get(name), name, log)
    for source, column in definition.purity.items():
        setting = f"purity.{source}"
        columns[f"purity_{source}"] = in_range(
            numbers(tumours[column], setting),
            0.0,
            1.0,
            setting,
            "fractions from 0 to 1 (divide percentages by 100)",
        )
    if definition.purity:
        columns["purity"] = columns[f"purity_{next(iter(definition.purity))}"]
    for name, column in definition.signals.items():
        columns[f"signal_{name}"] = numbers(tumours[column], f"signals.{name}")
    labels = {name: columns[name] for name in OF_TUMOURS if name in columns}
    columns |= contrast_columns(tumours, labels, definition.contrasts, log)
    for endpoint, settings in definition.survival.items():
        columns |= follow_up(tumours, endpoint, settings, log)
    return columns


def _sample_columns(
    sheet: pd.DataFrame, definition: CohortDefinition, log: IngestionLog
) -> dict[str, pd.Series]:
    columns = {}
    if "age" in definition.columns:
        years = numbers(sheet[definition.columns["age"]], "columns.age")
        columns["age"] = in_range(years, 0.0, OLDEST, "columns.age", "years from 0 to 120")
    if "batch" in definition.columns:
        found = sheet[definition.columns["batch"]]
        columns["batch"] = pick_labels(found, definition.label_values.get("batch"), "batch", log)
    if "sex" in definition.columns:
        found = sheet[definition.columns["sex"]]
        picked = pick_labels(found, definition.label_values.get("sex"), "sex", log)
        columns["sex"] = read_vocabulary(picked, "sex", "columns.sex", log)
    return columns


def _further_columns(unnamed: pd.DataFrame, log: IngestionLog) -> dict[str, pd.Series]:
    columns = {}
    for name in unnamed.columns:
        # A slash separates the levels of an h5ad file, where no name may hold one.
        plain = name.replace("/", "|")
        kept = f"sheet_{plain}" if is_reserved(plain) or plain in OWN_NAMES else plain
        if kept != name:
            log.note("columns", f"the sheet's own column {name!r} is kept as {kept!r}")
        columns[kept] = typed(unnamed[name])
    return columns


def _without_empty_labels(obs: pd.DataFrame, log: IngestionLog) -> pd.DataFrame:
    empty = [name for name in LABELS if name in obs and obs[name].isna().all()]
    if empty:
        log.warn(f"Every value of {listed(empty)} is missing; the cohort does without.")
    return obs.drop(columns=empty)
