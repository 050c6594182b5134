"""What belongs to one split of a run: its key among what was fitted, and its normalised data."""

from typing import TYPE_CHECKING, Any

from twinpurify.pipelines.types import Cohort, Normalizer

if TYPE_CHECKING:
    import pandas as pd

# Key of what was fitted on all patients, beside those of the splits.
ALL = "all"


def split_key(split: dict[str, Any]) -> str:
    """Name a split among what was fitted on it, such as normalisers and models."""
    return f"split_{split['split']}"


def normalized_split(
    cohort: Cohort,
    normalizer: Normalizer,
    split: dict[str, Any],
    resources: Any,
    seed: int,
    reference_normals: "pd.DataFrame | None" = None,
) -> Any:
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
    from twinpurify.cohort.splits import PatientSplit
    from twinpurify.evaluation.splits.data import split_data
    from twinpurify.normalization.alignment.reference_normals import append_normals
    from twinpurify.normalization.cohorts import normalize

    normalized = append_normals(normalize(cohort, normalizer), reference_normals)
    return split_data(normalized, PatientSplit(**split), resources, seed)
