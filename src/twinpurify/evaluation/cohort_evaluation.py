"""The whole protocol on one cohort: patients divided, methods fitted and asked, scores summarised.

What a run does in its pipelines, for the use from Python; the numbers are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from twinpurify.cohort.splits import split_patients
from twinpurify.errors import ConfigurationError
from twinpurify.evaluation.evidence import Evidence, Tables, gather, tabulate
from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.protocol import evaluate_split
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.normalized import normalized_split
from twinpurify.evaluation.splits.refits import fit_again
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap, summarize
from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.normalization.cohorts import fit_normalizer
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.parallel.side_by_side import run_side_by_side

if TYPE_CHECKING:
    from anndata import AnnData


class Evaluation(NamedTuple):
    """What the protocol found.

    Attributes
    ----------
    scores : DataFrame
        One row a measurement: cohort, trained_on, method, task, metric, fraction, split, seed,
        value.
    summary : DataFrame
        Means over splits with 95% intervals, and the paired difference to raw expression.
    predictions : DataFrame
        Predicted risks of held-out patients.
    tables : dict of str to DataFrame
        What stands behind the figures.
    skipped : DataFrame
        Questions that the labels don't allow: cohort, trained_on, method, split, task, reason.
    """

    scores: pd.DataFrame
    summary: pd.DataFrame
    predictions: pd.DataFrame
    tables: Tables
    skipped: pd.DataFrame


def evaluate_cohort(
    cohort: AnnData,
    methods: Sequence[EmbeddingMethod],
    settings: EvaluationSettings,
    normalization: NormalizationSettings,
    resources: Resources,
    n_jobs: int = 1,
) -> Evaluation:
    """Fit methods on training patients, split by split, and ask all questions about the others.

    Parameters
    ----------
    cohort : AnnData, samples × genes
        In its own unit; patients in ``obs["patient_id"]``.
    methods : sequence of EmbeddingMethod
        They stay as they are; each split fits copies.
    settings : EvaluationSettings
    normalization : NormalizationSettings
        The steps are fitted on the training tumours of each split.
    resources : Resources
        What questions need beyond the cohort.
    n_jobs : int
        Processes, a split each; -1 for one a core.

    Returns
    -------
    Evaluation

    Raises
    ------
    ConfigurationError
        If no method is named, or two have one name.
    CohortError
        If the patients can't be divided, or the values don't allow a fit.
    """
    _check_names(methods)
    splits = split_patients(
        cohort.obs,
        n_splits=settings.n_splits,
        test_fraction=settings.test_fraction,
        seed=settings.seed,
    )
    shared = (cohort, methods, settings, normalization, resources)
    calls = [(*shared, asdict(split)) for split in splits]
    by_split = run_side_by_side(_evaluate_split, calls, n_jobs, "evaluating")
    # Method by method, as the tables of a run are.
    found = gather([part for parts in zip(*by_split, strict=True) for part in parts])
    summary = summarize(found.scores, found.replicates)
    columns = ["cohort", "trained_on", "method", "split", "task", "reason"]
    skipped = pd.DataFrame(found.skipped, columns=columns)
    return Evaluation(found.scores, summary, found.predictions, found.tables, skipped)


def _check_names(methods: Sequence[EmbeddingMethod]) -> None:
    """Refuse what no table could tell apart."""
    names = [method.name for method in methods]
    if not names or len(set(names)) < len(names):
        raise ConfigurationError(
            f"methods are {names}; at least one is needed, and each once, since scores are told "
            "apart by the name of the method"
        )


def _evaluate_split(
    cohort: AnnData,
    methods: Sequence[EmbeddingMethod],
    settings: EvaluationSettings,
    normalization: NormalizationSettings,
    resources: Resources,
    split: dict[str, Any],
) -> list[Evidence]:
    """Fit and ask all methods on one split."""
    training = cohort[cohort.obs["patient_id"].isin(split["train"]).to_numpy()]
    normalizer = fit_normalizer(training, normalization)
    data = normalized_split(cohort, normalizer, split, resources, settings.seed)
    bootstrap = PatientBootstrap(cohort.obs["patient_id"], settings.n_bootstrap, settings.seed)
    name, found = str(cohort.uns.get("cohort", "cohort")), []
    for method in methods:
        result = evaluate_split(fit_again(method, data), data, settings, bootstrap)
        found.append(tabulate(result, name, name, method.name, data.split, settings.seed))
    return found
