"""The purification pipeline: every method on every split, the final model on all."""

from collections.abc import Callable

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.purification.nodes import (
    collect_history,
    make_fit,
    make_fit_again,
    make_fit_final,
    purify_cohort,
)
from twinpurify.run_selection import RunSelection


def create_pipeline(selection: RunSelection) -> Pipeline:
    """Fit all selected methods, and purify the cohort with the final one."""
    cohort, final = selection.cohort, selection.final_method
    rivals = [name for name in selection.methods_to_run if name != final]
    lent = {"reference_normals": f"{cohort}__reference_normals"} if selection.reference else {}
    fits = [
        _fit(make_fit(name, cohort), cohort, name, lent, _split_models(cohort, name))
        for name in rivals
    ]
    again = [_fit_again(cohort, name, lent) for name in selection.methods_to_run]
    return Pipeline([*fits, *_final(cohort, final, lent), *again])


def _split_models(cohort: str, method: str) -> str:
    return f"{cohort}__{method}__split_models"


def _fit(
    function: Callable,
    cohort: str,
    method: str,
    further: dict[str, str],
    outputs: str | list[str],
) -> Node:
    return Node(
        function,
        inputs=_training(cohort, method) | {"checkpoints": "params:checkpoints"} | further,
        outputs=outputs,
        name=function.__name__,
        namespace=f"purification.{method}",
    )


def _training(cohort: str, method: str) -> dict[str, str]:
    """Name what every fit takes."""
    return {
        "cohort": f"{cohort}__cohort",
        "normalizers": f"{cohort}__normalizers",
        "splits": f"{cohort}__splits",
        "parameters": f"params:methods.{method}",
        "n_jobs": "params:n_jobs",
        "cluster": "params:cluster",
    }


def _fit_again(cohort: str, method: str, lent: dict[str, str]) -> Node:
    return Node(
        make_fit_again(method),
        inputs=_training(cohort, method) | {"evaluation": "params:evaluation"} | lent,
        outputs=f"{cohort}__{method}__refits",
        name="fit_again",
        namespace=f"purification.{method}",
    )


def _final(cohort: str, method: str, lent: dict[str, str]) -> list[Node]:
    namespace = f"purification.{method}"
    further = {"normalizer": f"{cohort}__normalizer"} | lent
    outputs = [_split_models(cohort, method), f"{cohort}__model"]
    fit = _fit(make_fit_final(method, cohort), cohort, method, further, outputs)
    purify = Node(
        purify_cohort,
        inputs=[f"{cohort}__normalized", f"{cohort}__model"],
        outputs=f"{cohort}__purified",
        name="purify_cohort",
        # Beside the fits, not among them: drawn as one box, they would lead from normalised
        # profiles to models, and the normalisers among the models lead back.
        namespace="application",
    )
    collect = Node(
        collect_history,
        inputs=[_split_models(cohort, method), f"{cohort}__model"],
        outputs=f"{cohort}__training_history",
        name="collect_history",
        namespace=namespace,
    )
    return [fit, purify, collect]
