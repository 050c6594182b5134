"""The commands that open what runs leave behind in a browser."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from twinpurify.command.options import project_options
from twinpurify.command.project import find_project
from twinpurify.command.running import Run
from twinpurify.errors import ConfigurationError
from twinpurify.extras import require

HOST = "127.0.0.1"


@click.command(short_help="Open the runs and the model registry in a browser.")
@click.option("--port", type=int, help="Default: that of conf/base/mlflow.yml.")
@project_options
def mlflow(port: int | None, project: Path | None, env: str | None) -> None:
    """Serve MLflow's page of the project: parameters, scores, figures and models of every run.

    \b
    Examples:
      twinpurify mlflow
      twinpurify mlflow --port 5001
    """
    require("mlflow")
    run = Run(project, env)
    settings = run.settings("mlflow")
    port = port or int(settings["ui"]["port"])
    store = settings["server"]["mlflow_tracking_uri"]
    _serve(
        ["mlflow", "ui", "--backend-store-uri", store, "--host", HOST, "--port", str(port)],
        run.project.folder,
    )


@click.command(short_help="Build the lineage page of the last run and serve it.")
@click.option("--port", type=int, default=4141, show_default=True)
@click.option("--project", type=click.Path(path_type=Path), metavar="FOLDER", help="The clone.")
def viz(port: int, project: Path | None) -> None:
    """Build and serve Kedro-Viz's page of a clone: every step from raw files to the report.

    \b
    Examples:
      twinpurify viz
    """
    require("kedro_viz")
    found = find_project(project)
    if not found.is_clone:
        raise ConfigurationError(
            f"{found.folder} is no clone of TwinPurify, whose conf Kedro-Viz reads; clone the "
            "repository, or name the clone by --project"
        )
    _serve(["kedro", "viz", "build", "--include-hooks", "--include-previews"], found.folder)
    click.echo(f"Lineage on http://localhost:{port} (end with Ctrl+C)")
    _serve(["http.server", str(port), "--bind", HOST, "--directory", "build"], found.folder)


def _serve(module: list[str], folder: Path) -> None:
    """Run a module of another package in the project's folder, until it ends."""
    done = subprocess.run([sys.executable, "-m", *module], cwd=folder, check=False)
    if done.returncode:
        click.get_current_context().exit(done.returncode)
