"""Tissue of another cohort, brought into the form in which test tumours are diluted with it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from twinpurify.errors import BackgroundError

if TYPE_CHECKING:
    import pandas as pd
    from anndata import AnnData

logger = logging.getLogger(__name__)


def select_foreign(foreign: AnnData, cohort: AnnData) -> pd.DataFrame:
    """Take the samples and genes of another cohort that test tumours can be diluted with.

    Samples of patients who are in the cohort leave: a tumour diluted with its own patient's
    tissue would be found by that. Tumours and normals serve alike.

    Parameters
    ----------
    foreign : AnnData, samples × genes
        log2(x + 1).
    cohort : AnnData, samples × genes
        The cohort whose tumours are diluted.

    Returns
    -------
    DataFrame, samples × genes
        The genes that both have, log2(x + 1).

    Raises
    ------
    BackgroundError
        If no sample or no gene remains.
    """
    name, own = foreign.uns["cohort"], cohort.uns["cohort"]
    patients = set(cohort.obs["patient_id"].astype(str))
    strangers = ~foreign.obs["patient_id"].astype(str).isin(patients).to_numpy()
    shared = cohort.var_names[cohort.var_names.isin(foreign.var_names)]
    if not strangers.any() or shared.empty:
        raise BackgroundError(
            f"{name} can't be mixed into tumours of {own}: of its {len(strangers)} samples "
            f"{int(strangers.sum())} are of other patients, and it has {len(shared)} of the "
            f"{cohort.n_vars} genes (setting foreign)"
        )
    logger.info(
        "%s as foreign tissue: %d samples (%d of patients who are in %s left out), %d of %d genes; "
        "the others are diluted with the mean training normal",
        name,
        int(strangers.sum()),
        int((~strangers).sum()),
        own,
        len(shared),
        cohort.n_vars,
    )
    return foreign[strangers, shared].to_df()
