"""What a cohort may be called, so that its name arrives as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator

from twinpurify.errors import ConfigurationError

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# Beginning with a letter, and yet no text to YAML.
VALUES_OF_YAML = ("yes", "no", "on", "off", "true", "false", "null")
RULE = (
    "takes lower-case letters, digits and single underscores, begins with a letter, and is none "
    f"of {', '.join(VALUES_OF_YAML)}. Files and commands are read as YAML, which takes other names "
    "for numbers or truth values: 2024_1 for 20241, 1e5 for 100000.0, no for False"
)


def check_name(name: str, place: str = "its file") -> None:
    """Refuse a name that would be lost on its way, or that no dataset can bear.

    Parameters
    ----------
    name : str
        As it is written.
    place : str
        Where it is.

    Raises
    ------
    ConfigurationError
        If it breaks the rule.
    """
    if not NAME.fullmatch(name) or name in VALUES_OF_YAML:
        raise ConfigurationError(
            f"A cohort can't be called {name!r}: its name {RULE}. Rename the top key of {place}."
        )


def check_top_keys(paths: Iterable[Path]) -> None:
    """Refuse cohorts' files whose top keys are no names, by what is written there.

    Parameters
    ----------
    paths : iterable of Path
        Files that aren't YAML are left to whoever reads them.

    Raises
    ------
    ConfigurationError
        If a name breaks the rule.
    """
    for path in paths:
        try:
            root = yaml.compose(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError):
            continue
        for key, _ in root.value if isinstance(root, yaml.MappingNode) else ():
            # Kedro passes over keys that begin so: they hold what several cohorts share.
            if not str(key.value).startswith("_"):
                check_name(str(key.value), str(path))


def misread(value: Any) -> str:
    """Say that YAML made something else of a name, or nothing of a text or a list.

    Parameters
    ----------
    value : object
        What arrived in the place of a name.

    Returns
    -------
    str
        A sentence, or nothing.
    """
    if not isinstance(value, bool | int | float | None):
        return ""
    return (
        f"YAML read this name as {value!r}, and how it was written is lost: a cohort's name {RULE}"
    )


def _refuse_misread(value: Any) -> Any:
    reason = misread(value)
    if reason:
        raise ValueError(reason)
    return value


CohortName = Annotated[str, BeforeValidator(_refuse_misread)]
