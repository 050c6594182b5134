"""Of whom a sample is and of which tissue: told by the sheet, by barcodes, or by both."""

from __future__ import annotations

import pandas as pd

from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.cohort.hints import absent_columns, counts
from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.sheet.barcodes import (
    SAMPLE_TYPES,
    looks_like_tcga,
    parse_barcodes,
    sample_barcodes,
)
from twinpurify.cohort.sheet.tissue_vocabulary import keep_tumours_and_normals, read_tissues
from twinpurify.cohort.sheet.values import code
from twinpurify.errors import SampleSheetError, listed


def read_barcodes(
    sheet: pd.DataFrame, definition: CohortDefinition, log: IngestionLog
) -> pd.DataFrame | None:
    """Take the barcodes apart where the definition declares them.

    Parameters
    ----------
    sheet : DataFrame
        Codes of the sheet, indexed by sample id.
    definition : CohortDefinition
        Whether the samples have barcodes, and where they stand.
    log : IngestionLog
        Takes a hint when sample ids are barcodes and nothing declares them.

    Returns
    -------
    DataFrame or None
        The parts of each barcode; None without barcodes.

    Raises
    ------
    SampleSheetError
        The column is missing, or a value is no barcode.
    """
    settings = definition.barcodes
    if settings is None:
        if looks_like_tcga(sheet.index):
            log.note(
                "barcodes",
                "the sample ids are TCGA barcodes; `barcodes: {scheme: tcga}` would read patient "
                "and tissue from them, and keep one aliquot a sample",
            )
        return None
    if settings.column is not None and settings.column not in sheet.columns:
        absent = absent_columns({"barcodes.column": settings.column}, sheet.columns)
        raise SampleSheetError(f"In the sample sheet {absent}")
    return parse_barcodes(sample_barcodes(sheet, settings), log)


def tell_tissue(
    sheet: pd.DataFrame,
    definition: CohortDefinition,
    barcodes: pd.DataFrame | None,
    log: IngestionLog,
) -> pd.Series:
    """Tell tumours from adjacent normals, and drop the samples that are neither.

    Parameters
    ----------
    sheet : DataFrame
        Codes of the sheet, indexed by sample id.
    definition : CohortDefinition
        Which column holds the tissue, and what its values mean.
    barcodes : DataFrame, optional
        Parts of the barcodes, indexed by sample id.
    log : IngestionLog
        Takes what is dropped, and a warning where sheet and barcode contradict each other.

    Returns
    -------
    Series of str
        ``tumour`` or ``normal`` for the samples that stay.

    Raises
    ------
    SampleSheetError
        A word is unknown, a barcode doesn't reach to the sample type, or no sample is a tumour.
    """
    if "tissue" not in definition.columns:
        if barcodes is not None:
            return _by_sample_type(barcodes["sample_type"], log)
        log.note("tissue", "columns.tissue is not set: every sample is taken for a tumour")
        return pd.Series("tumour", index=sheet.index, dtype=object)
    found = sheet[definition.columns["tissue"]]
    values = definition.tissue_values
    tissue = read_tissues(found, log) if values is None else _by_values(found, definition, log)
    if barcodes is not None:
        _warn_of_other_tissue(tissue, barcodes["sample_type"], log)
    return tissue


def tell_patients(
    sheet: pd.DataFrame,
    definition: CohortDefinition,
    barcodes: pd.DataFrame | None,
    log: IngestionLog,
) -> pd.Series:
    """Tell whom each sample is of, since all splits go by patient.

    Parameters
    ----------
    sheet : DataFrame
        Codes of the sheet, indexed by sample id.
    definition : CohortDefinition
        Which column holds the patient, and the pattern that cuts it out.
    barcodes : DataFrame, optional
        Parts of the barcodes, indexed by sample id.
    log : IngestionLog
        Takes a warning where sheet and barcode contradict each other.

    Returns
    -------
    Series of str
        The patient of each sample.

    Raises
    ------
    SampleSheetError
        A sample has none.
    """
    column, pattern = definition.columns.get("patient_id"), definition.patient_id_pattern
    if barcodes is not None and column is None and pattern is None:
        return barcodes.loc[sheet.index, "patient"]
    source = sheet[column] if column else sheet.index.to_series()
    patients = source.str.extract(pattern, expand=False) if pattern else source
    without = patients[patients.isna() | (patients == "")]
    if len(without):
        raise SampleSheetError(
            f"No patient could be told for the samples {listed(without.index)}. Fill the column of "
            "columns.patient_id, or correct patient_id_pattern."
        )
    if barcodes is not None:
        _warn_of_other_patient(patients, barcodes.loc[sheet.index, "patient"], log)
    return patients


def _by_values(found: pd.Series, definition: CohortDefinition, log: IngestionLog) -> pd.Series:
    values = definition.tissue_values
    meaning = {code(value): "normal" for value in values.normal}
    meaning |= {code(value): "tumour" for value in values.tumour}
    tissue = found.map(meaning)
    if not (tissue == "tumour").any():
        raise SampleSheetError(
            f"No sample is a tumour: tissue_values.tumour is {values.tumour}, and the column "
            f"{found.name!r} holds {counts(found)}. Correct tissue_values.tumour."
        )
    other = found[tissue.isna()].fillna("missing")
    log.drop_samples("tissue", other.index, f"neither tumour nor normal: {counts(other)}")
    return tissue.dropna()


def _by_sample_type(sample_types: pd.Series, log: IngestionLog) -> pd.Series:
    without = sample_types.index[sample_types.isna()]
    if len(without):
        raise SampleSheetError(
            f"The barcodes of {listed(without)} reach to the patient only, not to the sample type "
            "(01, 11, …), so the tissue can't be told. Set barcodes.column to a column with longer "
            "barcodes, or map columns.tissue."
        )
    words = sample_types.map({kind: words for kind, (words, _) in SAMPLE_TYPES.items()})
    category = sample_types.map({kind: category for kind, (_, category) in SAMPLE_TYPES.items()})
    return keep_tumours_and_normals(category, words, log)


def _warn_of_other_tissue(tissue: pd.Series, sample_types: pd.Series, log: IngestionLog) -> None:
    told = sample_types.loc[tissue.index].dropna()
    category = told.map({kind: category for kind, (_, category) in SAMPLE_TYPES.items()})
    other = told[category != tissue[told.index]]
    if len(other):
        examples = [f"{sample}: {tissue[sample]}, not {kind}" for sample, kind in other.items()]
        log.warn(
            f"columns.tissue contradicts the sample type of barcodes: {listed(examples)}. The "
            "column counts; leave columns.tissue out if the barcodes are right."
        )


def _warn_of_other_patient(patients: pd.Series, by_barcode: pd.Series, log: IngestionLog) -> None:
    """Compare who belongs together, since patients may be named otherwise than in barcodes."""
    pairs = pd.DataFrame({"sheet": patients, "barcode": by_barcode})
    several = [
        pairs.groupby(one)[other].transform("nunique") > 1
        for one, other in (("sheet", "barcode"), ("barcode", "sheet"))
    ]
    spelt = patients.str.upper().str.replace(r"[._]", "-", regex=True).str[:12]
    renamed = spelt.str.startswith("TCGA-") & (spelt != by_barcode)
    other = patients.index[several[0] | several[1] | renamed]
    if len(other):
        examples = [f"{sample}: {patients[sample]}" for sample in other]
        log.warn(
            f"columns.patient_id contradicts the patients of barcodes: {listed(examples)}. The "
            "column counts; leave columns.patient_id out if the barcodes are right."
        )
