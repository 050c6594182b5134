"""Nodes of the purification pipeline."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.refits import fit_variant, wanted_variants
from twinpurify.parallel.side_by_side import run_side_by_side
from twinpurify.parameters import parameters_model
from twinpurify.pipelines.splits import ALL, split_key
from twinpurify.pipelines.types import Cohort, Method, Normalizer
from twinpurify.representation.registry import METHODS, create_method
from twinpurify.training.encoder_method import EncoderMethod

logger = logging.getLogger(__name__)
Normals = dict[str, pd.DataFrame]


def make_fit(name: str, cohort_name: str) -> Callable[..., dict[str, Method]]:
    """Make the node function that fits a method on the training patients of every split."""

    def fit_on_splits(
        cohort: Cohort,
        normalizers: dict[str, Normalizer],
        splits: list[dict[str, Any]],
        parameters: Any,
        checkpoints: str,
        n_jobs: int,
        cluster: str,
        reference_normals: Normals | None = None,
    ) -> dict[str, Method]:
        """Fit the method on the training patients of every split; test patients stay unseen."""
        training = {split_key(split): split["train"] for split in splits}
        settings = (name, parameters.model_dump(), Path(checkpoints) / cohort_name)
        normals = _of_training(reference_normals, training)
        return _fit_all(cohort, normalizers, training, normals, settings, n_jobs, cluster)

    # Each method has its own parameters: the hint makes Kedro check them before the first node.
    fit_on_splits.__annotations__["parameters"] = parameters_model(METHODS[name])
    return fit_on_splits


def make_fit_final(name: str, cohort_name: str) -> Callable[..., tuple[dict[str, Method], Method]]:
    """Make the node function that also fits a method on the whole cohort."""

    def fit_on_splits_and_all(
        cohort: Cohort,
        normalizers: dict[str, Normalizer],
        normalizer: Normalizer,
        splits: list[dict[str, Any]],
        parameters: Any,
        checkpoints: str,
        n_jobs: int,
        cluster: str,
        reference_normals: Normals | None = None,
    ) -> tuple[dict[str, Method], Method]:
        """Fit on every split, to be scored, and on all patients, to be used on others."""
        training = {split_key(split): split["train"] for split in splits}
        training[ALL] = _everybody(cohort, reference_normals)
        settings = (name, parameters.model_dump(), Path(checkpoints) / cohort_name)
        fitted = {**normalizers, ALL: normalizer}
        normals = _of_training(reference_normals, training)
        models = _fit_all(cohort, fitted, training, normals, settings, n_jobs, cluster)
        final = models.pop(ALL)
        return models, final

    fit_on_splits_and_all.__annotations__["parameters"] = parameters_model(METHODS[name])
    return fit_on_splits_and_all


def _fit_all(
    cohort: Cohort,
    normalizers: dict[str, Normalizer],
    training: dict[str, list[str]],
    reference_normals: dict[str, pd.DataFrame | None],
    settings: tuple[str, dict[str, Any], Path],
    n_jobs: int,
    cluster: str,
) -> dict[str, Method]:
    """Fit one method on each set of training patients."""
    name, parameters, checkpoints = settings
    # The workers of a cluster may share no disk.
    kept = None if cluster else checkpoints
    calls = [
        (
            cohort[cohort.obs["patient_id"].isin(patients)],
            normalizers[key],
            reference_normals[key],
            name,
            parameters,
            kept,
        )
        for key, patients in training.items()
    ]
    models = run_side_by_side(_fit, calls, n_jobs, f"fitting {name}", cluster)
    logger.info("%s: fitted on %s", name, ", ".join(training))
    return dict(zip(training, models, strict=True))


def _everybody(cohort: Cohort, normals: Normals | None) -> list[str]:
    """List the patients of a cohort, and those of another that gives its normals."""
    lent = [] if normals is None else normals[ALL].index.get_level_values("patient_id")
    return list(dict.fromkeys([*cohort.obs["patient_id"], *lent]))


def _of_training(
    normals: Normals | None, training: dict[str, list[str]]
) -> dict[str, pd.DataFrame | None]:
    """Keep another cohort's normals of training patients, for each set of these."""
    if normals is None:
        return dict.fromkeys(training)
    return {
        key: normals[key][normals[key].index.get_level_values("patient_id").isin(patients)]
        for key, patients in training.items()
    }


def _fit(
    training: Cohort,
    normalizer: Normalizer,
    reference_normals: pd.DataFrame | None,
    name: str,
    parameters: dict[str, Any],
    checkpoints: Path | None,
) -> Method:
    """Fit one method on the tumours and normals of the training patients."""
    from twinpurify.interface.fitting import fit_on_cohort
    from twinpurify.normalization.alignment.reference_normals import append_normals
    from twinpurify.normalization.cohorts import normalize

    method = create_method(name, parameters)
    if isinstance(method, EncoderMethod):
        method.with_checkpoints(checkpoints)
        method.show_progress = False
    normalized = append_normals(normalize(training, normalizer), reference_normals)
    return fit_on_cohort(method, normalized)


def make_fit_again(name: str) -> Callable[..., dict[str, Method]]:
    """Make the node function that fits a method on few normals and from other seeds."""

    def fit_again(
        cohort: Cohort,
        normalizers: dict[str, Normalizer],
        splits: list[dict[str, Any]],
        parameters: Any,
        evaluation: EvaluationSettings,
        n_jobs: int,
        cluster: str,
        reference_normals: Normals | None = None,
    ) -> dict[str, Method]:
        """Fit the variants that the evaluation will ask for, in the splits that it names."""
        from twinpurify.evaluation.splits.normalized import normalized_split

        if name not in evaluation.refit_methods:
            return {}
        method = create_method(name, parameters.model_dump())
        chosen = [split for split in splits if split["split"] < evaluation.refit_splits]
        calls = {}
        for split in chosen:
            key = split_key(split)
            lent = (reference_normals or {}).get(key)
            data = normalized_split(cohort, normalizers[key], split, None, evaluation.seed, lent)
            for variant in wanted_variants(method, data, evaluation):
                calls[f"{key}__{variant.key}"] = (method, data, variant)
        description = f"fitting {name} again"
        fitted = run_side_by_side(fit_variant, list(calls.values()), n_jobs, description, cluster)
        return dict(zip(calls, fitted, strict=True))

    fit_again.__annotations__["parameters"] = parameters_model(METHODS[name])
    return fit_again


def purify_cohort(normalized: Cohort, model: Method) -> Cohort:
    """Give every sample its embedding, its purified profile and its purity."""
    from twinpurify.serving.slots import purify_in_place

    purified = normalized[:, list(model.genes_)].copy()
    purify_in_place(purified, model)
    return purified


def collect_history(models: dict[str, Method], model: Method) -> pd.DataFrame:
    """Put the loss curves of all splits and of the final model into one table."""
    histories = {**{key: model.history_ for key, model in models.items()}, "final": model.history_}
    known = {key: history for key, history in histories.items() if history is not None}
    if not known:
        return pd.DataFrame({"split": [], "epoch": [], "loss": np.array([], dtype=float)})
    return pd.concat(known, names=["split"]).reset_index(level="split").reset_index(drop=True)
