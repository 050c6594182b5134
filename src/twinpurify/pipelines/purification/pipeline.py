"""The purification pipeline: every method on every split, the final model on all."""

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.purification.nodes import (
    collect_history,
    make_fit_on_all,
    make_fit_on_splits,
    purify_cohort,
)
from twinpurify.run_selection import RunSelection


def create_pipeline(selection: RunSelection) -> Pipeline:
    """Fit all selected methods, and purify the cohort with the final one."""
    fits = [_fit_on_splits(selection.cohort, name) for name in selection.methods_to_run]
    return Pipeline([*fits, *_final(selection.cohort, selection.final_method)])


def _fit_on_splits(cohort: str, method: str) -> Node:
    namespace = f"purification.{method}"
    return Node(
        make_fit_on_splits(method, cohort),
        inputs=[
            f"{cohort}__normalized",
            f"{cohort}__splits",
            f"params:methods.{method}",
            "params:normalization",
            "params:checkpoints",
        ],
        outputs=f"{cohort}__{method}__split_models",
        name=f"{namespace}.fit_on_splits",
        namespace=namespace,
    )


def _final(cohort: str, method: str) -> list[Node]:
    namespace = f"purification.{method}"
    fit = Node(
        make_fit_on_all(method, cohort),
        inputs=[
            f"{cohort}__normalized",
            f"params:methods.{method}",
            "params:normalization",
            "params:checkpoints",
        ],
        outputs=f"{cohort}__model",
        name=f"{namespace}.fit_on_all",
        namespace=namespace,
    )
    purify = Node(
        purify_cohort,
        inputs=[f"{cohort}__normalized", f"{cohort}__model"],
        outputs=f"{cohort}__purified",
        name=f"{namespace}.purify_cohort",
        namespace=namespace,
    )
    collect = Node(
        collect_history,
        inputs=[f"{cohort}__{method}__split_models", f"{cohort}__model"],
        outputs=f"{cohort}__training_history",
        name=f"{namespace}.collect_history",
        namespace=namespace,
    )
    return [fit, purify, collect]
