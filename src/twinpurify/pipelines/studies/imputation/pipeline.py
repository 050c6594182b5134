"""The imputation pipeline, which is run on its own, behind ingestion and normalisation."""

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.studies.imputation.nodes import (
    draw_imputation,
    measure_imputation,
    write_imputation_page,
)
from twinpurify.run_selection import RunSelection

NAMESPACE = "imputation"


def create_pipeline(selection: RunSelection) -> Pipeline:
    """Hide values of the selected cohort, and of those that it transfers to."""
    cohort = selection.cohort
    prepared = ("cohort", "normalizers", "splits")
    sections = ("imputation", "imputers", "evaluation", "normalization", "n_jobs", "cluster")
    scores, figure = f"{cohort}__imputation", f"{cohort}__figure__imputation_curves"
    measure = Node(
        measure_imputation,
        inputs={
            **{part: f"{cohort}__{part}" for part in prepared},
            **{section: f"params:{section}" for section in sections},
            **{f"target_{target}": f"{target}__normalized" for target in selection.transfer},
        },
        outputs=scores,
        name="measure_imputation",
        namespace=NAMESPACE,
    )
    draw = Node(
        draw_imputation,
        inputs=[scores],
        outputs=figure,
        name="draw_imputation",
        namespace=NAMESPACE,
    )
    write = Node(
        write_imputation_page,
        inputs=[scores, figure],
        outputs=f"{cohort}__imputation_page",
        name="write_imputation_page",
        namespace=NAMESPACE,
    )
    return Pipeline([measure, draw, write])
