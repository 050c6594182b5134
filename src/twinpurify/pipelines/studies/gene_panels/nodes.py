"""Nodes of the study of gene panels."""

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
from twinpurify.studies.gene_panels.settings import GenePanelSettings

STUDY = "gene_panels"
FIGURES = ("panel_curves",)


def make_measure_panels() -> Callable[..., tuple[Any, ...]]:
    """Make the node function of the study."""

    def measure_panels(
        cohort: Cohort,
        normalizers: dict[str, Normalizer],
        splits: list[dict[str, Any]],
        gene_panels: GenePanelSettings,
        methods: Any,
        imputers: ImputersSettings,
        evaluation: EvaluationSettings,
        checkpoints: str,
        n_jobs: int,
        cluster: str,
    ) -> tuple[Any, ...]:
        """Tell classes from random panels, with every contestant on every split."""
        from twinpurify.studies.gene_panels.cells import run_contestant
        from twinpurify.studies.gene_panels.contestants import contestant_names
        from twinpurify.studies.gene_panels.study import put_together

        contestants = contestant_names(gene_panels)
        study = SplitStudy(
            STUDY,
            run_contestant,
            cohort,
            normalizers,
            splits,
            gene_panels,
            taking_part(methods, imputers, contestants),
            evaluation.seed,
            # The workers of a cluster may share no disk.
            checkpoints=None if cluster else Path(checkpoints),
        )
        return tuple(put_together(run_cells(study, contestants, n_jobs, cluster)))

    # The methods have their own parameters: the hint makes Kedro check them before the first node.
    measure_panels.__annotations__["methods"] = method_parameters()
    return measure_panels


@or_reason
def draw_panel_curves(summary: pd.DataFrame) -> Figure:
    """Draw accuracy against the size of the panel."""
    from twinpurify.plots.studies.panel_curves import panel_curves

    return panel_curves(summary)


def build_panel_page(
    summary: pd.DataFrame, differences: pd.DataFrame, skipped: list[str], *figures: Figure
) -> str:
    """Write the study's page."""
    from twinpurify.report.studies.panel_page import build_page

    return build_page(summary, differences, skipped, *shown_and_absent(FIGURES, figures), now())
