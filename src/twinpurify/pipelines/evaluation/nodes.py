"""Nodes of the evaluation pipeline."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.pipelines.parallel import run_side_by_side
from twinpurify.pipelines.types import Cohort, Method, Normalizer

Tables = dict[str, pd.DataFrame]
Evidence = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Tables, list[dict[str, Any]]]


def make_collect_resources(truth_known: bool) -> Callable[..., Any]:
    """Make the node function that collects resources: the truth, if known, comes third."""

    def collect_resources(cohort: Cohort, gene_sets: pd.DataFrame, *further: Any) -> Any:
        """Put together what questions need beyond the cohort."""
        from twinpurify.evaluation.foreign_tissue import select_foreign
        from twinpurify.evaluation.gene_sets import log_coverage
        from twinpurify.evaluation.resources import Resources

        log_coverage(gene_sets, cohort.var_names)
        truth, foreign = (further[0], further[1:]) if truth_known else (None, further)
        tissues = {str(other.uns["cohort"]): select_foreign(other, cohort) for other in foreign}
        return Resources(truth=truth, gene_sets=gene_sets, foreign=tissues)

    return collect_resources


def evaluate_method(
    cohort: Cohort,
    normalizers: dict[str, Normalizer],
    splits: list[dict[str, Any]],
    models: dict[str, Method],
    evaluation: EvaluationSettings,
    n_jobs: int,
    resources: Any,
) -> Evidence:
    """Ask every question of a method's embeddings of the test patients, split by split."""
    from twinpurify.evaluation.statistics import PatientBootstrap

    bootstrap = PatientBootstrap(cohort.obs["patient_id"], evaluation.n_bootstrap, evaluation.seed)
    shared = (resources, evaluation, bootstrap)
    calls = [
        (models[key], cohort, normalizers[key], split, *shared)
        for key, split in _by_key(splits).items()
    ]
    return _gather(run_side_by_side(_evaluate_split, calls, n_jobs, "evaluating"))


def evaluate_transfer(
    cohort: Cohort,
    normalizers: dict[str, Normalizer],
    target: Cohort,
    splits: list[dict[str, Any]],
    models: dict[str, Method],
    evaluation: EvaluationSettings,
    n_jobs: int,
    normalization: NormalizationSettings,
    resources: Any,
) -> Evidence:
    """Ask the questions of a method trained on one cohort about tumours of another."""
    from twinpurify.evaluation.statistics import PatientBootstrap

    bootstrap = PatientBootstrap(target.obs["patient_id"], evaluation.n_bootstrap, evaluation.seed)
    shared = (target, normalization, resources, evaluation, bootstrap)
    calls = [
        (models[key], cohort, normalizers[key], split, *shared)
        for key, split in _by_key(splits).items()
    ]
    return _gather(run_side_by_side(_transfer_split, calls, n_jobs, "evaluating the transfer"))


def _by_key(splits: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Find each split by the key of what was fitted on it."""
    return {f"split_{split['split']}": split for split in splits}


def _evaluate_split(
    model: Method,
    cohort: Cohort,
    normalizer: Normalizer,
    split: dict[str, Any],
    resources: Any,
    evaluation: EvaluationSettings,
    bootstrap: Any,
) -> Evidence:
    """Evaluate one method on one split."""
    from twinpurify.cohort.splits import PatientSplit
    from twinpurify.evaluation.data import split_data
    from twinpurify.evaluation.protocol import evaluate_split
    from twinpurify.normalization.cohorts import normalize

    normalized = normalize(cohort, normalizer)
    data = split_data(normalized, PatientSplit(**split), resources, evaluation.seed)
    result = evaluate_split(model, data, evaluation, bootstrap)
    name = str(cohort.uns["cohort"])
    return _tabulate(result, name, name, model.name, split["split"], evaluation.seed)


def _transfer_split(
    model: Method,
    cohort: Cohort,
    normalizer: Normalizer,
    split: dict[str, Any],
    target: Cohort,
    normalization: NormalizationSettings,
    resources: Any,
    evaluation: EvaluationSettings,
    bootstrap: Any,
) -> Evidence:
    """Evaluate one method, trained on one split, on the tumours of another cohort."""
    from twinpurify.cohort.splits import PatientSplit
    from twinpurify.evaluation.data import split_data
    from twinpurify.evaluation.transfer import evaluate_transfer
    from twinpurify.normalization.cohorts import normalize

    normalized = normalize(cohort, normalizer)
    data = split_data(normalized, PatientSplit(**split), resources, evaluation.seed)
    tumours = target[target.obs["tissue"] == "tumour"]
    profiles = _meet_platform(tumours.to_df(), data.train_tumours, normalization)
    result = evaluate_transfer(model, data, profiles, tumours.obs, evaluation, bootstrap)
    names = str(target.uns["cohort"]), str(cohort.uns["cohort"])
    return _tabulate(result, *names, model.name, split["split"], evaluation.seed)


def _meet_platform(
    target: pd.DataFrame, training: pd.DataFrame, settings: NormalizationSettings
) -> pd.DataFrame:
    """Bring tumours of another cohort to the platform and to the genes of the training tumours."""
    from twinpurify.normalization.platform_alignment import create_alignment
    from twinpurify.training.profiles import complete_genes

    alignment = create_alignment(settings.transfer_alignment)
    target = alignment.fit(target, reference=training).transform(target)
    mean = training.mean(axis=0).to_numpy()
    completed, _ = complete_genes(target, training.columns, mean, settings.missing_genes)
    return completed


def _tabulate(
    result: Any, cohort: str, trained_on: str, method: str, split: int, seed: int
) -> Evidence:
    """Turn the result of one split into tables that say whose it is."""
    from twinpurify.evaluation.statistics import collect

    scores, replicates = collect(result.measurements, cohort, trained_on, method, split, seed)
    run = {"cohort": cohort, "trained_on": trained_on, "method": method}
    skipped = [{**run, "split": split, **skip._asdict()} for skip in result.skipped]
    tables = {name: table.assign(**run) for name, table in result.tables.items()}
    return scores, replicates, result.predictions.assign(**run), tables, skipped


def _gather(parts: list[Evidence]) -> Evidence:
    """Put the evidence of all splits together."""
    scores, replicates, predictions, tables, skipped = zip(*parts, strict=True)
    return (
        pd.concat(scores, ignore_index=True),
        pd.concat(replicates, ignore_index=True),
        pd.concat(predictions, ignore_index=True),
        gather_tables(*tables),
        [skip for part in skipped for skip in part],
    )


def gather_tables(*parts: Tables) -> Tables:
    """Put tables of one name together."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {
        name: pd.concat([part[name] for part in parts if name in part], ignore_index=True)
        for name in names
    }


def combine_tables(*tables: pd.DataFrame) -> pd.DataFrame:
    """Put the tables of all methods and cohorts into one."""
    return pd.concat(tables, ignore_index=True)


def combine_lists(*lists: list[Any]) -> list[Any]:
    """Put the lists of all methods and cohorts into one."""
    return [item for part in lists for item in part]


def summarize_scores(scores: pd.DataFrame, *replicates: pd.DataFrame) -> pd.DataFrame:
    """Average over splits, with intervals and paired differences to raw expression."""
    from twinpurify.evaluation.statistics import summarize

    return summarize(scores, pd.concat(replicates, ignore_index=True))


def make_summarize_differences(final_method: str) -> Callable[..., pd.DataFrame]:
    """Make the node function that compares the final method with every other one."""

    def summarize_differences(scores: pd.DataFrame, *replicates: pd.DataFrame) -> pd.DataFrame:
        """Pair the scores of the final method with those of each other one."""
        from twinpurify.evaluation.differences import compare_with_others

        return compare_with_others(scores, pd.concat(replicates, ignore_index=True), final_method)

    return summarize_differences
