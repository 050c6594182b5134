"""Nodes of the normalization pipeline."""

import logging
from dataclasses import asdict
from typing import Any

import pandas as pd

from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.pipelines.splits import ALL, split_key
from twinpurify.pipelines.types import Cohort, Normalizer

logger = logging.getLogger(__name__)


def fit_normalizers(
    cohort: Cohort,
    splits: list[dict[str, Any]],
    normalization: NormalizationSettings,
    reference: Cohort | None = None,
) -> tuple[dict[str, Normalizer], Normalizer]:
    """Fit the steps on the training patients of every split, and on all for the final model.

    Where another cohort gives its normals, only the genes that both have take part: a gene filter
    that chose among all would leave fewer of them.
    """
    from twinpurify.normalization.cohorts import fit_normalizer

    if reference is not None:
        cohort = _with_shared_genes(cohort, reference)
    patients = cohort.obs["patient_id"]
    of_splits = {
        split_key(split): fit_normalizer(
            cohort[patients.isin(split["train"]).to_numpy()], normalization
        )
        for split in splits
    }
    return of_splits, fit_normalizer(cohort, normalization)


def _with_shared_genes(cohort: Cohort, reference: Cohort) -> Cohort:
    """Keep the genes that the cohort shares with the one that gives its normals, and say so."""
    from twinpurify.normalization.alignment.reference_normals import shared_genes

    shared = shared_genes(cohort, reference)
    own, other = cohort.uns["cohort"], reference.uns["cohort"]
    sizes = (own, other, len(shared), cohort.n_vars, reference.n_vars)
    logger.info("%s with normals of %s: %d genes in both, of %d and %d", *sizes)
    return cohort[:, shared]


def align_reference_normals(
    cohort: Cohort,
    normalizers: dict[str, Normalizer],
    normalizer: Normalizer,
    splits: list[dict[str, Any]],
    normalization: NormalizationSettings,
    reference: Cohort,
) -> dict[str, pd.DataFrame]:
    """Bring another cohort's normals to the training tumours of every split, and to all.

    They come to log2(x + 1) each sample on its own, as a transfer cohort does. The alignment is
    fitted on tumours of both cohorts, none of them of a test patient.
    """
    from twinpurify.normalization.alignment.reference_normals import align_normals
    from twinpurify.normalization.cohorts import normalize, to_log2

    reference, fitted = to_log2(reference), {**normalizers, ALL: normalizer}
    held_out = {**{split_key(split): split["test"] for split in splits}, ALL: []}
    tumours = cohort[(cohort.obs["tissue"] == "tumour").to_numpy()]
    aligned = {}
    for key, patients in held_out.items():
        training = tumours[~tumours.obs["patient_id"].isin(patients).to_numpy()]
        profiles = normalize(training, fitted[key]).to_df()
        name = normalization.transfer_alignment
        aligned[key] = align_normals(reference, profiles, patients, name)
    return aligned


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
    from twinpurify.normalization.steps.log2 import as_log2_table

    return as_log2_table(truth, definition.unit)


def split_patients(
    cohort: Cohort, evaluation: EvaluationSettings, reference: Cohort | None = None
) -> list[dict[str, Any]]:
    """Divide the patients into training and test, repeatedly, their normals with them.

    Patients of another cohort that gives its normals are divided like the cohort's own, so that no
    normal is both fitted on and tested with; nor is the normal of a patient who is in both cohorts.
    """
    from twinpurify.cohort import splits

    obs = cohort.obs
    if reference is not None:
        normals = reference.obs.loc[reference.obs["tissue"] == "normal", ["patient_id", "tissue"]]
        obs = pd.concat([obs, normals])
    divided = splits.split_patients(
        obs,
        n_splits=evaluation.n_splits,
        test_fraction=evaluation.test_fraction,
        seed=evaluation.seed,
    )
    return [asdict(split) for split in divided]
