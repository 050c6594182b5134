"""The evaluation pipeline: every method on its own cohort and on the transfer cohorts."""

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.evaluation.grid import make_evaluate_methods, make_evaluate_transfers
from twinpurify.pipelines.evaluation.nodes import (
    collect_resources,
    combine_lists,
    combine_tables,
    gather_tables,
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
    across = [_transfers(selection, target) for target in selection.transfer]
    prefixes = [f"{cohort}__{name}" for name in selection.methods_to_run]
    prefixes += [
        f"{cohort}__to__{target}__{name}"
        for target in selection.transfer
        for name in selection.methods_to_run
    ]
    resources = _resources(selection, truth_known)
    return Pipeline([resources, _evaluate(selection), *across, *_combine(selection, prefixes)])


def _resources(selection: RunSelection, truth_known: bool) -> Node:
    cohort = selection.cohort
    inputs = {"cohort": f"{cohort}__cohort", "gene_sets": "gene_sets"}
    if truth_known:
        inputs |= {"truth": f"{cohort}__normalized_truth", "truth_table": f"{cohort}__truth_table"}
    if selection.reference:
        inputs["reference_normals"] = f"{cohort}__reference_normals"
    inputs |= {f"tissue_of_{name}": f"{name}__normalized" for name in selection.foreign}
    return Node(
        collect_resources,
        inputs=inputs,
        outputs=f"{cohort}__resources",
        name="collect_resources",
        namespace="evaluation",
    )


def _evaluate(selection: RunSelection) -> Node:
    """One node for all methods, so that every process has work to the end."""
    cohort, methods = selection.cohort, selection.methods_to_run
    return Node(
        make_evaluate_methods(methods),
        inputs={
            **_asked(cohort, methods),
            **{f"refits_of_{method}": f"{cohort}__{method}__refits" for method in methods},
        },
        outputs=[f"{cohort}__{method}__{table}" for method in methods for table in EVIDENCE],
        name="evaluate_methods",
        namespace="evaluation",
    )


def _transfers(selection: RunSelection, target: str) -> Node:
    cohort, methods = selection.cohort, selection.methods_to_run
    return Node(
        make_evaluate_transfers(methods),
        inputs={
            **_asked(cohort, methods),
            "target": f"{target}__normalized",
            "normalization": "params:normalization",
        },
        outputs=[
            f"{cohort}__to__{target}__{method}__{table}" for method in methods for table in EVIDENCE
        ],
        name=f"transfer_to_{target}",
        namespace="evaluation",
    )


def _asked(cohort: str, methods: list[str]) -> dict[str, str]:
    """Name what both evaluations take."""
    return {
        **{part: f"{cohort}__{part}" for part in ("cohort", "normalizers", "splits", "resources")},
        **{name: f"params:{name}" for name in ("evaluation", "n_jobs", "cluster")},
        **{f"models_of_{method}": f"{cohort}__{method}__split_models" for method in methods},
    }


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
