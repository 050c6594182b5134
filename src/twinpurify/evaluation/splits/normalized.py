"""A cohort on the scale of one split: normalised as was fitted on it, and taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twinpurify.cohort.splits import PatientSplit
from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.splits.data import SplitData, split_data
from twinpurify.normalization.alignment.reference_normals import append_normals
from twinpurify.normalization.cohorts import normalize
from twinpurify.normalization.normalizer import Normalizer

if TYPE_CHECKING:
    import pandas as pd
    from anndata import AnnData


def normalized_split(
    cohort: AnnData,
    normalizer: Normalizer,
    split: dict[str, Any],
    resources: Resources | None,
    seed: int,
    reference_normals: pd.DataFrame | None = None,
) -> SplitData:
    """Normalise a cohort as was fitted on a split, and take it apart into training and test.

    Parameters
    ----------
    cohort : AnnData
        In its own unit.
    normalizer : Normalizer
        Fitted on the training patients of the split.
    split : dict
        As stored: number, training and test patients.
    resources : Resources or None
    seed : int
        Of everything that is drawn in the evaluation of the split.
    reference_normals : DataFrame, normals × genes, optional
        Of another cohort, aligned to the training tumours of the split.

    Returns
    -------
    SplitData
    """
    normalized = append_normals(normalize(cohort, normalizer), reference_normals)
    return split_data(normalized, PatientSplit(**split), resources, seed)
