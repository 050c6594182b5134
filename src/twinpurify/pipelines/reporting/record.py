"""Nodes that keep the record of the run in MLflow."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.errors import ConfigurationError
from twinpurify.pipelines.reporting.figures import shown_and_absent, slot
from twinpurify.pipelines.types import Cohort, Figure, Method, Normalizer
from twinpurify.serving.settings import ChampionMetric, RegistrationSettings

logger = logging.getLogger(__name__)


def plain_parameters(parameters: dict[str, Any], cohort: str) -> dict[str, Any]:
    """Keep the parameters that a run depends on: of all cohorts' files, only its own."""
    other_cohorts = {
        key
        for key, value in parameters.items()
        if isinstance(value, CohortDefinition | dict) and _is_cohort(value) and key != cohort
    }
    return {key: _plain(value) for key, value in parameters.items() if key not in other_cohorts}


def _plain(value: Any) -> Any:
    """Turn models into dictionaries, those inside of a section too."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


def _is_cohort(value: CohortDefinition | dict[str, Any]) -> bool:
    return isinstance(value, CohortDefinition) or "expression" in value


def active_run_id() -> str | None:
    """Return the MLflow run that kedro-mlflow opened, or None where the plugin is off."""
    import mlflow

    run = mlflow.active_run()
    if run is None:
        logger.warning("no MLflow run is open (kedro-mlflow is off): nothing is logged there")
        return None
    return run.info.run_id


def make_log_evidence(figure_names: Sequence[str]) -> Callable[..., None]:
    """Make the node function that logs the evidence, with these figures by name."""

    def log_evidence(
        purified: Cohort,
        summary: pd.DataFrame,
        history: pd.DataFrame,
        parameters: dict[str, Any],
        report: str,
        **figures: Figure,
    ) -> None:
        """Log parameters, losses, scores, figures and the page to the run in MLflow."""
        from twinpurify.serving import tracking

        run_id = active_run_id()
        if run_id is None:
            return
        cohort = str(purified.uns["cohort"])
        tracking.log_parameters(run_id, plain_parameters(parameters, cohort))
        tracking.log_history(run_id, history)
        tracking.log_summary(run_id, summary)
        drawn, _ = shown_and_absent({name: figures[slot(name)] for name in figure_names})
        tracking.log_figures(run_id, drawn)
        tracking.log_report(run_id, report)

    return log_evidence


def register_model(
    purified: Cohort,
    model: Method,
    normalizer: Normalizer,
    summary: pd.DataFrame,
    registration: RegistrationSettings,
) -> dict[str, Any]:
    """Log and register the final model; the better of old and new is the champion."""
    from twinpurify.serving.registration import log_model

    if active_run_id() is None:
        return {"registered": False, "reason": "kedro-mlflow is off"}
    cohort = str(purified.uns["cohort"])
    choice, value = champion_score(summary, cohort, model.name, registration)
    registered = log_model(
        model,
        normalizer=normalizer,
        cohort=cohort,
        metric_name=choice.name,
        metric_value=value,
        greater_is_better=choice.greater_is_better,
        model_name=registration.model_name,
    )
    return {"registered": True, **asdict(registered)}


def champion_score(
    summary: pd.DataFrame, cohort: str, method: str, registration: RegistrationSettings
) -> tuple[ChampionMetric, float]:
    """Look up the score that decides which version is the champion, and its value.

    Raises
    ------
    ConfigurationError
        If the cohort didn't give that score.
    """
    rows = summary[
        (summary["cohort"] == cohort)
        & (summary["trained_on"] == cohort)
        & (summary["method"] == method)
    ]
    for choice in registration.metrics:
        chosen = rows[
            (rows["task"] == choice.task)
            & (rows["metric"] == choice.metric)
            & (rows["fraction"] == choice.fraction)
        ]
        if len(chosen):
            return choice, float(chosen["mean"].iloc[0])
    asked = ", ".join(choice.name for choice in registration.metrics)
    raise ConfigurationError(
        f"none of the scores {asked} was measured on {cohort}; name one that was in "
        "registration.metrics"
    )
