"""Where the results of a method stand in an AnnData; the same for training cohorts and new samples.

The slots are a contract (docs/outputs.md): ``obsm["X_<method>"]``, ``layers["purified"]`` and
``["undiluted"]``, ``obs["purity_estimate"]``, ``var["reliability"]``.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pandas as pd

from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.serving.loading import ServedModel
from twinpurify.serving.scoring import ScoredProfiles, normalize_like, score_profiles

if TYPE_CHECKING:
    from anndata import AnnData

logger = logging.getLogger(__name__)
PURITY, RELIABILITY = "purity_estimate", "reliability"


def fill_slots(cohort: AnnData, method: EmbeddingMethod, scored: ScoredProfiles) -> None:
    """Put what a method says of samples into their AnnData; what it doesn't say is left out.

    Parameters
    ----------
    cohort : AnnData, samples × genes of the method
        The samples that were scored; it is written to.
    method : EmbeddingMethod
        Fitted.
    scored : ScoredProfiles
        What it says of them.
    """
    cohort.obsm[f"X_{method.name}"] = scored.embedding.to_numpy()
    if scored.purified is not None:
        cohort.layers["purified"] = scored.purified.to_numpy()
    if scored.undiluted is not None:
        cohort.layers["undiluted"] = scored.undiluted.to_numpy()
    if scored.purity is not None:
        cohort.obs[PURITY] = scored.purity
    if hasattr(method, "gene_reliability_"):
        cohort.var[RELIABILITY] = method.gene_reliability_
    said = {"purified profiles": scored.purified, "purity": scored.purity}
    absent = [name for name, values in said.items() if values is None]
    if absent:
        logger.warning(
            "%s: the method %s gives no %s; what is stored is without",
            cohort.uns.get("cohort", "the samples"),
            method.name,
            " and no ".join(absent),
        )


def purify_in_place(normalized: AnnData, method: EmbeddingMethod) -> None:
    """Fill the slots of the cohort that a method was fitted on, and note it in the history.

    Parameters
    ----------
    normalized : AnnData, samples × genes of the method
        log2(x + 1); it is written to.
    method : EmbeddingMethod
        Fitted on its tumours.
    """
    fill_slots(normalized, method, score_profiles(method, normalized))
    step = f"purification: {method.name} fitted on {normalized.uns.get('cohort', 'these samples')}"
    normalized.uns["history"] = [*map(str, normalized.uns.get("history", ())), step]


def score_samples(
    cohort: AnnData, served: ServedModel, missing_genes: str = "error", scored_by: str = ""
) -> AnnData:
    """Bring new samples to log2(x + 1) as a model's cohort was, and fill their slots.

    Parameters
    ----------
    cohort : AnnData, samples × genes
        In the unit of ``uns["unit"]``.
    served : ServedModel
        The method and its normaliser.
    missing_genes : {"error", "training_mean"}
        What becomes of a gene of the model that the samples lack.
    scored_by : str
        Address of the model, for the record.

    Returns
    -------
    AnnData, samples × genes of the model
        A new one; ``X`` is NaN where a gene wasn't measured (``var["measured"]``).

    Raises
    ------
    ConfigurationError, ExpressionError, GeneMismatchError
        As of `normalize_like` and `score_profiles`.
    """
    import anndata

    method, normalized = served.method, normalize_like(cohort, served.normalizer)
    scored = score_profiles(method, normalized, missing_genes)
    logger.info(
        "%s: %d samples scored by %s; %.0f%% of its genes were missing",
        normalized.uns.get("cohort", "the samples"),
        normalized.n_obs,
        scored_by or method.name,
        100 * scored.missing_share,
    )
    profiles = normalized.to_df().reindex(columns=list(method.genes_)).astype("float32")
    result = anndata.AnnData(profiles, obs=normalized.obs.copy(), uns=dict(normalized.uns))
    result.var["measured"] = pd.Index(method.genes_).isin(normalized.var_names)
    fill_slots(result, method, scored)
    result.uns["missing_gene_share"] = scored.missing_share
    result.uns["scored_by"] = scored_by or method.name
    return result
