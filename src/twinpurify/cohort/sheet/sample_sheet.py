"""From a raw sample sheet to the validated `obs` of a cohort."""

from __future__ import annotations

import pandas as pd

from twinpurify.cohort.codes import codes
from twinpurify.cohort.declaration.definition import LABELS, CohortDefinition
from twinpurify.cohort.hints import absent_columns, each
from twinpurify.cohort.notes import Notes, Told
from twinpurify.cohort.sheet.barcodes import read_barcodes
from twinpurify.cohort.sheet.contrasts import contrast_columns
from twinpurify.cohort.sheet.follow_up import follow_up
from twinpurify.cohort.sheet.labels import pick_labels, read_vocabulary
from twinpurify.cohort.sheet.schema import QUALITY_COLUMNS, check_schema, is_reserved
from twinpurify.cohort.sheet.tissue import tell_tissue
from twinpurify.cohort.sheet.values import OLDEST, numbers, typed
from twinpurify.errors import SampleSheetError, listed

# No setting could map a column to these: AnnData files use the first two for the index, and the
# others are found out from the profiles.
OWN_NAMES = ("sample_id", "_index", *QUALITY_COLUMNS)
OF_TUMOURS = ("subtype", "grade", "stage")
# What describes a sample or its patient, not the tumour.
OF_SAMPLES = ("patient_id", "tissue", "age", "sex", "batch")


def build_obs(sheet: pd.DataFrame, definition: CohortDefinition) -> Told[pd.DataFrame]:
    """Rename, decode and validate a sample sheet, so that all cohorts speak the same language.

    What describes a tumour (subtype, grade, stage, purity, survival) is left missing on normals:
    sheets repeat it on every row of a patient, where it would count twice. Columns that the
    definition doesn't name are kept under their own name.

    Parameters
    ----------
    sheet : DataFrame
        The raw sheet, indexed by unique sample ids; text or typed.
    definition : CohortDefinition
        Which column is what.

    Raises
    ------
    SampleSheetError
        A mapped column is missing, a code is unknown, a value is out of its range, a barcode is
        none, a sample has no patient, or a column bears a name of the data model without being
        mapped.
    """
    notes, named = Notes(), _named_columns(definition)
    _check_columns(sheet, named)
    _check_free_names(sheet, named)
    sheet = sheet.apply(codes)
    barcodes = notes.of(read_barcodes(sheet, definition.barcodes))
    tissue = notes.of(tell_tissue(sheet, definition, barcodes))
    sheet = sheet.loc[tissue.index]
    notes += _labels_of_normals(sheet[tissue == "normal"], named)
    patients = notes.of(_tell_patients(sheet, definition, barcodes))
    obs = pd.DataFrame({"patient_id": patients, "tissue": tissue})
    obs.index.name = "sample_id"
    columns = {
        **notes.of(_tumour_columns(sheet[tissue == "tumour"], definition)),
        **notes.of(_sample_columns(sheet, definition)),
        **notes.of(_further_columns(sheet.drop(columns=set(named.values())))),
    }
    obs = pd.concat([obs, pd.DataFrame(columns, index=obs.index)], axis=1)
    empty = [name for name in LABELS if name in obs and obs[name].isna().all()]
    if empty:
        notes.warn(f"Every value of {listed(empty)} is missing; the cohort does without.")
    obs = obs.drop(columns=empty)
    check_schema(obs)
    return obs, notes


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


def _tell_patients(
    sheet: pd.DataFrame, definition: CohortDefinition, barcodes: pd.DataFrame | None
) -> Told[pd.Series]:
    """Tell whom each sample is of, since all splits go by patient."""
    notes = Notes()
    column, pattern = definition.columns.get("patient_id"), definition.patient_id_pattern
    if barcodes is not None and column is None and pattern is None:
        return barcodes.loc[sheet.index, "patient"], notes
    source = sheet[column] if column else sheet.index.to_series()
    patients = source.str.extract(pattern, expand=False) if pattern else source
    without = patients[patients.isna() | (patients == "")]
    if len(without):
        raise SampleSheetError(
            f"No patient could be told for the samples {listed(without.index)}. Fill the column of "
            "columns.patient_id, or correct patient_id_pattern."
        )
    if barcodes is not None:
        other = patients[_contradict(patients, barcodes.loc[sheet.index, "patient"])]
        if len(other):
            notes.warn(
                f"columns.patient_id contradicts the patients of barcodes: {each(other)}. The "
                "column counts; leave columns.patient_id out if the barcodes are right."
            )
    return patients, notes


def _contradict(patients: pd.Series, by_barcode: pd.Series) -> pd.Series:
    """Compare who belongs together, since patients may be named otherwise than in barcodes."""
    divided = by_barcode.groupby(patients).transform("nunique") > 1
    united = patients.groupby(by_barcode).transform("nunique") > 1
    spelt = patients.str.upper().str.replace(r"[._]", "-", regex=True).str[:12]
    return divided | united | (spelt.str.startswith("TCGA-") & (spelt != by_barcode))


def _labels_of_normals(normals: pd.DataFrame, named: dict[str, str]) -> Notes:
    of_samples = {f"columns.{name}" for name in OF_SAMPLES}
    of_tumours = sorted({theirs for ours, theirs in named.items() if ours not in of_samples})
    notes, filled = Notes(), normals[of_tumours].notna().any(axis=1)
    notes.add(
        "normals",
        f"{int(filled.sum())} of {len(filled)} normals bear labels of their patient's tumour, "
        "which are left missing there",
        normals.index[filled],
    )
    return notes


def _tumour_columns(
    tumours: pd.DataFrame, definition: CohortDefinition
) -> Told[dict[str, pd.Series]]:
    notes, columns = Notes(), {}
    for name in OF_TUMOURS:
        if name in definition.columns:
            columns[name] = notes.of(_label(tumours, name, definition))
    labels = dict(columns)
    for source, column in definition.purity.items():
        fractions = "fractions from 0 to 1 (divide percentages by 100)"
        purity = numbers(tumours[column], f"purity.{source}", 0.0, 1.0, fractions)
        columns[f"purity_{source}"] = purity
    if definition.purity:
        columns["purity"] = columns[f"purity_{next(iter(definition.purity))}"]
    for name, column in definition.signals.items():
        columns[f"signal_{name}"] = numbers(tumours[column], f"signals.{name}")
    columns |= notes.of(contrast_columns(tumours, labels, definition.contrasts))
    for endpoint, settings in definition.survival.items():
        columns |= notes.of(follow_up(tumours, endpoint, settings))
    return columns, notes


def _sample_columns(
    sheet: pd.DataFrame, definition: CohortDefinition
) -> Told[dict[str, pd.Series]]:
    notes, columns = Notes(), {}
    if "age" in definition.columns:
        years = sheet[definition.columns["age"]]
        columns["age"] = numbers(years, "columns.age", 0.0, OLDEST, "years from 0 to 120")
    if "batch" in definition.columns:
        columns["batch"] = notes.of(_label(sheet, "batch", definition))
    if "sex" in definition.columns:
        picked = notes.of(_label(sheet, "sex", definition))
        columns["sex"] = notes.of(read_vocabulary(picked, "sex", "columns.sex"))
    return columns, notes


def _label(rows: pd.DataFrame, name: str, definition: CohortDefinition) -> Told[pd.Series]:
    found = rows[definition.columns[name]]
    return pick_labels(found, definition.label_values.get(name), name)


def _further_columns(unnamed: pd.DataFrame) -> Told[dict[str, pd.Series]]:
    notes, columns = Notes(), {}
    for name in unnamed.columns:
        # A slash separates the levels of an h5ad file, where no name may hold one.
        plain = name.replace("/", "|")
        kept = f"sheet_{plain}" if is_reserved(plain) or plain in OWN_NAMES else plain
        if kept != name:
            notes.add("columns", f"the sheet's own column {name!r} is kept as {kept!r}")
        columns[kept] = typed(unnamed[name])
    return columns, notes
