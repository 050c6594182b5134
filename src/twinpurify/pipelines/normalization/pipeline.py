"""The normalization pipeline of one cohort."""

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.normalization.nodes import (
    normalize_cohort,
    normalize_truth,
    split_patients,
)


def create_pipeline(cohort: str, simulated: bool, purified: bool) -> Pipeline:
    """Normalise a cohort and, where it is the one to purify, split its patients.

    Parameters
    ----------
    cohort : str
    simulated : bool
        Whether its truth is known.
    purified : bool
        False for a cohort that is only transferred to.
    """
    namespace = f"normalization.{cohort}"
    nodes = [
        Node(
            normalize_cohort,
            inputs=[f"{cohort}__cohort"],
            outputs=f"{cohort}__normalized",
            name="normalize_cohort",
            namespace=namespace,
        )
    ]
    if purified:
        split = Node(
            split_patients,
            inputs=[f"{cohort}__normalized", "params:evaluation"],
            outputs=f"{cohort}__splits",
            name="split_patients",
            namespace=namespace,
        )
        nodes.append(split)
    if purified and simulated:
        truth = Node(
            normalize_truth,
            inputs=[f"{cohort}__truth", f"params:{cohort}"],
            outputs=f"{cohort}__normalized_truth",
            name="normalize_truth",
            namespace=namespace,
        )
        nodes.append(truth)
    return Pipeline(nodes)
