"""Nodes of the scoring pipeline."""

from twinpurify.pipelines.types import Cohort
from twinpurify.serving.settings import ScoringSettings


def score_cohort(cohort: Cohort, scoring: ScoringSettings) -> Cohort:
    """Give samples that no model has seen what the model gives: an embedding, or all three."""
    from twinpurify.serving.loading import load_served
    from twinpurify.serving.slots import score_samples

    return score_samples(cohort, load_served(scoring.model), scoring.missing_genes, scoring.model)
