"""Nodes of the study of restored anchors."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.imputation.settings import ImputersSettings
from twinpurify.pipelines.method_parameters import method_parameters
from twinpurify.pipelines.reporting.figures import or_reason
from twinpurify.pipelines.studies.study_cells import SplitStudy, run_cells
from twinpurify.pipelines.studies.study_nodes import now, shown_and_absent, taking_part
from twinpurify.pipelines.types import Cohort, Figure, Normalizer
from twinpurify.studies.restored_anchors.settings import RestoredAnchorSettings

STUDY = "restored_anchors"
FIGURES = ("anchor_forest",)


def make_measure_anchors() -> Callable[..., tuple[Any, ...]]:
    """Make the node function of the study."""

    def measure_anchors(
        cohort: Cohort,
        normalizers: dict[str, Normalizer],
        splits: list[dict[str, Any]],
        restored_anchors: RestoredAnchorSettings,
        methods: Any,
        imputers: ImputersSettings,
        evaluation: EvaluationSettings,
        checkpoints: str,
        n_jobs: int,
        cluster: str,
    ) -> tuple[Any, ...]:
        """Tell the risk of patients whose anchors are hidden, contestant by contestant."""
        from twinpurify.studies.restored_anchors.cells import run_contestant
        from twinpurify.studies.restored_anchors.risks import contestant_names
        from twinpurify.studies.restored_anchors.study import put_together

        contestants = contestant_names(restored_anchors)
        study = SplitStudy(
            STUDY,
            run_contestant,
            cohort,
            normalizers,
            splits,
            restored_anchors,
            taking_part(methods, imputers, contestants),
            evaluation.seed,
            # The workers of a cluster may share no disk.
            checkpoints=None if cluster else Path(checkpoints),
        )
        return tuple(put_together(run_cells(study, contestants, n_jobs, cluster)))

    # The methods have their own parameters: the hint makes Kedro check them before the first node.
    measure_anchors.__annotations__["methods"] = method_parameters()
    return measure_anchors


@or_reason
def draw_anchor_forest(differences: pd.DataFrame) -> Figure:
    """Draw the differences of concordance, stratum by stratum."""
    from twinpurify.plots.studies.anchor_forest import anchor_forest

    return anchor_forest(differences)


def build_anchor_page(
    summary: pd.DataFrame, differences: pd.DataFrame, skipped: list[str], *figures: Figure
) -> str:
    """Write the study's page."""
    from twinpurify.report.studies.anchor_page import build_page

    return build_page(summary, differences, skipped, *shown_and_absent(FIGURES, figures), now())
