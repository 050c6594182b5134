"""Nodes and names that the studies of the masked-gene transformer share."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from kedro.pipeline import Node
from pydantic import BaseModel

from twinpurify.pipelines.reporting.figures import absent_reason
from twinpurify.pipelines.types import Figure


def now() -> str:
    """Write the time as pages print it."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def study_inputs(cohort: str, section: str) -> list[str]:
    """Name what every study reads, in the order of its node's arguments."""
    prepared = [f"{cohort}__{part}" for part in ("cohort", "normalizers", "splits")]
    sections = (section, "methods", "imputers", "evaluation", "checkpoints", "n_jobs", "cluster")
    return [*prepared, *(f"params:{name}" for name in sections)]


def study_table(cohort: str, study: str, table: str) -> str:
    """Name a table of a study."""
    return f"{cohort}__masked_genes__{study}__{table}"


def study_part(cohort: str, study: str, part: str) -> str:
    """Name what a study writes beside its tables: ``page``, ``skipped``, ``replicates``."""
    return f"{cohort}__study_{part}__{study}"


def taking_part(methods: BaseModel, imputers: BaseModel, names: Sequence[str]) -> dict[str, Any]:
    """Select the parameters of the methods and imputers that take part."""
    known = imputers.model_dump() | methods.model_dump()
    return {name: known[name] for name in names if name in known}


def shown_and_absent(
    names: Sequence[str], figures: Sequence[Figure]
) -> tuple[dict[str, Figure], dict[str, str]]:
    """Tell figures that were drawn from the reasons of those that weren't."""
    reasons = {name: absent_reason(figure) for name, figure in zip(names, figures, strict=True)}
    drawn = zip(names, figures, strict=True)
    shown = {name: figure for name, figure in drawn if reasons[name] is None}
    return shown, {name: reason for name, reason in reasons.items() if reason is not None}


def log_node(
    cohort: str,
    study: str,
    settings: type[BaseModel],
    figures: Sequence[str],
    with_scores: bool = True,
) -> Node:
    """Make the node that logs settings, mean scores, figures and the page to MLflow."""
    scores = [study_table(cohort, study, "summary")] if with_scores else []
    drawn = [f"{cohort}__figure__{name}" for name in figures]
    return Node(
        _make_log(study, settings, figures, with_scores),
        inputs=[f"params:{study}", study_part(cohort, study, "page"), *scores, *drawn],
        outputs=None,
        name=f"log_{study}",
        namespace="tracking",
    )


def _make_log(
    study: str, model: type[BaseModel], names: Sequence[str], with_scores: bool
) -> Callable[..., None]:
    """Make the function of that node."""

    def log_study(settings: Any, page: str, *further: Any) -> None:
        from twinpurify.pipelines.reporting.nodes import active_run_id
        from twinpurify.serving import tracking

        run_id = active_run_id()
        if run_id is None:
            return
        tracking.log_parameters(run_id, {study: settings})
        if with_scores:
            tracking.log_summary(run_id, as_run_summary(further[0]))
        shown, _ = shown_and_absent(names, further[int(with_scores) :])
        tracking.log_figures(run_id, shown)
        tracking.log_report(run_id, page)

    log_study.__annotations__["settings"] = model
    return log_study


def as_run_summary(summary: pd.DataFrame) -> pd.DataFrame:
    """Call the columns as those of other runs are."""
    return summary.assign(trained_on=summary["cohort"], fraction=1.0)
