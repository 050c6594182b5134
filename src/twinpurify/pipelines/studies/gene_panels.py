"""Gene panels: how well a class is told from a few random genes."""

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
from twinpurify.studies.gene_panels.settings import GenePanelSettings


def contest(settings: GenePanelSettings) -> Contest:
    """Tell classes from random panels."""
    from twinpurify.studies.gene_panels.cells import run_contestant
    from twinpurify.studies.gene_panels.contestants import contestant_names
    from twinpurify.studies.gene_panels.study import put_together

    return Contest(contestant_names(settings), run_contestant, put_together)


def draw_panel_curves(summary: pd.DataFrame) -> Figure:
    """Draw accuracy against the size of the panel."""
    from twinpurify.plots.studies.panel_curves import panel_curves

    return panel_curves(summary)


def page(*given: object) -> str:
    """Write the page."""
    from twinpurify.report.studies.panel_page import build_page

    return build_page(*given)


STUDY = StudyDeclaration(
    name="gene_panels",
    settings=GenePanelSettings,
    measure="measure_panels",
    build="build_panel_page",
    contest=contest,
    page=page,
    tables=("scores", "summary", "differences"),
    shown=("summary", "differences", "skipped"),
    drawings={"panel_curves": Drawing(draw_panel_curves, "summary")},
)


def create_pipeline(selection: RunSelection) -> Pipeline:
    """Run the study on the selected cohort, draw it, and write its page."""
    return create_study_pipeline(STUDY, selection)
