"""TCGA barcodes: who a sample is of, what kind of tissue it is, and which aliquot of it."""

from __future__ import annotations

import re

import pandas as pd

from twinpurify.cohort.declaration.samples import BarcodeSettings
from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.errors import SampleSheetError, listed

# Code -> the words of the GDC's table of sample types, and the category of tissue.
SAMPLE_TYPES: dict[str, tuple[str, str]] = {
    "01": ("Primary Solid Tumor", "tumour"),
    "02": ("Recurrent Solid Tumor", "recurrence"),
    "03": ("Primary Blood Derived Cancer - Peripheral Blood", "tumour"),
    "04": ("Recurrent Blood Derived Cancer - Bone Marrow", "recurrence"),
    "05": ("Additional - New Primary", "further primary"),
    "06": ("Metastatic", "metastasis"),
    "07": ("Additional Metastatic", "metastasis"),
    "08": ("Human Tumor Original Cells", "isolated cells"),
    "09": ("Primary Blood Derived Cancer - Bone Marrow", "tumour"),
    "10": ("Blood Derived Normal", "blood"),
    "11": ("Solid Tissue Normal", "normal"),
    "12": ("Buccal Cell Normal", "other normal"),
    "13": ("EBV Immortalized Normal", "cell line"),
    "14": ("Bone Marrow Normal", "other normal"),
    "20": ("Control Analyte", "control"),
    "40": ("Recurrent Blood Derived Cancer - Peripheral Blood", "recurrence"),
    "50": ("Cell Lines", "cell line"),
    "60": ("Primary Xenograft Tissue", "xenograft"),
    "61": ("Cell Line Derived Xenograft Tissue", "xenograft"),
}
_PARTS = ("patient", "sample_type", "vial", "portion", "analyte", "plate", "centre")
_BARCODE = re.compile(
    r"(?P<patient>TCGA-[A-Z0-9]{2}-[A-Z0-9]{4})"
    r"(?:-(?P<sample_type>\d{2})(?P<vial>[A-Z])?"
    r"(?:-(?P<portion>\d{2})(?P<analyte>[A-Z])?"
    r"(?:-(?P<plate>[A-Z0-9]{4})(?:-(?P<centre>[A-Z0-9]{2}))?)?)?)?"
)


def sample_barcodes(sheet: pd.DataFrame, settings: BarcodeSettings) -> pd.Series:
    """Take the barcodes from where the settings say, since sample ids need not be barcodes.

    Parameters
    ----------
    sheet : DataFrame
        The raw sheet, indexed by sample id.
    settings : BarcodeSettings
        Names the column; without one the sample ids are the barcodes.

    Returns
    -------
    Series of str
        Indexed by sample id; NaN where missing.
    """
    if settings.column is None:
        return pd.Series(sheet.index, index=sheet.index, dtype=object)
    return sheet[settings.column].astype(object)


def parse_barcodes(barcodes: pd.Series, log: IngestionLog | None = None) -> pd.DataFrame:
    """Take TCGA barcodes apart, from the patient's (12 characters) to the aliquot's (28).

    Parameters
    ----------
    barcodes : Series of str
        Indexed by sample id. R's spelling, with dots or underscores, and lower case are read too.
    log : IngestionLog, optional
        Takes a note where the spelling isn't TCGA's own.

    Returns
    -------
    DataFrame
        Per sample ``patient``, ``sample_type``, ``vial``, ``portion``, ``analyte``, ``plate`` and
        ``centre``; NaN for what the barcode doesn't reach.

    Raises
    ------
    SampleSheetError
        A value is no TCGA barcode, or its sample type isn't one of TCGA's.

    References
    ----------
    NCI Genomic Data Commons, "TCGA Barcode" and "Sample Type Codes".
    https://docs.gdc.cancer.gov/Encyclopedia/pages/TCGA_Barcode/
    """
    text = barcodes.map(str, na_action="ignore").astype(object)
    spelt = text.str.strip().str.upper().str.replace(r"[._]", "-", regex=True)
    parts = [_BARCODE.fullmatch(value) if isinstance(value, str) else None for value in spelt]
    wrong = [value is None for value in parts]
    if any(wrong):
        examples = [f"{sample}: {value}" for sample, value in text[wrong].items()]
        raise SampleSheetError(
            f"barcodes.scheme is tcga, but these are no TCGA barcodes: {listed(examples)}. Set "
            "barcodes.column to the column that holds them, or leave `barcodes` out."
        )
    parsed = pd.DataFrame(
        [match.groupdict() for match in parts], index=text.index, columns=_PARTS, dtype=object
    )
    _check_sample_types(parsed["sample_type"])
    if log is not None:
        _note_spelling(text[spelt != text], log)
    return parsed


def looks_like_tcga(ids: pd.Index) -> bool:
    """Tell whether sample ids are TCGA barcodes, for a hint that they could be read.

    Parameters
    ----------
    ids : Index of str
        Sample ids.

    Returns
    -------
    bool
        True when there are ids and all begin like a barcode.
    """
    return len(ids) > 0 and bool(
        ids.astype(str).str.match(r"(?i)TCGA[-._][A-Z0-9]{2}[-._][A-Z0-9]{4}").all()
    )


def _check_sample_types(sample_types: pd.Series) -> None:
    unknown = sample_types[sample_types.notna() & ~sample_types.isin(list(SAMPLE_TYPES))]
    if len(unknown):
        examples = [f"{sample}: {value}" for sample, value in unknown.items()]
        raise SampleSheetError(
            f"barcodes.scheme is tcga, but these sample types aren't TCGA's: {listed(examples)}. "
            f"Known are {', '.join(SAMPLE_TYPES)}. Correct the barcodes, or map columns.tissue "
            "and leave `barcodes` out."
        )


def _note_spelling(respelt: pd.Series, log: IngestionLog) -> None:
    if len(respelt):
        log.note(
            "barcodes",
            f"{len(respelt)} barcodes are not in TCGA's own spelling (capitals and hyphens); they "
            "are read as if they were",
            examples=respelt.tolist(),
        )
