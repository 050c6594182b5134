"""What belongs to one split of a run: its key among what was fitted, and its normalised data."""

from typing import Any

from twinpurify.pipelines.types import Cohort, Normalizer


def split_key(split: dict[str, Any]) -> str:
    """Name a split among what was fitted on it, such as normalisers and models."""
    return f"split_{split['split']}"


def normalized_split(
    cohort: Cohort, normalizer: Normalizer, split: dict[str, Any], resources: Any, seed: int
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

    Returns
    -------
    SplitData
    """
    from twinpurify.cohort.splits import PatientSplit
    from twinpurify.evaluation.data import split_data
    from twinpurify.normalization.cohorts import normalize

    return split_data(normalize(cohort, normalizer), PatientSplit(**split), resources, seed)
