"""Gene attribution: which genes make the transformer tell a class."""

import pandas as pd
from kedro.pipeline import Pipeline

from twinpurify.pipelines.studies.split_study import (
    Contest,
    Drawing,
    StudyDeclaration,
    create_study_pipeline,
)
from twinpurify.pipelines.types import Figure
from twinpurify.run_selection import RunSelection
from twinpurify.studies.gene_attribution.settings import GeneAttributionSettings


def contest(settings: GeneAttributionSettings) -> Contest:
    """Explain the classes that the transformer tells, by three accounts."""
    from twinpurify.studies.completion import TRANSFORMER
    from twinpurify.studies.gene_attribution.cells import run_contestant
    from twinpurify.studies.gene_attribution.study import put_together

    return Contest([TRANSFORMER], run_contestant, put_together)


def draw_agreement_bars(agreement: pd.DataFrame) -> Figure:
    """Draw how far the accounts agree."""
    from twinpurify.plots.studies.agreement_bars import agreement_bars

    return agreement_bars(agreement)


def draw_attribution_map(attributions: pd.DataFrame) -> Figure:
    """Draw the strongest genes of each class."""
    from twinpurify.plots.studies.attribution_map import attribution_map

    return attribution_map(attributions)


def page(*given: object) -> str:
    """Write the page."""
    from twinpurify.report.studies.attribution_page import build_page

    return build_page(*given)


STUDY = StudyDeclaration(
    name="gene_attribution",
    settings=GeneAttributionSettings,
    measure="attribute_genes",
    build="build_attribution_page",
    contest=contest,
    page=page,
    tables=("attributions", "agreement", "enrichment"),
    shown=("agreement", "enrichment", "skipped"),
    drawings={
        "agreement_bars": Drawing(draw_agreement_bars, "agreement"),
        "attribution_map": Drawing(draw_attribution_map, "attributions"),
    },
    parts=("skipped",),
    reads_gene_sets=True,
    has_summary=False,
)


def create_pipeline(selection: RunSelection) -> Pipeline:
    """Run the study on the selected cohort, draw it, and write its page."""
    return create_study_pipeline(STUDY, selection)
