"""Nodes of the study of imputation."""

import logging
from typing import Any, NamedTuple

import pandas as pd

from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.imputation.settings import ImputersSettings
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.parallel.side_by_side import run_side_by_side
from twinpurify.pipelines.clock import now
from twinpurify.pipelines.splits import split_key
from twinpurify.pipelines.types import Cohort, Figure, Normalizer
from twinpurify.studies.imputation.settings import ImputationSettings

logger = logging.getLogger(__name__)
Tables = tuple[pd.DataFrame, pd.DataFrame]


class Prepared(NamedTuple):
    """What all cells of the study share."""

    cohort: Cohort
    normalizers: dict[str, Normalizer]
    splits: dict[str, dict[str, Any]]
    settings: ImputationSettings
    seed: int
    targets: list[Any]


def measure_imputation(
    cohort: Cohort,
    normalizers: dict[str, Normalizer],
    splits: list[dict[str, Any]],
    imputation: ImputationSettings,
    imputers: ImputersSettings,
    evaluation: EvaluationSettings,
    normalization: NormalizationSettings,
    n_jobs: int,
    cluster: str,
    **targets: Cohort,
) -> pd.DataFrame:
    """Fit every imputer on the training patients of each split, and hide values of the others."""
    from twinpurify.studies.imputation.study import summarize_study

    chosen = {split_key(split): split for split in splits[: imputation.n_splits]}
    others = [_target(target, normalization.transfer_alignment) for target in targets.values()]
    shared = Prepared(cohort, normalizers, chosen, imputation, evaluation.seed, others)
    first = next(iter(chosen))
    n_genes = max(len(normalizers[key].genes_) for key in chosen)
    calls = [
        (shared, key, name, getattr(imputers, name).model_dump(), control)
        for name in _able(imputation.imputers, imputers, n_genes)
        for key in chosen
        for control in ((False, True) if key == first else (False,))
    ]
    parts = run_side_by_side(_measure_cell, calls, n_jobs, "measuring imputation", cluster)
    scores, replicates = (pd.concat(one, ignore_index=True) for one in zip(*parts, strict=True))
    return summarize_study(scores, replicates, imputation.reference)


def draw_imputation(scores: pd.DataFrame) -> Figure:
    """Draw the error of every imputer against the rate of hidden values."""
    from twinpurify.plots.studies.imputation_curves import imputation_curves

    return imputation_curves(scores)


def write_imputation_page(scores: pd.DataFrame, figure: Figure) -> str:
    """Write the page of the study."""
    from twinpurify.report.studies.imputation_page import build_imputation_page

    return build_imputation_page(scores, figure, now())


def _able(names: list[str], imputers: ImputersSettings, n_genes: int) -> list[str]:
    """Leave out an imputer that refuses so many genes, before others have worked for hours."""
    able = []
    for name in names:
        most = getattr(getattr(imputers, name), "max_genes", n_genes)
        if n_genes <= most:
            able.append(name)
            continue
        logger.warning(
            "%s is left out: the cohort has %d genes, and imputers.%s.max_genes is %d; raise it, "
            "or keep fewer genes (`normalization.steps`, variable_genes)",
            name,
            n_genes,
            name,
            most,
        )
    return able


def _target(cohort: Cohort, alignment: str) -> Any:
    """Take the tumours of another cohort."""
    from twinpurify.studies.imputation.study import Target

    tumours = cohort[(cohort.obs["tissue"] == "tumour").to_numpy()]
    return Target(str(cohort.uns["cohort"]), tumours.to_df(), tumours.obs, alignment)


def _measure_cell(
    shared: Prepared, key: str, name: str, parameters: dict[str, Any], control: bool
) -> Tables:
    """Measure one imputer on one split, or where there is nothing to learn."""
    from twinpurify.evaluation.splits.normalized import normalized_split
    from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap
    from twinpurify.imputation.registry import create_imputer
    from twinpurify.studies.imputation.study import study_control, study_split

    settings, cohort = shared.settings, shared.cohort
    split = shared.splits[key]
    data = normalized_split(cohort, shared.normalizers[key], split, None, shared.seed)
    bootstrap = PatientBootstrap(cohort.obs["patient_id"], settings.n_bootstrap, shared.seed)
    imputer, title = create_imputer(name, parameters), str(cohort.uns["cohort"])
    if control:
        return study_control(imputer, data, settings, title, bootstrap)
    return study_split(imputer, data, settings, title, bootstrap, shared.targets)
