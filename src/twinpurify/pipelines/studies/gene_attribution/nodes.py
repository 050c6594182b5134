"""Nodes of the study of gene attribution."""

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
from twinpurify.studies.gene_attribution.settings import GeneAttributionSettings

STUDY = "gene_attribution"
FIGURES = ("agreement_bars", "attribution_map")


def make_attribute_genes() -> Callable[..., tuple[Any, ...]]:
    """Make the node function of the study."""

    def attribute_genes(
        cohort: Cohort,
        normalizers: dict[str, Normalizer],
        splits: list[dict[str, Any]],
        gene_attribution: GeneAttributionSettings,
        methods: Any,
        imputers: ImputersSettings,
        evaluation: EvaluationSettings,
        checkpoints: str,
        n_jobs: int,
        cluster: str,
        gene_sets: pd.DataFrame,
    ) -> tuple[Any, ...]:
        """Explain the classes that the transformer tells, by three accounts."""
        from twinpurify.evaluation.known_truths.resources import Resources
        from twinpurify.studies.completion import TRANSFORMER
        from twinpurify.studies.gene_attribution.cells import run_contestant
        from twinpurify.studies.gene_attribution.study import put_together

        study = SplitStudy(
            STUDY,
            run_contestant,
            cohort,
            normalizers,
            splits,
            gene_attribution,
            taking_part(methods, imputers, [TRANSFORMER]),
            evaluation.seed,
            Resources(gene_sets=gene_sets),
            # The workers of a cluster may share no disk.
            None if cluster else Path(checkpoints),
        )
        return tuple(put_together(run_cells(study, [TRANSFORMER], n_jobs, cluster)))

    # The methods have their own parameters: the hint makes Kedro check them before the first node.
    attribute_genes.__annotations__["methods"] = method_parameters()
    return attribute_genes


@or_reason
def draw_agreement_bars(agreement: pd.DataFrame) -> Figure:
    """Draw how far the accounts agree."""
    from twinpurify.plots.studies.agreement_bars import agreement_bars

    return agreement_bars(agreement)


@or_reason
def draw_attribution_map(attributions: pd.DataFrame) -> Figure:
    """Draw the strongest genes of each class."""
    from twinpurify.plots.studies.attribution_map import attribution_map

    return attribution_map(attributions)


def build_attribution_page(
    agreement: pd.DataFrame, enrichment: pd.DataFrame, skipped: list[str], *figures: Figure
) -> str:
    """Write the study's page."""
    from twinpurify.report.studies.attribution_page import build_page

    return build_page(agreement, enrichment, skipped, *shown_and_absent(FIGURES, figures), now())
