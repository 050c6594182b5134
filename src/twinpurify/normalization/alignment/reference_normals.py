"""Normals of another cohort, brought to the platform of tumours that have none of their own.

The map between two platforms is fitted on tumours of both and then applied to the normals. Fitted
on the normals of the one and the tumours of the other, it would make normals look like tumours,
and take away the very difference that they are needed for.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from twinpurify.errors import BackgroundError, GeneMismatchError, listed
from twinpurify.normalization.alignment.registry import create_alignment

if TYPE_CHECKING:
    from anndata import AnnData

SETTING = "reference_normals.cohort"
# A convention: below it lie panels that were chosen to tell tumours apart, and hold few genes of
# the normal tissue.
MINIMUM_GENES = 100
MINIMUM_NORMALS = 3
INDEX = ["patient_id", "sample_id"]


def shared_genes(cohort: AnnData, reference: AnnData) -> pd.Index:
    """Find the genes that a cohort and the one that gives its normals both have.

    Parameters
    ----------
    cohort, reference : AnnData, samples × genes

    Returns
    -------
    Index of str
        In the order of the cohort.

    Raises
    ------
    GeneMismatchError
        If there are fewer than 100.
    """
    shared = cohort.var_names[cohort.var_names.isin(reference.var_names)]
    if len(shared) < MINIMUM_GENES:
        own, other = cohort.uns["cohort"], reference.uns["cohort"]
        raise GeneMismatchError(
            f"{own} and {other} share {len(shared)} genes; at least {MINIMUM_GENES} are needed to "
            f"use the normals of {other} ({SETTING}). {own} has {cohort.n_vars}, such as "
            f"{listed(cohort.var_names)}; {other} has {reference.n_vars}, such as "
            f"{listed(reference.var_names)}. Name another cohort, or bring both to symbols "
            "(genes.id_type)"
        )
    return shared


def align_normals(
    reference: AnnData, training: pd.DataFrame, held_out: Collection[str], alignment: str
) -> pd.DataFrame:
    """Bring the normals of another cohort to the platform of training tumours.

    Parameters
    ----------
    reference : AnnData, samples × genes
        The other cohort, tumours and normals, log2(x + 1), with all genes of `training`.
    training : DataFrame, tumours × genes
        Training tumours of the cohort that is purified, log2(x + 1).
    held_out : collection of str
        Patients whose tumours don't take part in the fit.
    alignment : str
        Name of the alignment, as of ``transfer_alignment``.

    Returns
    -------
    DataFrame, normals × genes, float32
        All normals, those of held-out patients too, indexed by patient and sample.

    Raises
    ------
    BackgroundError
        If there are fewer than 3 normals, or no tumours to fit the alignment on.
    """
    obs, genes = reference.obs, training.columns
    is_normal = (obs["tissue"] == "normal").to_numpy()
    fitting = ~is_normal & ~obs["patient_id"].isin(held_out).to_numpy()
    if is_normal.sum() < MINIMUM_NORMALS or not fitting.any():
        raise BackgroundError(
            f"{reference.uns['cohort']} has {int(is_normal.sum())} normals to lend, and "
            f"{int(fitting.sum())} tumours outside of the test by which to align them; at least "
            f"{MINIMUM_NORMALS} normals and a tumour are needed. Name another cohort in {SETTING}"
        )
    fitted = create_alignment(alignment).fit(reference[fitting, genes].to_df(), reference=training)
    normals = fitted.transform(reference[is_normal, genes].to_df())
    patients, name = obs["patient_id"].astype(str)[is_normal], reference.uns["cohort"]
    samples = [f"{name}:{sample}" for sample in normals.index]
    return normals.set_axis(pd.MultiIndex.from_arrays([patients, samples], names=INDEX))


def append_normals(normalized: AnnData, normals: pd.DataFrame | None) -> AnnData:
    """Put aligned normals behind the samples of a cohort.

    Parameters
    ----------
    normalized : AnnData, samples × genes
        log2(x + 1).
    normals : DataFrame, normals × genes, or None
        As from `align_normals`, with the same genes.

    Returns
    -------
    AnnData
        Of the normals, obs holds patient and tissue; the cohort itself where there are none.
    """
    from anndata import AnnData

    if normals is None:
        return normalized
    patients, samples = (normals.index.get_level_values(name) for name in INDEX)
    obs = normalized.obs.reindex([*normalized.obs_names, *samples])
    obs["patient_id"] = [*normalized.obs["patient_id"], *patients]
    obs["tissue"] = [*normalized.obs["tissue"], *(["normal"] * len(normals))]
    values = np.concatenate([normalized.X, normals[normalized.var_names].to_numpy(np.float32)])
    return AnnData(values, obs=obs, var=normalized.var.copy(), uns=dict(normalized.uns))
