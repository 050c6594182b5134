"""Profiles that contradict their label: another sex, or the other tissue."""

from __future__ import annotations

import pandas as pd

from twinpurify.cohort.declaration.sources import MarkerGenes
from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.quality.profile_blocks import library_sizes
from twinpurify.cohort.quality.sex_by_expression import tell_sex
from twinpurify.cohort.quality.tissue_doubt import doubt_tissues
from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import listed

REMEDIES = {
    "normal": (
        "Methods would learn from these normals to remove tumour: correct the tissue where it is "
        "wrong, or leave them out, by the sheet or by mislabelled_normals: leave_out."
    ),
    "tumour": (
        "Swapped samples look like this, and tumours of little purity; look at them, and correct "
        "the tissue where it is wrong."
    ),
}


def find_mismatches(
    expression: pd.DataFrame,
    obs: pd.DataFrame,
    unit: Unit,
    markers: MarkerGenes,
    log: IngestionLog,
) -> pd.DataFrame:
    """Hold profiles against the sex and tissue of the sheet, since swaps are common and silent.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        Finite values in `unit`; genes are approved symbols.
    obs : DataFrame
        Validated sample sheet, indexed like `expression`.
    unit : Unit
        The cohort's unit.
    markers : MarkerGenes
        Genes known to be high in tumours, and in normals.
    log : IngestionLog
        Takes a warning that names the samples, and a note of markers that the matrix lacks and of
        what can't be judged.

    Returns
    -------
    DataFrame
        Per sample ``sex_by_expression`` (categories female and male, NaN where not clear) and
        ``tissue_doubt`` (a reason, '' for none).
    """
    _note_absent_markers([*markers.tumour, *markers.normal], expression.columns, log)
    sizes = library_sizes(expression, unit)
    found = pd.DataFrame(
        {
            "sex_by_expression": tell_sex(expression, unit, sizes, log),
            "tissue_doubt": doubt_tissues(expression, obs["tissue"], unit, sizes, markers, log),
        }
    )
    if "sex" in obs:
        _warn_of_other_sex(obs["sex"], found["sex_by_expression"], log)
    for tissue in ("normal", "tumour"):
        _warn_of_other_tissue(found["tissue_doubt"][obs["tissue"] == tissue], tissue, log)
    # Text that is missing throughout couldn't be written to h5ad.
    return found.astype({"sex_by_expression": pd.CategoricalDtype(["female", "male"])})


def _note_absent_markers(markers: list[str], genes: pd.Index, log: IngestionLog) -> None:
    absent = [gene for gene in markers if gene not in genes]
    if absent:
        log.note("markers", f"genes of `markers` that the matrix lacks: {listed(absent)}")


def _warn_of_other_sex(sex: pd.Series, by_expression: pd.Series, log: IngestionLog) -> None:
    other = sex[sex.notna() & by_expression.notna() & (sex != by_expression)]
    if len(other):
        examples = [
            f"{sample}: {label}, but {by_expression[sample]} by its profile"
            for sample, label in other.items()
        ]
        log.warn(
            f"The sex of the sheet contradicts the profile: {listed(examples)}. Swapped samples "
            "look like this; correct columns.sex, or leave these samples out of the sheet."
        )


def _warn_of_other_tissue(doubt: pd.Series, tissue: str, log: IngestionLog) -> None:
    doubted = doubt[doubt != ""]
    if len(doubted):
        examples = [f"{sample}: {reason}" for sample, reason in doubted.items()]
        log.warn(
            f"The tissue of the sheet contradicts the profile: {listed(examples)}. "
            f"{REMEDIES[tissue]}"
        )
