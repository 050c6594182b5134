"""Tools: purify a cohort, score new samples by a model, evaluate methods on patients held out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
from pydantic import BaseModel, ValidationError

from twinpurify.cohort.contract import require_log2, require_samples, unit_of
from twinpurify.cohort.simulation.truth import TRUE_PROFILE, TRUE_PURITY
from twinpurify.errors import ConfigurationError
from twinpurify.evaluation.cohort_evaluation import Evaluation, evaluate_cohort
from twinpurify.evaluation.known_truths.resources import Resources, no_gene_sets
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.in_place import give_back
from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.interface.fitting import fit_on_cohort
from twinpurify.normalization.cohorts import normalized_by
from twinpurify.normalization.normalizer import Normalizer
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.normalization.steps.log2 import as_log2_table
from twinpurify.representation.registry import create_method
from twinpurify.serving.loading import ServedModel, load_served
from twinpurify.serving.slots import purify_in_place, score_samples

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["Evaluation", "evaluate", "purify", "score"]

Settings = TypeVar("Settings", bound=BaseModel)


def purify(
    adata: AnnData,
    method: str | EmbeddingMethod = "twinpurify",
    *,
    copy: bool = False,
    **parameters: Any,
) -> AnnData | None:
    """Fit a method on the tumours of a cohort, its normals as background, and purify all samples.

    Parameters
    ----------
    adata : AnnData, samples × genes
        log2(x + 1), as ``tp.pp.normalize`` leaves it, with ``tumour`` and ``normal`` in
        ``obs["tissue"]``.
    method : str or EmbeddingMethod
        A name of ``tp.METHODS``, or an estimator, such as ``tp.TwinPurify(seed=1)``, which is
        fitted and can then be stored.
    copy : bool
        Whether to return the result and leave `adata` as it is.
    **parameters
        Of the method that is named.

    Returns
    -------
    AnnData or None
        With `copy`; else `adata` itself is filled as ``purified.h5ad`` of a run:
        ``obsm["X_<method>"]``, ``layers["purified"]`` and ``["undiluted"]``,
        ``obs["purity_estimate"]``, ``var["reliability"]``, a line of ``uns["history"]``. What the
        method doesn't say is left out.

    Raises
    ------
    ConfigurationError
        The unit isn't log2(x + 1), or the method or a parameter is unknown.
    SampleSheetError, ExpressionError, BackgroundError
        The sheet, the values or the normals aren't what the method needs.

    Examples
    --------
    >>> tp.tl.purify(cohort, seed=1)  # doctest: +SKIP
    >>> cohort.obs["purity_estimate"]  # doctest: +SKIP
    """
    require_samples(adata)
    require_log2(adata)
    chosen = _method(method, parameters)
    filled = adata.copy() if copy or adata.is_view else adata
    fit_on_cohort(chosen, filled)
    purify_in_place(filled, chosen)
    return None if filled is adata else give_back(adata, filled, copy)


def _method(method: str | EmbeddingMethod, parameters: Mapping[str, Any]) -> EmbeddingMethod:
    """Create a method that is named, or take one as it is."""
    if isinstance(method, str):
        return create_method(method, dict(parameters))
    if parameters:
        raise ConfigurationError(
            f"{', '.join(parameters)} can't be changed of a method that is made already; set them "
            f"in {type(method).__name__}(…)"
        )
    return method


def score(
    adata: AnnData,
    model: str | Path | EmbeddingMethod,
    *,
    normalizer: Normalizer | None = None,
    missing_genes: str = "error",
    copy: bool = False,
) -> AnnData | None:
    """Give samples that no model has seen what a model says of them.

    Parameters
    ----------
    adata : AnnData, samples × genes
        In the unit of ``uns["unit"]``; any number of samples.
    model : str, path or EmbeddingMethod
        A folder, an address of MLflow (``models:/twinpurify@champion``), or a fitted method.
    normalizer : Normalizer, optional
        What the method's own cohort was normalised by; by default the one that is stored with the
        model. Without any, each sample is brought to log2(x + 1) on its own.
    missing_genes : {"error", "training_mean"}
        What becomes of genes of the model that the samples lack.
    copy : bool
        Whether to return the result and leave `adata` as it is.

    Returns
    -------
    AnnData or None
        With `copy`; else `adata` itself becomes what ``scored.h5ad`` of a run is: the genes of the
        model in log2(x + 1), the slots of `purify`, ``var["measured"]``,
        ``uns["missing_gene_share"]`` and ``uns["scored_by"]``.

    Raises
    ------
    ConfigurationError
        The unit is missing, or of another platform than the model's.
    ModelFileError
        The address leads to no model.
    GeneMismatchError, ExpressionError
        Genes are missing, or values aren't what they should be.
    """
    unit_of(adata)
    if isinstance(model, EmbeddingMethod):
        served, address = ServedModel(model, normalizer), ""
    else:
        served, address = load_served(model), str(model)
        served = ServedModel(served.method, normalizer or served.normalizer)
    return give_back(adata, score_samples(adata, served, missing_genes, address), copy)


def evaluate(
    adata: AnnData,
    methods: Sequence[str | EmbeddingMethod] = ("raw", "pca", "twinpurify"),
    *,
    settings: EvaluationSettings | Mapping[str, Any] | None = None,
    normalization: NormalizationSettings | Mapping[str, Any] | None = None,
    gene_sets: pd.DataFrame | None = None,
    n_jobs: int = 1,
) -> Evaluation:
    """Ask what methods are worth, of patients whom no fit has seen.

    Patients are divided repeatedly, their normals with them; on each split the normalisation and
    the methods are fitted on the training patients. The numbers are those of a run with the same
    settings.

    Parameters
    ----------
    adata : AnnData, samples × genes
        As ``tp.read`` gives it: in its own unit, not normalised, with ``tissue`` and
        ``patient_id`` in obs. It stays as it is. A known truth of a simulated cohort is used.
    methods : sequence of str or EmbeddingMethod
        Names of ``tp.METHODS``, or estimators. ``raw`` is what the others are compared with.
    settings : EvaluationSettings or mapping, optional
        The section ``evaluation`` of a run (docs/parameters.md), such as ``{"n_splits": 3,
        "tasks": ["subtype", "retrieval"]}``.
    normalization : NormalizationSettings or mapping, optional
        The section ``normalization``.
    gene_sets : DataFrame, optional
        ``collection, source, target, weight``, for questions on pathways and label genes; these
        are skipped without.
    n_jobs : int
        Processes, a split each; -1 for one a core.

    Returns
    -------
    Evaluation
        ``scores, summary, predictions, tables, skipped``.

    Raises
    ------
    ConfigurationError
        A setting or a method is unknown, the unit is missing, or `adata` was normalised by all of
        its patients.
    SampleSheetError, CohortError, BackgroundError, ExpressionError
        The cohort can't be divided, or a method not be fitted.

    Examples
    --------
    >>> found = tp.tl.evaluate(cohort, ["raw", "twinpurify"])  # doctest: +SKIP
    >>> tp.pl.dilution(found.summary)  # doctest: +SKIP
    """
    unit_of(adata)
    require_samples(adata, ("tissue", "patient_id"))
    _refuse_normalized(adata)
    return evaluate_cohort(
        adata,
        [_method(method, {}) for method in methods],
        _settings(EvaluationSettings, settings, "settings"),
        _settings(NormalizationSettings, normalization, "normalization"),
        _resources(adata, gene_sets),
        n_jobs,
    )


def _refuse_normalized(adata: AnnData) -> None:
    """Refuse a cohort whose test patients had a say in what they are tested on."""
    if line := normalized_by(adata):
        raise ConfigurationError(
            f"adata was normalised by steps that were fitted on all of its patients ({line}); "
            "tp.tl.evaluate fits them on the training patients of each split: pass the cohort as "
            "tp.read gives it, and the steps in normalization={'steps': …}"
        )


def _settings(
    model: type[Settings], given: Settings | Mapping[str, Any] | None, name: str
) -> Settings:
    """Check settings that come as a mapping."""
    if isinstance(given, model):
        return given
    try:
        return model.model_validate(dict(given or {}))
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join([name, *map(str, problem['loc'])])}: {problem['msg']}"
            for problem in error.errors()
        )
        raise ConfigurationError(f"of tp.tl.evaluate: {problems}") from error


def _resources(adata: AnnData, gene_sets: pd.DataFrame | None) -> Resources:
    """Collect the truth of a simulated cohort, and the gene sets."""
    truth = purity = None
    if TRUE_PROFILE in adata.layers and TRUE_PURITY in adata.obs:
        tumours = adata[(adata.obs["tissue"] == "tumour").to_numpy()]
        truth = as_log2_table(tumours.to_df(layer=TRUE_PROFILE), unit_of(adata))
        purity = tumours.obs[TRUE_PURITY]
    sets = no_gene_sets() if gene_sets is None else gene_sets
    return Resources(truth, sets, true_purity=purity)
