"""Normalisation of whole cohorts: fit on the tumours, transform every sample."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from twinpurify.cohort.simulation.truth import TRUE_PROFILE
from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import ExpressionError
from twinpurify.normalization.normalizer import FITTED_ON, Normalizer
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.normalization.steps.blocks import Blocks
from twinpurify.normalization.steps.log2 import as_log2_table

if TYPE_CHECKING:
    from anndata import AnnData

BATCH, LENGTH = "batch", "length"
DEPTH_AND_LOGARITHM = ("cpm", "log2")


def fit_normalizer(cohort: AnnData, settings: NormalizationSettings) -> Normalizer:
    """Fit the steps on the tumours of training patients.

    Parameters
    ----------
    cohort : AnnData, samples × genes
        Training patients alone, in the unit of ``uns["unit"]``; may be backed by a file. Batches
        are in ``obs["batch"]``, lengths of genes in ``var["length"]``, where there are any.
    settings : NormalizationSettings
        The steps.

    Returns
    -------
    Normalizer
        Fitted.

    Raises
    ------
    ExpressionError
        If there is no tumour.
    ConfigurationError
        If the steps don't fit the unit.
    """
    tumours = np.flatnonzero((cohort.obs["tissue"] == "tumour").to_numpy())
    if not len(tumours):
        raise ExpressionError(
            f"none of the {cohort.n_obs} samples is a tumour, and the normalisation is fitted on "
            "tumours; see `columns.tissue` and `tissue_values`"
        )
    return Normalizer.from_settings(settings).fit(
        Blocks.of_cohort(cohort, tumours),
        Unit(**cohort.uns["unit"]),
        batch=batches(cohort),
        lengths=cohort.var.get(LENGTH),
    )


def normalize(cohort: AnnData, normalizer: Normalizer) -> AnnData:
    """Transform all samples of a cohort by fitted steps.

    Parameters
    ----------
    cohort : AnnData, samples × genes
        In the unit of ``uns["unit"]``, which may be another than that of the training.
    normalizer : Normalizer
        Fitted.

    Returns
    -------
    AnnData, samples × genes of the normaliser
        A new one with ``X`` = log2(x + 1) in float32, the new unit, and lines of history; layers,
        which would still be in the old unit, stay behind, but for a known truth.
    """
    unit = Unit(**cohort.uns["unit"])
    rows = Blocks.of_cohort(cohort, np.arange(cohort.n_obs))
    profiles = normalizer.transform(rows, unit, batch=batches(cohort))
    return _described(cohort, profiles, normalizer.unit_after(unit), normalizer.history(unit))


def to_log2(cohort: AnnData) -> AnnData:
    """Bring a cohort to log2(x + 1) without anything fitted; counts to those per million first.

    Parameters
    ----------
    cohort : AnnData, samples × genes
        In the unit of ``uns["unit"]``.

    Returns
    -------
    AnnData
        As of `normalize`, with all genes.
    """
    rows = Blocks.of_cohort(cohort, np.arange(cohort.n_obs))
    unit = Unit(**cohort.uns["unit"])
    # These steps learn nothing from the sample that stands for a training here.
    normalizer = Normalizer(DEPTH_AND_LOGARITHM).fit(rows, unit)
    after = normalizer.unit_after(unit)
    line = f"normalization: {unit.describe()} to {after.describe()}, each sample on its own"
    return _described(cohort, normalizer.transform(rows, unit), after, [line])


def normalized_by(cohort: AnnData) -> str | None:
    """Find the line of a cohort's history that tells of fitted steps; None where there is none."""
    lines = map(str, cohort.uns.get("history", ()))
    told = (line for line in lines if line.startswith("normalization:") and FITTED_ON in line)
    return next(told, None)


def batches(cohort: AnnData) -> pd.Series | None:
    """Look up the batch of every sample, where the sheet has any."""
    return cohort.obs[BATCH].astype(object) if BATCH in cohort.obs else None


def new_uns(cohort: AnnData, unit: Unit, history: list[str]) -> dict:
    """Copy what a cohort says of itself, with a new unit and further history."""
    uns = deepcopy(dict(cohort.uns))
    return {
        **uns,
        "unit": unit.model_dump(),
        "history": [*map(str, cohort.uns.get("history", ())), *history],
    }


def _described(cohort: AnnData, profiles: pd.DataFrame, unit: Unit, history: list[str]) -> AnnData:
    """Put profiles in the place of a cohort's own, without a copy of either."""
    from anndata import AnnData

    return AnnData(
        profiles.to_numpy(),
        obs=cohort.obs.copy(),
        var=cohort.var.loc[profiles.columns].copy(),
        uns=new_uns(cohort, unit, history),
        obsm={key: np.array(cohort.obsm[key]) for key in cohort.obsm},
        layers=_truth(cohort, profiles.columns),
    )


def _truth(cohort: AnnData, genes: pd.Index) -> dict[str, np.ndarray]:
    """Bring the true profiles of a simulated cohort to log2(x + 1), without anything fitted."""
    if TRUE_PROFILE not in cohort.layers:
        return {}
    truth = pd.DataFrame(cohort.layers[TRUE_PROFILE], columns=cohort.var_names)[genes]
    return {TRUE_PROFILE: as_log2_table(truth, Unit(**cohort.uns["unit"])).to_numpy()}
