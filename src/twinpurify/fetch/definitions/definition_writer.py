"""Writes the definitions of fetched cohorts, and never over a file of the user."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import yaml

from twinpurify.cohort.declaration.definition import parse_definition
from twinpurify.fetch.definitions.draft import Draft
from twinpurify.persistence import replacing


def write_definition(draft: Draft, conf: Path, shipped: Path, say: Callable[[str], None]) -> Path:
    """Write a definition where Kedro reads it, or beside the one that is there.

    A cohort that the project ships keeps its name: Kedro would mix the two files key by key. The
    fetched one then bears the name of its source, too.

    Parameters
    ----------
    draft : Draft
        What to write.
    conf : Path
        Folder of the cohorts' files, ``conf/local/cohorts``.
    shipped : Path
        Folder of those that come with the project.
    say : callable
        Takes a line for the person who waits.

    Returns
    -------
    Path
        The file.
    """
    taken = (shipped / f"{draft.cohort}.yml").is_file()
    name = f"{draft.cohort}_{draft.source}" if taken else draft.cohort
    if name != draft.cohort:
        say(f"{draft.cohort} comes with the project already; this one is called {name}.")
    text = draft.under(name)
    if not draft.open_points:
        parse_definition(name, yaml.safe_load(text)[name])
    path = conf / f"{name}.yml"
    if path.is_file() and path.read_text(encoding="utf-8") != text:
        say(f"{path} is there already and stays as it is.")
        path = conf / f"{name}.yml.new"
    with replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    _tell(draft, path, name, say)
    return path


def _tell(draft: Draft, path: Path, name: str, say: Callable[[str], None]) -> None:
    say(f"The definition of the cohort is in {path}.")
    for point in draft.open_points:
        say(f"  {point}")
    if path.suffix == ".new":
        say(f"Compare the two, and take over what you want. Kedro reads {name}.yml alone.")
    elif not draft.open_points:
        say(f"Go on with: twinpurify run {name} --raw <the same folder>")
