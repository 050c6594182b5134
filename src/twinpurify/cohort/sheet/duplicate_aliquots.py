"""Several aliquots of one TCGA sample: which of them stays in the cohort."""

from __future__ import annotations

import pandas as pd

from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.sheet.barcodes import parse_barcodes
from twinpurify.errors import SampleSheetError, listed

# RNA analytes in the order of preference; anything else comes after them.
ANALYTES = ("H", "R", "T")


def choose_aliquots(
    obs: pd.DataFrame, barcodes: pd.Series, rule: str, log: IngestionLog
) -> pd.Index:
    """Choose one aliquot a sample, since a sample measured twice would count twice.

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
    log : IngestionLog
        Takes the aliquots that are left out, or that there are several.

    Returns
    -------
    Index of str
        The sample ids to keep, in the order of `obs`.

    Raises
    ------
    SampleSheetError
        There are several aliquots of a sample and `rule` is ``error``, or a barcode is none.

    References
    ----------
    Broad Institute TCGA Genome Data Analysis Center, "Replicate Samples", 2017.
    https://gdac.broadinstitute.org/runs/gdc/report_2017_07_22/TCGA-LAML_Replicate_Samples.html
    """
    parsed = parse_barcodes(barcodes.loc[obs.index])
    key = parsed["patient"] + "-" + parsed["sample_type"].fillna(obs["tissue"])
    repeated = key.duplicated(keep=False)
    if not repeated.any():
        return obs.index
    groups = f"{int(repeated.sum())} aliquots are of {key[repeated].nunique()} samples"
    if rule == "error":
        raise SampleSheetError(
            f"{groups}: {listed(obs.index[repeated])}. Keep one of each in the sheet, or set "
            "barcodes.duplicates to keep_best or keep_all."
        )
    if rule == "keep_all":
        log.note("duplicates", f"{groups}; all are kept", examples=list(obs.index[repeated]))
        return obs.index
    ranked = _ranked(parsed).index
    best = ranked[~key.loc[ranked].duplicated()]
    kept = obs.index[obs.index.isin(best)]
    _log_choice(obs.index[~obs.index.isin(best)], key, best, groups, log)
    return kept


def _ranked(parsed: pd.DataFrame) -> pd.DataFrame:
    """Sort aliquots from the one that is preferred to the one that isn't."""
    order = {analyte: position for position, analyte in enumerate(ANALYTES)}
    ranks = pd.DataFrame(
        {
            "vial": parsed["vial"].fillna("ZZ"),
            "analyte": parsed["analyte"].map(order).fillna(len(order)),
        }
    )
    later = parsed[["portion", "plate", "centre"]].fillna("")
    ranks = pd.concat([ranks, later], axis=1).sort_index()
    highest_first = [True, True, False, False, False]
    return ranks.sort_values(list(ranks), ascending=highest_first, kind="stable")


def _log_choice(
    left_out: pd.Index, key: pd.Series, best: pd.Index, groups: str, log: IngestionLog
) -> None:
    stays = {key[sample]: sample for sample in best}
    examples = [f"{sample} (stays: {stays[key[sample]]})" for sample in left_out]
    log.drop_samples(
        "duplicates",
        examples,
        f"{groups}; of each the first vial stays, then analyte {' > '.join(ANALYTES)}, then the "
        "highest portion, plate and centre",
    )
