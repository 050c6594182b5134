"""Nodes of the normalization pipeline."""

from dataclasses import asdict
from typing import Any

import pandas as pd

from twinpurify.cohort.definition import CohortDefinition
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.pipelines.splits import split_key
from twinpurify.pipelines.types import Cohort, Normalizer


def fit_normalizers(
    cohort: Cohort, splits: list[dict[str, Any]], normalization: NormalizationSettings
) -> tuple[dict[str, Normalizer], Normalizer]:
    """Fit the steps on the training patients of every split, and on all for the final model."""
    from twinpurify.normalization.cohorts import fit_normalizer

    patients = cohort.obs["patient_id"]
    of_splits = {
        split_key(split): fit_normalizer(
            cohort[patients.isin(split["train"]).to_numpy()], normalization
        )
        for split in splits
    }
    return of_splits, fit_normalizer(cohort, normalization)


def normalize_cohort(cohort: Cohort, normalizer: Normalizer) -> Cohort:
    """Bring a cohort to log2(x + 1) by the steps that were fitted on the whole of it."""
    from twinpurify.normalization.cohorts import normalize

    return normalize(cohort, normalizer)


def normalize_target(cohort: Cohort) -> Cohort:
    """Bring a cohort that models are tried on to log2(x + 1), each sample on its own.

    What was fitted on another cohort, perhaps of another platform, isn't used: the alignment of
    platforms is what makes the two meet.
    """
    from twinpurify.normalization.cohorts import to_log2

    return to_log2(cohort)


def normalize_truth(truth: pd.DataFrame, definition: CohortDefinition) -> pd.DataFrame:
    """Bring the pure profiles of a simulated cohort to log2(x + 1)."""
    from twinpurify.normalization.log2 import as_log2_table

    return as_log2_table(truth, definition.unit)


def split_patients(cohort: Cohort, evaluation: EvaluationSettings) -> list[dict[str, Any]]:
    """Divide the patients into training and test, repeatedly, their normals with them."""
    from twinpurify.cohort import splits

    divided = splits.split_patients(
        cohort.obs,
        n_splits=evaluation.n_splits,
        test_fraction=evaluation.test_fraction,
        seed=evaluation.seed,
    )
    return [asdict(split) for split in divided]
