"""The command that reads a cohort's files and says what would become of them, without a fit."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twinpurify.command.options import is_file, project_options, raw_option
from twinpurify.command.running import Run
from twinpurify.errors import ConfigurationError, listed

if TYPE_CHECKING:
    from twinpurify.cohort.declaration.definition import CohortDefinition


@click.command(short_help="Read a cohort's files and say what would be used, without a fit.")
@click.argument("cohort")
@raw_option
@click.option("--to-score", is_flag=True, help="As samples for `score`: any number will do.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
@project_options
def check(
    cohort: str,
    raw: Path | None,
    to_score: bool,
    as_json: bool,
    project: Path | None,
    env: str | None,
) -> None:
    """Read the files of COHORT as a run does, and say what is used, what is dropped, and why.

    COHORT is the name of a cohort, or the path of its YAML file. Nothing is fitted or written.
    Where a run would refuse the files, its message is printed, and the exit code is 1.

    \b
    Examples:
      twinpurify check mine.yml --raw ~/mine
      twinpurify check tcga_brca --raw ~/data
      twinpurify check mine.yml --raw ~/mine --json > mine.json
    """
    run = Run(project, env)
    name, definition = _definition(run, cohort)
    folder = raw.expanduser() if raw else run.project.folder / "data/01_raw"
    from twinpurify.command.check_text import account, as_text
    from twinpurify.io.cohort_files import read_cohort

    with _silent():
        read, log = read_cohort(definition, name, folder, to_score)
    found = account(read, log, definition)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else as_text(found))


def _definition(run: Run, cohort: str) -> tuple[str, CohortDefinition]:
    from twinpurify.io.cohort_files import load_definition

    if is_file(cohort):
        return load_definition(Path(cohort).expanduser())
    cohorts = run.settings("cohorts")
    if cohort not in cohorts:
        raise ConfigurationError(
            f"unknown cohort {cohort!r}; there are {listed(sorted(cohorts), 40)}. Name one of "
            "these, or the path of a YAML file"
        )
    return load_definition({cohort: cohorts[cohort]})


@contextmanager
def _silent() -> Iterator[None]:
    """Keep back what is logged in passing; it stands in the account."""
    logger = logging.getLogger("twinpurify")
    former = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(former)
