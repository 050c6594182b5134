"""The normalization pipeline of one cohort."""

from collections.abc import Callable

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.normalization.nodes import (
    align_reference_normals,
    fit_normalizers,
    normalize_cohort,
    normalize_target,
    normalize_truth,
    split_patients,
)


def create_pipeline(
    cohort: str, simulated: bool, purified: bool, reference: str | None = None
) -> Pipeline:
    """Normalise a cohort; the one to purify by steps that are fitted on training patients.

    Parameters
    ----------
    cohort : str
    simulated : bool
        Whether its truth is known.
    purified : bool
        False for a cohort that is only transferred to.
    reference : str, optional
        Cohort that gives its normals to the purified one.
    """
    source, normalized = f"{cohort}__cohort", f"{cohort}__normalized"
    if not purified:
        return Pipeline([_node(normalize_target, cohort, [source], normalized)])
    splits, normalizer = f"{cohort}__splits", f"{cohort}__normalizer"
    # Kedro gives inputs by position: what a cohort with normals of its own lacks comes last.
    lender = [f"{reference}__cohort"] if reference else []
    nodes = [
        _node(split_patients, cohort, [source, "params:evaluation", *lender], splits),
        _node(
            fit_normalizers,
            cohort,
            [source, splits, "params:normalization", *lender],
            [f"{cohort}__normalizers", normalizer],
        ),
        _node(normalize_cohort, cohort, [source, normalizer], normalized),
    ]
    if reference:
        fitted = [source, f"{cohort}__normalizers", normalizer, splits, "params:normalization"]
        lent = f"{cohort}__reference_normals"
        nodes.append(_node(align_reference_normals, cohort, [*fitted, *lender], lent))
    if simulated:
        truth = [f"{cohort}__truth", f"params:{cohort}"]
        nodes.append(_node(normalize_truth, cohort, truth, f"{cohort}__normalized_truth"))
    return Pipeline(nodes)


def _node(function: Callable, cohort: str, inputs: list[str], outputs: str | list[str]) -> Node:
    return Node(
        function,
        inputs=inputs,
        outputs=outputs,
        name=function.__name__,
        namespace=f"normalization.{cohort}",
    )
