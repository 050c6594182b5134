"""Runs pipelines of the project, as ``kedro run`` does, from whatever folder."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from twinpurify.command.options import is_file
from twinpurify.command.project import (
    Project,
    configuration,
    find_project,
    inside,
    shipped_configuration,
)
from twinpurify.extras import naming_extras, require

# They log what the command says itself where a run ends: the error, and how to go on.
REPEATING = ("kedro.pipeline.node", "kedro.runner.sequential_runner")


class Run:
    """What one command runs: the parameters that it gives, and the cohorts' files among them.

    Parameters
    ----------
    project : Path or None
        As ``--project``.
    env : str or None
        As ``--env``.
    params : sequence of str
        As ``--params``, checked to be assignments.
    raw : Path or None
        As ``--raw``.
    """

    def __init__(
        self,
        project: Path | None,
        env: str | None,
        params: Sequence[str] = (),
        raw: Path | None = None,
    ) -> None:
        self.project: Project = find_project(project)
        self._env = env
        self._definitions: dict[str, Any] = {}
        self._parameters = _parsed(params)
        if raw is not None:
            self.give({"raw": self.project.path_of(raw)})

    def give(self, parameters: Mapping[str, Any]) -> None:
        """Give parameters, sections among them; what is None or empty stays as configured."""
        _merge(self._parameters, parameters)

    def cohort(self, named: str) -> str:
        """Take a cohort by its name, or by the path of its file.

        Parameters
        ----------
        named : str

        Returns
        -------
        str
            Its name.

        Raises
        ------
        TwinPurifyError
            The file isn't there, or defines no cohort.
        """
        if not is_file(named):
            return named
        from twinpurify.io.cohort_files import load_definition

        name, definition = load_definition(Path(named).expanduser())
        self._definitions[name] = definition.model_dump(mode="json", exclude_unset=True)
        return name

    def pipelines(self, *names: str) -> None:
        """Run pipelines; all stages of a run where none is named."""
        # A plugin that is missing would only be silent.
        require("kedro", "kedro_datasets", "kedro_mlflow")
        _prepare_logging(self.project)
        with (
            naming_extras(),
            inside(self.project.folder),
            configuration(self.project, self._definitions) as conf,
        ):
            from kedro.framework.project import configure_project
            from kedro.framework.session import KedroSession
            from kedro.runner import SequentialRunner

            configure_project("twinpurify")
            _without_repetition()
            with KedroSession.create(
                self.project.folder,
                env=self._env,
                runtime_params=self._parameters,
                conf_source=str(conf),
            ) as session:
                session.run(pipeline_names=list(names) or None, runner=SequentialRunner())

    def settings(self, kind: str) -> dict[str, Any]:
        """Read one kind of configuration, such as ``cohorts``, as a run would."""
        with naming_extras(), configuration(self.project, self._definitions) as conf:
            from twinpurify.configuration import read_configuration

            return read_configuration(conf, self._env, kind)

    def results(self, *paths: str) -> None:
        """Say where results lie, of those that are there."""
        for path in paths:
            written = self.project.folder / path
            if written.exists():
                click.echo(f"Written: {_seen_from_here(written)}")


def _seen_from_here(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _parsed(assignments: Sequence[str]) -> dict[str, Any]:
    """Read values as the files of parameters are read."""
    if not assignments:
        return {}
    with naming_extras():
        from omegaconf import OmegaConf
        from yaml import YAMLError
    try:
        return dict(OmegaConf.to_container(OmegaConf.from_dotlist(list(assignments))))
    except YAMLError as error:
        raise click.BadParameter(f"--params has a value that is no YAML: {error}") from None


def _merge(parameters: dict[str, Any], given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        if isinstance(value, Mapping):
            _merge(parameters.setdefault(name, {}), value)
        elif value not in (None, "", []):
            parameters[name] = value


def _prepare_logging(project: Project) -> None:
    """Let Kedro log as in a clone; it looks for its settings once, when it is imported."""
    if not (project.folder / "conf" / "logging.yml").is_file():
        os.environ.setdefault("KEDRO_LOGGING_CONFIG", str(shipped_configuration() / "logging.yml"))


def _without_repetition() -> None:
    for name in REPEATING:
        logger = logging.getLogger(name)
        if _is_no_alarm not in logger.filters:
            logger.addFilter(_is_no_alarm)


def _is_no_alarm(record: logging.LogRecord) -> bool:
    return record.levelno < logging.WARNING
