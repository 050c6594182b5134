"""Nodes of the normalization pipeline."""

from dataclasses import asdict
from typing import Any

import pandas as pd

from twinpurify.cohort.definition import CohortDefinition
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.pipelines.types import Cohort


def normalize_cohort(cohort: Cohort) -> Cohort:
    """Bring a cohort to log2(x + 1), each sample on its own."""
    from twinpurify.normalization.log2_profiles import to_log2_profiles

    return to_log2_profiles(cohort)


def normalize_truth(truth: pd.DataFrame, definition: CohortDefinition) -> pd.DataFrame:
    """Bring the pure profiles of a simulated cohort to log2(x + 1)."""
    from twinpurify.normalization.log2_profiles import as_log2_table

    return as_log2_table(truth, definition.unit)


def split_patients(normalized: Cohort, evaluation: EvaluationSettings) -> list[dict[str, Any]]:
    """Divide the patients into training and test, repeatedly, their normals with them."""
    from twinpurify.cohort import splits

    divided = splits.split_patients(
        normalized.obs,
        n_splits=evaluation.n_splits,
        test_fraction=evaluation.test_fraction,
        seed=evaluation.seed,
    )
    return [asdict(split) for split in divided]
