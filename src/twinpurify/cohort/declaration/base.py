"""What all settings of a cohort's files share, and how a mistake in them is named."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import combinations
from typing import Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from twinpurify.errors import ConfigurationError

Model = TypeVar("Model", bound=BaseModel)


class Settings(BaseModel):
    """Settings are frozen, and unknown keys refused.

    Codes and column names such as 1 are numbers to YAML and text to a table.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


def cuts_out(what: str) -> AfterValidator:
    """Check that a regular expression has one group, which cuts out `what`."""

    def check(pattern: str) -> str:
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        if groups != 1:
            raise ValueError(f"{pattern!r} has {groups} groups; it needs one, (…), {what}")
        return pattern

    return AfterValidator(check)


def refuse_shared(**lists: Collection[str]) -> None:
    """Refuse a code that stands in two lists; their names are the keys of the settings."""
    for (name, codes), (other, others) in combinations(lists.items(), 2):
        both = sorted(set(codes) & set(others))
        if both:
            raise ValueError(f"{both} stand in both {name} and {other}")


def parse_each(
    model: type[Model], settings: Mapping[str, Any], place: str, *keys: str
) -> dict[str, Model]:
    """Turn a section with a name for each of its members into settings.

    Parameters
    ----------
    model : type of Settings
        What each member is.
    settings : mapping
        Name -> its settings.
    place : str
        Where the section stands, for the message.
    *keys : str
        Keys above the names.

    Returns
    -------
    dict of str to Settings

    Raises
    ------
    ConfigurationError
        A key is unknown, missing or wrong; the message names it.
    """
    parsed = {}
    for name, values in settings.items():
        try:
            parsed[name] = model.model_validate(values)
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join([*keys, name, *map(str, found['loc'])])}: "
                f"{found['msg'].removeprefix('Value error, ')}"
                for found in error.errors()
            )
            raise ConfigurationError(place + problems) from error
    return parsed
