"""Restored anchors: survival by prognostic genes that a test patient's profile lacks."""

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
from twinpurify.studies.restored_anchors.settings import RestoredAnchorSettings


def contest(settings: RestoredAnchorSettings) -> Contest:
    """Tell the risk of patients whose anchors are hidden."""
    from twinpurify.studies.restored_anchors.cells import run_contestant
    from twinpurify.studies.restored_anchors.risks import contestant_names
    from twinpurify.studies.restored_anchors.study import put_together

    return Contest(contestant_names(settings), run_contestant, put_together)


def draw_anchor_forest(differences: pd.DataFrame) -> Figure:
    """Draw the differences of concordance, stratum by stratum."""
    from twinpurify.plots.studies.anchor_forest import anchor_forest

    return anchor_forest(differences)


def page(*given: object) -> str:
    """Write the page."""
    from twinpurify.report.studies.anchor_page import build_page

    return build_page(*given)


STUDY = StudyDeclaration(
    name="restored_anchors",
    settings=RestoredAnchorSettings,
    measure="measure_anchors",
    build="build_anchor_page",
    contest=contest,
    page=page,
    tables=("scores", "summary", "differences", "anchors"),
    shown=("summary", "differences", "skipped"),
    drawings={"anchor_forest": Drawing(draw_anchor_forest, "differences")},
)


def create_pipeline(selection: RunSelection) -> Pipeline:
    """Run the study on the selected cohort, draw it, and write its page."""
    return create_study_pipeline(STUDY, selection)
