"""TCGA barcodes: who a sample is of, what kind of tissue it is, and which aliquot of it stays."""

from __future__ import annotations

import re

import pandas as pd

from twinpurify.cohort.declaration.samples import BarcodeSettings
from twinpurify.cohort.hints import absent_columns, each
from twinpurify.cohort.notes import Notes, Told
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
_BEGINNING = r"(?i)TCGA[-._][A-Z0-9]{2}[-._][A-Z0-9]{4}"
# RNA analytes in the order of preference; anything else comes after them.
ANALYTES = ("H", "R", "T")


def sample_barcodes(sheet: pd.DataFrame, settings: BarcodeSettings) -> pd.Series:
    """Take the barcodes from where the settings say, since sample ids need not be barcodes.

    Parameters
    ----------
    sheet : DataFrame
        Indexed by sample id.
    settings : BarcodeSettings
        Names the column; without one the sample ids are the barcodes.

    Raises
    ------
    SampleSheetError
        The column is missing.
    """
    if settings.column is None:
        return pd.Series(sheet.index, index=sheet.index, dtype=object)
    if settings.column not in sheet.columns:
        absent = absent_columns({"barcodes.column": settings.column}, sheet.columns)
        raise SampleSheetError(f"In the sample sheet {absent}")
    return sheet[settings.column].astype(object)


def read_barcodes(
    sheet: pd.DataFrame, settings: BarcodeSettings | None
) -> Told[pd.DataFrame | None]:
    """Take the barcodes of a sheet apart, where the definition declares them.

    Noted is a spelling that isn't TCGA's own, and that sample ids are barcodes and nothing says so.

    Parameters
    ----------
    sheet : DataFrame
        Codes of the sheet, indexed by sample id.
    settings : BarcodeSettings or None
        Whether the samples have barcodes, and where they stand.

    Raises
    ------
    SampleSheetError
        The column is missing, or a value is no barcode.
    """
    notes = Notes()
    if settings is None:
        if len(sheet) and sheet.index.astype(str).str.match(_BEGINNING).all():
            notes.add(
                "barcodes",
                "the sample ids are TCGA barcodes; `barcodes: {scheme: tcga}` would read patient "
                "and tissue from them, and keep one aliquot a sample",
            )
        return None, notes
    barcodes = sample_barcodes(sheet, settings)
    parsed = parse_barcodes(barcodes)
    respelt = barcodes[_spelt(barcodes) != barcodes].tolist()
    notes.add(
        "barcodes",
        f"{len(respelt)} barcodes are not in TCGA's own spelling (capitals and hyphens); they are "
        "read as if they were",
        respelt,
    )
    return parsed, notes


def parse_barcodes(barcodes: pd.Series) -> pd.DataFrame:
    """Take TCGA barcodes apart, from the patient's (12 characters) to the aliquot's (28).

    Parameters
    ----------
    barcodes : Series of str
        Indexed by sample id. R's spelling, with dots or underscores, and lower case are read too.

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
    spelt = _spelt(barcodes)
    parts = [_BARCODE.fullmatch(value) if isinstance(value, str) else None for value in spelt]
    wrong = barcodes[[value is None for value in parts]]
    if len(wrong):
        raise SampleSheetError(
            f"barcodes.scheme is tcga, but these are no TCGA barcodes: {each(wrong)}. Set "
            "barcodes.column to the column that holds them, or leave `barcodes` out."
        )
    groups = [match.groupdict() for match in parts]
    parsed = pd.DataFrame(groups, index=barcodes.index, columns=_PARTS, dtype=object)
    kinds = parsed["sample_type"]
    unknown = kinds[kinds.notna() & ~kinds.isin(list(SAMPLE_TYPES))]
    if len(unknown):
        raise SampleSheetError(
            f"barcodes.scheme is tcga, but these sample types aren't TCGA's: {each(unknown)}. "
            f"Known are {', '.join(SAMPLE_TYPES)}. Correct the barcodes, or map columns.tissue "
            "and leave `barcodes` out."
        )
    return parsed


def _spelt(barcodes: pd.Series) -> pd.Series:
    text = barcodes.map(str, na_action="ignore").astype(object)
    return text.str.strip().str.upper().str.replace(r"[._]", "-", regex=True)


def choose_aliquots(obs: pd.DataFrame, barcodes: pd.Series, rule: str) -> Told[pd.Index]:
    """Choose the sample ids to keep, one aliquot a sample: two would count twice.

    Aliquots are of the same sample when patient and sample type agree (the first 15 characters of
    the barcode). The first vial stays (A before B: later ones are often fixed in formalin), of its
    aliquots the one of the analyte H, then R, then T, and of these the one whose portion, plate
    and centre sort highest. But for the vial this is how Firehose chose among replicates of RNA.

    Parameters
    ----------
    obs : DataFrame
        Tumours and normals, indexed by sample id, with the column ``tissue``.
    barcodes : Series of str
        TCGA barcodes of at least these samples, indexed by sample id.
    rule : {'keep_best', 'keep_all', 'error'}
        ``barcodes.duplicates``.

    Raises
    ------
    SampleSheetError
        There are several aliquots of a sample and `rule` is ``error``, or a barcode is none.

    References
    ----------
    Broad Institute TCGA Genome Data Analysis Center, "Replicate Samples", 2017.
    https://gdac.broadinstitute.org/runs/gdc/report_2017_07_22/TCGA-LAML_Replicate_Samples.html
    """
    notes, parsed = Notes(), parse_barcodes(barcodes.loc[obs.index])
    key = parsed["patient"] + "-" + parsed["sample_type"].fillna(obs["tissue"])
    repeated = key.duplicated(keep=False)
    if not repeated.any():
        return obs.index, notes
    groups = f"{int(repeated.sum())} aliquots are of {key[repeated].nunique()} samples"
    if rule == "error":
        raise SampleSheetError(
            f"{groups}: {listed(obs.index[repeated])}. Keep one of each in the sheet, or set "
            "barcodes.duplicates to keep_best or keep_all."
        )
    if rule == "keep_all":
        notes.add("duplicates", f"{groups}; all are kept", list(obs.index[repeated]))
        return obs.index, notes
    best = key.loc[_ranked(parsed)].drop_duplicates()
    stays = {of: sample for sample, of in best.items()}
    leaves = obs.index[~obs.index.isin(best.index)]
    notes.lose(
        "samples",
        "duplicates",
        [f"{sample} (stays: {stays[key[sample]]})" for sample in leaves],
        f"{groups}; of each the first vial stays, then analyte {' > '.join(ANALYTES)}, then the "
        "highest portion, plate and centre",
    )
    return obs.index[obs.index.isin(best.index)], notes


def _ranked(parsed: pd.DataFrame) -> pd.Index:
    """Sort aliquots from the one that is preferred to the one that isn't."""
    order = {analyte: position for position, analyte in enumerate(ANALYTES)}
    ranks = parsed[["portion", "plate", "centre"]].fillna("")
    ranks.insert(0, "vial", parsed["vial"].fillna("ZZ"))
    ranks.insert(1, "analyte", parsed["analyte"].map(order).fillna(len(order)))
    highest_first = [True, True, False, False, False]
    ranked = ranks.sort_index().sort_values(list(ranks), ascending=highest_first, kind="stable")
    return ranked.index
