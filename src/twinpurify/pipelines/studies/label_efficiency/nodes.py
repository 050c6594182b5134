"""Nodes of the label-efficiency pipeline."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.parallel.side_by_side import run_side_by_side
from twinpurify.pipelines.clock import now
from twinpurify.pipelines.method_parameters import method_parameters
from twinpurify.pipelines.reporting.figures import or_reason, shown_and_absent
from twinpurify.pipelines.studies.label_efficiency.grid import (
    Study,
    forget,
    run_kept,
    study_fingerprint,
)
from twinpurify.pipelines.types import Cohort, Figure
from twinpurify.studies.label_efficiency.settings import LabelEfficiencySettings

logger = logging.getLogger(__name__)
# Below the folder of checkpoints; what lies here goes when the study is finished.
KEPT = "label_efficiency"
# This stays, since other labels and methods are studied on the same corpus.
CORPORA = "pretraining_corpora"


def make_run_study(raw: Path) -> Callable[..., tuple[Any, ...]]:
    """Make the node function of the study, whose pretraining file lies below a folder."""

    def run_study(
        cohort: Cohort,
        label_efficiency: LabelEfficiencySettings,
        normalization: NormalizationSettings,
        methods: Any,
        checkpoints: str,
        n_jobs: int,
        cluster: str,
        reference: Cohort | None = None,
        pretraining: Cohort | None = None,
    ) -> tuple[Any, ...]:
        """Pretrain every method in every repeat, and learn from ever more labels on top."""
        from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap
        from twinpurify.studies.label_efficiency.cells import study_cells
        from twinpurify.studies.label_efficiency.repeats import divide
        from twinpurify.studies.label_efficiency.study import put_together

        settings = label_efficiency
        study = Study(
            cohort,
            settings,
            normalization,
            divide(cohort, settings),
            PatientBootstrap(cohort.obs["patient_id"], settings.n_bootstrap, settings.seed),
            reference=reference,
            other=pretraining,
            file=_corpus_file(cohort, settings, raw, Path(checkpoints)),
        )
        if not cluster:
            # The workers of a cluster may share no disk.
            kept = Path(checkpoints) / KEPT / str(cohort.uns["cohort"])
            study = replace(study, cells=kept, data=study_fingerprint(study))
        parameters = methods.model_dump()
        calls = [(study, cell) for cell in study_cells(settings, parameters)]
        try:
            results = run_side_by_side(run_kept, calls, n_jobs, "learning from few labels", cluster)
        finally:
            forget()
        return tuple(put_together(results, settings, parameters))

    # The methods have their own parameters: the hint makes Kedro check them before the first node.
    run_study.__annotations__["methods"] = method_parameters()
    return run_study


def _corpus_file(
    cohort: Cohort, settings: LabelEfficiencySettings, raw: Path, checkpoints: Path
) -> Path | None:
    """Find the file that methods are pretrained on, converted before processes open it."""
    from twinpurify.studies.label_efficiency.counts_corpus import trainable_file

    if settings.pretraining_file is None:
        return None
    path = raw / settings.pretraining_file
    return trainable_file(path, cohort.var_names, checkpoints / CORPORA)


@or_reason
def draw_label_curves(summary: pd.DataFrame) -> Figure:
    """Draw accuracy against the number of labels."""
    from twinpurify.plots.studies.label_curves import label_curves

    return label_curves(summary)


@or_reason
def draw_label_sweeps(summary: pd.DataFrame) -> Figure:
    """Draw accuracy against the size of the pretraining and the depth of the encoder."""
    from twinpurify.plots.studies.label_sweeps import label_sweeps

    return label_sweeps(summary)


@or_reason
def draw_spectra(spectra: pd.DataFrame) -> Figure:
    """Draw the singular values of the embeddings."""
    from twinpurify.plots.studies.spectra import singular_value_curves

    return singular_value_curves(spectra)


def build_label_page(
    summary: pd.DataFrame,
    differences: pd.DataFrame,
    labels_saved: pd.DataFrame,
    skipped: list[dict[str, Any]],
    **figures: Figure,
) -> str:
    """Write the study's page."""
    from twinpurify.report.studies.label_page import build_page

    return build_page(
        summary, differences, labels_saved, skipped, *shown_and_absent(figures), now()
    )


def log_study(
    label_efficiency: LabelEfficiencySettings, summary: pd.DataFrame, page: str, **figures: Figure
) -> None:
    """Log settings, mean scores, figures and the page to the run in MLflow."""
    from twinpurify.pipelines.reporting.record import active_run_id
    from twinpurify.serving import tracking

    run_id = active_run_id()
    if run_id is None:
        return
    tracking.log_parameters(run_id, {"label_efficiency": label_efficiency})
    tracking.log_summary(run_id, as_run_summary(summary))
    tracking.log_figures(run_id, shown_and_absent(figures)[0])
    tracking.log_report(run_id, page)


def as_run_summary(summary: pd.DataFrame) -> pd.DataFrame:
    """Call the columns as those of other runs are, the share of labels behind the task's @."""
    # Behind an @ of its own a comparison already says what it is of.
    tasks = [
        f"{task}{',' if '@' in task else '@'}labels={share:g}"
        for task, share in zip(summary["task"], summary["label_fraction"], strict=True)
    ]
    return summary.assign(
        task=tasks,
        method=summary["method"] + "_" + summary["encoder"],
        trained_on=summary["pretrained_on"],
        fraction=1.0,
    )
