"""Options that several commands share, and what their values become."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

SEPARATORS = re.compile(r"[\s,;+]+")
# A comma begins another assignment only where a name and an equals sign follow.
NEXT_ASSIGNMENT = re.compile(r",(?=[A-Za-z_][\w.]*=)")
ASSIGNMENT = re.compile(r"^[A-Za-z_][\w.]*=")


def project_options(function: Function) -> Function:
    """Add ``--project`` and ``--env``."""
    function = click.option(
        "--env",
        metavar="NAME",
        help="Settings that lie over those of conf/base: a folder of conf. Default: local.",
    )(function)
    return click.option(
        "--project",
        type=click.Path(path_type=Path),
        metavar="FOLDER",
        help="Where conf, data and mlflow.db are. Default: this folder, or the clone around it.",
    )(function)


def raw_option(function: Function) -> Function:
    """Add ``--raw``."""
    return click.option(
        "--raw",
        type=click.Path(path_type=Path),
        metavar="FOLDER",
        help="Folder that the paths in the cohorts' files are relative to. Default: data/01_raw.",
    )(function)


def params_option(function: Function) -> Function:
    """Add ``--params``."""
    return click.option(
        "--params",
        multiple=True,
        callback=_assignments,
        metavar="KEY=VALUE",
        help="A parameter, by its dotted name; can be repeated. All are in docs/parameters.md.",
    )(function)


def cohort_list(*names: str, text: str) -> Callable[[Function], Function]:
    """Make an option that takes several cohorts, repeated or with commas between."""
    return click.option(*names, multiple=True, callback=cut, metavar="COHORT[,…]", help=text)


def cut(context: click.Context, option: click.Parameter, given: Sequence[str]) -> list[str]:
    """Cut what was given into names; a path of a file stays whole."""
    names: list[str] = []
    for text in given:
        names += [text] if is_file(text) else [part for part in SEPARATORS.split(text) if part]
    return names


def is_file(cohort: str) -> bool:
    """Tell the path of a cohort's file from its name."""
    return cohort.endswith((".yml", ".yaml")) and ("," not in cohort or Path(cohort).is_file())


def _assignments(
    context: click.Context, option: click.Parameter, given: Sequence[str]
) -> list[str]:
    parts = [part for text in given for part in NEXT_ASSIGNMENT.split(text)]
    wrong = [part for part in parts if not ASSIGNMENT.match(part)]
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} is no KEY=VALUE, such as evaluation.n_splits=3")
    return parts
