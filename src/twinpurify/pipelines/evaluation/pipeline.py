"""The evaluation pipeline: every method on its own cohort and on the transfer cohorts."""

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.evaluation.nodes import (
    combine_lists,
    combine_tables,
    evaluate_method,
    evaluate_transfer,
    gather_tables,
    make_collect_resources,
    make_summarize_differences,
    summarize_scores,
)
from twinpurify.run_selection import RunSelection

EVIDENCE = ("scores", "replicates", "predictions", "tables", "skipped")
COMBINE = {
    "scores": combine_tables,
    "predictions": combine_tables,
    "tables": gather_tables,
    "skipped": combine_lists,
}


def create_pipeline(selection: RunSelection, truth_known: bool) -> Pipeline:
    """Evaluate all selected methods and put the evidence together.

    Parameters
    ----------
    selection : RunSelection
    truth_known : bool
        Whether the cohort is simulated and its pure profiles exist.
    """
    cohort = selection.cohort
    within = [_evaluate(cohort, name) for name in selection.methods_to_run]
    across = [
        _transfer(cohort, target, name)
        for target in selection.transfer
        for name in selection.methods_to_run
    ]
    prefixes = [f"{cohort}__{name}" for name in selection.methods_to_run]
    prefixes += [
        f"{cohort}__to__{target}__{name}"
        for target in selection.transfer
        for name in selection.methods_to_run
    ]
    resources = _resources(selection, truth_known)
    return Pipeline([resources, *within, *across, *_combine(selection, prefixes)])


def _resources(selection: RunSelection, truth_known: bool) -> Node:
    cohort = selection.cohort
    return Node(
        make_collect_resources(truth_known),
        inputs=[
            f"{cohort}__cohort",
            "gene_sets",
            *([f"{cohort}__normalized_truth"] if truth_known else []),
            *(f"{name}__normalized" for name in selection.foreign),
        ],
        outputs=f"{cohort}__resources",
        name="collect_resources",
        namespace="evaluation",
    )


def _evaluate(cohort: str, method: str) -> Node:
    namespace = f"evaluation.{method}"
    return Node(
        evaluate_method,
        inputs=[
            f"{cohort}__cohort",
            f"{cohort}__normalizers",
            f"{cohort}__splits",
            f"{cohort}__{method}__split_models",
            "params:evaluation",
            "params:n_jobs",
            f"{cohort}__resources",
        ],
        outputs=[f"{cohort}__{method}__{table}" for table in EVIDENCE],
        name="evaluate_method",
        namespace=namespace,
    )


def _transfer(cohort: str, target: str, method: str) -> Node:
    namespace = f"evaluation.{method}"
    return Node(
        evaluate_transfer,
        inputs=[
            f"{cohort}__cohort",
            f"{cohort}__normalizers",
            f"{target}__normalized",
            f"{cohort}__splits",
            f"{cohort}__{method}__split_models",
            "params:evaluation",
            "params:n_jobs",
            "params:normalization",
            f"{cohort}__resources",
        ],
        outputs=[f"{cohort}__to__{target}__{method}__{table}" for table in EVIDENCE],
        name=f"transfer_to_{target}",
        namespace=namespace,
    )


def _combine(selection: RunSelection, prefixes: list[str]) -> list[Node]:
    """Put the tables of all evaluations into one each."""
    cohort = selection.cohort
    combined = [
        Node(
            combine,
            inputs=[f"{prefix}__{table}" for prefix in prefixes],
            outputs=f"{cohort}__{table}",
            name=f"combine_{table}",
            namespace="evaluation",
        )
        for table, combine in COMBINE.items()
    ]
    replicates = [f"{prefix}__replicates" for prefix in prefixes]
    summaries = [
        Node(
            summarize_scores,
            inputs=[f"{cohort}__scores", *replicates],
            outputs=f"{cohort}__summary",
            name="summarize_scores",
            namespace="evaluation",
        ),
        Node(
            make_summarize_differences(selection.final_method),
            inputs=[f"{cohort}__scores", *replicates],
            outputs=f"{cohort}__differences",
            name="summarize_differences",
            namespace="evaluation",
        ),
    ]
    return [*combined, *summaries]
