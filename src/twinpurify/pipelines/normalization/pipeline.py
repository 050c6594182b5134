"""The normalization pipeline of one cohort."""

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.normalization.nodes import (
    fit_normalizers,
    normalize_cohort,
    normalize_target,
    normalize_truth,
    split_patients,
)


def create_pipeline(cohort: str, simulated: bool, purified: bool) -> Pipeline:
    """Normalise a cohort; the one to purify by steps that are fitted on training patients.

    Parameters
    ----------
    cohort : str
    simulated : bool
        Whether its truth is known.
    purified : bool
        False for a cohort that is only transferred to.
    """
    namespace = f"normalization.{cohort}"
    if not purified:
        normalize = Node(
            normalize_target,
            inputs=[f"{cohort}__cohort"],
            outputs=f"{cohort}__normalized",
            name="normalize_target",
            namespace=namespace,
        )
        return Pipeline([normalize])
    nodes = [
        Node(
            split_patients,
            inputs=[f"{cohort}__cohort", "params:evaluation"],
            outputs=f"{cohort}__splits",
            name="split_patients",
            namespace=namespace,
        ),
        Node(
            fit_normalizers,
            inputs=[f"{cohort}__cohort", f"{cohort}__splits", "params:normalization"],
            outputs=[f"{cohort}__normalizers", f"{cohort}__normalizer"],
            name="fit_normalizers",
            namespace=namespace,
        ),
        Node(
            normalize_cohort,
            inputs=[f"{cohort}__cohort", f"{cohort}__normalizer"],
            outputs=f"{cohort}__normalized",
            name="normalize_cohort",
            namespace=namespace,
        ),
    ]
    if simulated:
        truth = Node(
            normalize_truth,
            inputs=[f"{cohort}__truth", f"params:{cohort}"],
            outputs=f"{cohort}__normalized_truth",
            name="normalize_truth",
            namespace=namespace,
        )
        nodes.append(truth)
    return Pipeline(nodes)
