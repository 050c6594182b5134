"""The pipeline of restored anchors, which is run on its own, behind ingestion and normalisation."""

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.studies.restored_anchors.nodes import (
    FIGURES,
    STUDY,
    build_anchor_page,
    draw_anchor_forest,
    make_measure_anchors,
)
from twinpurify.pipelines.studies.study_nodes import log_node, study_inputs, study_part, study_table
from twinpurify.run_selection import RunSelection
from twinpurify.studies.restored_anchors.settings import RestoredAnchorSettings


def create_pipeline(selection: RunSelection) -> Pipeline:
    """Run the study on the selected cohort, draw it, and write its page."""
    cohort, (figure,) = selection.cohort, FIGURES
    scores, summary, differences, anchors = (
        study_table(cohort, STUDY, table)
        for table in ("scores", "summary", "differences", "anchors")
    )
    replicates, skipped, page = (
        study_part(cohort, STUDY, part) for part in ("replicates", "skipped", "page")
    )
    drawn = f"{cohort}__figure__{figure}"
    measure = Node(
        make_measure_anchors(),
        inputs=study_inputs(cohort, STUDY),
        outputs=[scores, summary, differences, anchors, replicates, skipped],
        name="measure_anchors",
        namespace=STUDY,
    )
    draw = Node(
        draw_anchor_forest,
        inputs=[differences],
        outputs=drawn,
        name=f"draw_{figure}",
        namespace=STUDY,
    )
    build = Node(
        build_anchor_page,
        inputs=[summary, differences, skipped, drawn],
        outputs=page,
        name="build_anchor_page",
        namespace=STUDY,
    )
    log = log_node(cohort, STUDY, RestoredAnchorSettings, FIGURES)
    return Pipeline([measure, draw, build, log])
