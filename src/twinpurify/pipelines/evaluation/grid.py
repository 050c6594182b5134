"""The grid of methods × splits: each cell asks all questions of one method on one split."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from uuid import uuid4

import pandas as pd

from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.parallel.side_by_side import run_side_by_side
from twinpurify.pipelines.splits import split_key
from twinpurify.pipelines.types import Cohort, Evidence, Method, Normalizer


@dataclass(frozen=True)
class Grid:
    """What all cells share.

    Attributes
    ----------
    cohort : AnnData
        In its own unit; the methods are fitted on its training patients.
    normalizers, splits : dict
        By key, such as ``split_0``.
    evaluation : EvaluationSettings
    resources : Resources
    bootstrap : PatientBootstrap
        Of the cohort that is scored.
    target : AnnData, optional
        Another cohort that is scored, log2(x + 1).
    normalization : NormalizationSettings, optional
        How the target is aligned.
    token : str
        Tells grids apart, so that a process can keep what it has prepared.
    """

    cohort: Cohort = field(compare=False)
    normalizers: dict[str, Normalizer] = field(compare=False)
    splits: dict[str, dict[str, Any]] = field(compare=False)
    evaluation: EvaluationSettings = field(compare=False)
    resources: Any = field(compare=False)
    bootstrap: Any = field(compare=False)
    target: Cohort | None = field(compare=False, default=None)
    normalization: NormalizationSettings | None = field(compare=False, default=None)
    token: str = field(default_factory=lambda: uuid4().hex)

    @property
    def names(self) -> tuple[str, str]:
        """Names of the cohort that is scored and of the one trained on."""
        scored = self.cohort if self.target is None else self.target
        return str(scored.uns["cohort"]), str(self.cohort.uns["cohort"])


def make_evaluate_methods(methods: Sequence[str]) -> Callable[..., tuple[Any, ...]]:
    """Make the node function that asks these methods; their evidence comes in this order.

    Of each it takes the fits on the splits, as ``models_of_<method>``, and those on variants of
    them, as ``refits_of_<method>``.
    """

    def evaluate_methods(
        cohort: Cohort,
        normalizers: dict[str, Normalizer],
        splits: list[dict[str, Any]],
        evaluation: EvaluationSettings,
        n_jobs: int,
        cluster: str,
        resources: Any,
        **fitted: dict[str, Method],
    ) -> tuple[Any, ...]:
        """Ask every question of all methods' embeddings of the test patients, split by split."""
        bootstrap = _bootstrap(cohort, evaluation, resources.lenders)
        grid = Grid(cohort, normalizers, by_key(splits), evaluation, resources, bootstrap)
        calls = [
            (
                grid,
                key,
                fitted[f"models_of_{method}"][key],
                of_split(fitted[f"refits_of_{method}"], key),
            )
            # Split by split, so that a process prepares each about once for all methods.
            for key in grid.splits
            for method in methods
        ]
        return _run(_evaluate_cell, calls, len(methods), n_jobs, "evaluating", cluster)

    return evaluate_methods


def make_evaluate_transfers(methods: Sequence[str]) -> Callable[..., tuple[Any, ...]]:
    """Make the node function that asks these methods about tumours of another cohort.

    Of each it takes the fits on the splits, as ``models_of_<method>``.
    """

    def evaluate_transfers(
        cohort: Cohort,
        normalizers: dict[str, Normalizer],
        target: Cohort,
        splits: list[dict[str, Any]],
        evaluation: EvaluationSettings,
        n_jobs: int,
        cluster: str,
        normalization: NormalizationSettings,
        resources: Any,
        **models: dict[str, Method],
    ) -> tuple[Any, ...]:
        """Ask the questions of all methods, trained on one cohort, about tumours of another."""
        grid = Grid(
            cohort,
            normalizers,
            by_key(splits),
            evaluation,
            resources,
            _bootstrap(target, evaluation),
            target,
            normalization,
        )
        calls = [
            (grid, key, models[f"models_of_{method}"][key])
            for key in grid.splits
            for method in methods
        ]
        n_methods = len(methods)
        return _run(_transfer_cell, calls, n_methods, n_jobs, "evaluating the transfer", cluster)

    return evaluate_transfers


def _run(
    cell: Any,
    calls: list[tuple[Any, ...]],
    n_methods: int,
    n_jobs: int,
    description: str,
    cluster: str,
) -> tuple[Any, ...]:
    """Fill the cells, and give the evidence of each method over all splits, one after another."""
    try:
        cells = run_side_by_side(cell, calls, n_jobs, description, cluster)
    finally:
        prepare.cache_clear()
        _prepare_target.cache_clear()
    from twinpurify.evaluation.evidence import gather

    by_method = [gather(cells[position::n_methods]) for position in range(n_methods)]
    return tuple(part for evidence in by_method for part in evidence)


def by_key(splits: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Find each split by the key of what was fitted on it."""
    return {split_key(split): split for split in splits}


def of_split(refits: dict[str, Method], key: str) -> dict[str, Method]:
    """Choose the variants that were fitted on a split, by their own key."""
    prefix = f"{key}__"
    return {
        name.removeprefix(prefix): method
        for name, method in refits.items()
        if name.startswith(prefix)
    }


def _bootstrap(cohort: Cohort, evaluation: EvaluationSettings, lenders: Iterable[str] = ()) -> Any:
    """Draw the weights of the patients of the cohort that is scored, and of who lends normals."""
    from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap

    patients = [*cohort.obs["patient_id"], *lenders]
    return PatientBootstrap(patients, evaluation.n_bootstrap, evaluation.seed)


@lru_cache(maxsize=1)
def prepare(grid: Grid, key: str) -> Any:
    """Normalise the profiles of a split, once for all methods that a process asks."""
    from twinpurify.evaluation.splits.normalized import normalized_split

    split, seed = grid.splits[key], grid.evaluation.seed
    lent = grid.resources.reference_normals.get(key)
    return normalized_split(grid.cohort, grid.normalizers[key], split, grid.resources, seed, lent)


@lru_cache(maxsize=1)
def _prepare_target(grid: Grid, key: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bring the tumours of the other cohort to the platform and genes of the training tumours."""
    from twinpurify.imputation.completion import complete_from_training
    from twinpurify.normalization.alignment.registry import create_alignment

    tumours = grid.target[grid.target.obs["tissue"] == "tumour"]
    training, settings = prepare(grid, key).train_tumours, grid.normalization
    alignment = create_alignment(settings.transfer_alignment)
    target = tumours.to_df()
    target = alignment.fit(target, reference=training).transform(target)
    completed, _ = complete_from_training(target, training, settings.missing_genes)
    return completed, tumours.obs


def _evaluate_cell(grid: Grid, key: str, model: Method, refits: dict[str, Method]) -> Evidence:
    """Evaluate one method on one split."""
    from twinpurify.evaluation.protocol import evaluate_split

    data = prepare(grid, key)
    result = evaluate_split(model, data, grid.evaluation, grid.bootstrap, refits=refits)
    return _tabulate(result, grid, key, model.name)


def _transfer_cell(grid: Grid, key: str, model: Method) -> Evidence:
    """Evaluate one method, trained on one split, on the tumours of another cohort."""
    from twinpurify.evaluation.splits.data import expected_pathways
    from twinpurify.evaluation.transfer import evaluate_transfer

    data = replace(prepare(grid, key), contrasts=expected_pathways(grid.target.uns))
    profiles, obs = _prepare_target(grid, key)
    result = evaluate_transfer(model, data, profiles, obs, grid.evaluation, grid.bootstrap)
    return _tabulate(result, grid, key, model.name)


def _tabulate(result: Any, grid: Grid, key: str, method: str) -> Evidence:
    """Turn the result of one split into tables that say whose it is."""
    from twinpurify.evaluation.evidence import tabulate

    cohort, trained_on = grid.names
    return tabulate(
        result, cohort, trained_on, method, grid.splits[key]["split"], grid.evaluation.seed
    )
