"""Nodes of the scoring pipeline."""

import logging

from twinpurify.pipelines.types import Cohort
from twinpurify.serving.settings import ScoringSettings

logger = logging.getLogger(__name__)


def score_cohort(cohort: Cohort, scoring: ScoringSettings) -> Cohort:
    """Give samples that no model has seen what the model gives: an embedding, or all three."""
    import anndata
    import pandas as pd

    from twinpurify.serving.loading import load_served
    from twinpurify.serving.scoring import normalize_like, score_profiles

    served = load_served(scoring.model)
    method, normalized = served.method, normalize_like(cohort, served.normalizer)
    scored = score_profiles(method, normalized, scoring.missing_genes)
    logger.info(
        "%s: %d samples scored by %s; %.0f%% of its genes were missing",
        normalized.uns["cohort"],
        normalized.n_obs,
        scoring.model,
        100 * scored.missing_share,
    )
    profiles = normalized.to_df().reindex(columns=list(method.genes_)).astype("float32")
    result = anndata.AnnData(profiles, obs=normalized.obs.copy(), uns=dict(normalized.uns))
    result.obsm[f"X_{method.name}"] = scored.embedding.to_numpy()
    absent = []
    if scored.purified is None:
        absent.append("purified profiles")
    else:
        result.layers["purified"] = scored.purified.to_numpy()
    if scored.purity is None:
        absent.append("purity")
    else:
        result.obs["purity_estimate"] = scored.purity
    if absent:
        logger.warning(
            "%s: the method %s gives no %s; what is stored is without",
            normalized.uns["cohort"],
            method.name,
            " and no ".join(absent),
        )
    result.var["measured"] = pd.Index(method.genes_).isin(normalized.var_names)
    if hasattr(method, "gene_reliability_"):
        result.var["reliability"] = method.gene_reliability_
    result.uns["missing_gene_share"] = scored.missing_share
    result.uns["scored_by"] = scoring.model
    return result
