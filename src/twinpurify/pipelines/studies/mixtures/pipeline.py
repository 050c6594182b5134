"""The mixtures pipeline, which is run on its own."""

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.studies.mixtures.nodes import measure_mixtures


def create_pipeline() -> Pipeline:
    """Measure the mixtures that ``conf/base/mixtures.yml`` names."""
    return Pipeline(
        [
            Node(
                measure_mixtures,
                inputs=["mixtures", "params:n_jobs"],
                outputs="mixture_scores",
                name="measure_mixtures",
                namespace="mixtures",
            )
        ]
    )
