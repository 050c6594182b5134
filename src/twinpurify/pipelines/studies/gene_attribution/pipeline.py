"""The pipeline of gene attribution, which is run on its own, behind ingestion and normalisation."""

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.studies.gene_attribution.nodes import (
    FIGURES,
    STUDY,
    build_attribution_page,
    draw_agreement_bars,
    draw_attribution_map,
    make_attribute_genes,
)
from twinpurify.pipelines.studies.study_nodes import log_node, study_inputs, study_part, study_table
from twinpurify.run_selection import RunSelection
from twinpurify.studies.gene_attribution.settings import GeneAttributionSettings


def create_pipeline(selection: RunSelection) -> Pipeline:
    """Run the study on the selected cohort, draw it, and write its page."""
    cohort = selection.cohort
    attributions, agreement, enrichment = (
        study_table(cohort, STUDY, table) for table in ("attributions", "agreement", "enrichment")
    )
    skipped, page = (study_part(cohort, STUDY, part) for part in ("skipped", "page"))
    bars, genes = (f"{cohort}__figure__{figure}" for figure in FIGURES)
    attribute = Node(
        make_attribute_genes(),
        inputs=[*study_inputs(cohort, STUDY), "gene_sets"],
        outputs=[attributions, agreement, enrichment, skipped],
        name="attribute_genes",
        namespace=STUDY,
    )
    draw = [
        Node(function, inputs=[table], outputs=drawn, name=function.__name__, namespace=STUDY)
        for function, table, drawn in (
            (draw_agreement_bars, agreement, bars),
            (draw_attribution_map, attributions, genes),
        )
    ]
    build = Node(
        build_attribution_page,
        inputs=[agreement, enrichment, skipped, bars, genes],
        outputs=page,
        name="build_attribution_page",
        namespace=STUDY,
    )
    log = log_node(cohort, STUDY, GeneAttributionSettings, FIGURES, with_scores=False)
    return Pipeline([attribute, *draw, build, log])
