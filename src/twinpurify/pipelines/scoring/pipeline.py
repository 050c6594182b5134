"""The scoring pipeline: new samples, from their raw files through a registered model."""

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines import ingestion
from twinpurify.pipelines.scoring.nodes import score_cohort


def create_pipeline(cohort: str, simulated: bool) -> Pipeline:
    """Ingest a cohort, and normalise and score it with the model that ``scoring`` names."""
    score = Node(
        score_cohort,
        inputs=[f"{cohort}__cohort", "params:scoring"],
        outputs=f"{cohort}__scored",
        name="score_cohort",
        namespace="scoring",
    )
    return ingestion.create_pipeline(cohort, simulated, to_score=True) + Pipeline([score])
