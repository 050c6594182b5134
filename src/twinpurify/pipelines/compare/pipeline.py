"""The comparison pipeline: the summaries of finished runs go in, a page comes out."""

from collections.abc import Sequence

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.compare.nodes import make_compare_cohorts

NAMESPACE = "compare"


def create_pipeline(cohorts: Sequence[str]) -> Pipeline:
    """Compare the finished runs of these cohorts; of none, there is nothing to do."""
    if not cohorts:
        return Pipeline([])
    together = "+".join(cohorts)
    compare = Node(
        make_compare_cohorts(cohorts),
        inputs=[f"{cohort}__summary" for cohort in cohorts],
        outputs=[f"{together}__comparison", f"{together}__pattern"],
        name="compare_cohorts",
        namespace=NAMESPACE,
    )
    return Pipeline([compare])
