"""The pipeline of gene panels, which is run on its own, behind ingestion and normalisation."""

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.studies.gene_panels.nodes import (
    FIGURES,
    STUDY,
    build_panel_page,
    draw_panel_curves,
    make_measure_panels,
)
from twinpurify.pipelines.studies.study_nodes import log_node, study_inputs, study_part, study_table
from twinpurify.run_selection import RunSelection
from twinpurify.studies.gene_panels.settings import GenePanelSettings


def create_pipeline(selection: RunSelection) -> Pipeline:
    """Run the study on the selected cohort, draw it, and write its page."""
    cohort, (figure,) = selection.cohort, FIGURES
    scores, summary, differences = (
        study_table(cohort, STUDY, table) for table in ("scores", "summary", "differences")
    )
    replicates, skipped, page = (
        study_part(cohort, STUDY, part) for part in ("replicates", "skipped", "page")
    )
    drawn = f"{cohort}__figure__{figure}"
    measure = Node(
        make_measure_panels(),
        inputs=study_inputs(cohort, STUDY),
        outputs=[scores, summary, differences, replicates, skipped],
        name="measure_panels",
        namespace=STUDY,
    )
    draw = Node(
        draw_panel_curves, inputs=[summary], outputs=drawn, name=f"draw_{figure}", namespace=STUDY
    )
    build = Node(
        build_panel_page,
        inputs=[summary, differences, skipped, drawn],
        outputs=page,
        name="build_panel_page",
        namespace=STUDY,
    )
    return Pipeline([measure, draw, build, log_node(cohort, STUDY, GenePanelSettings, FIGURES)])
