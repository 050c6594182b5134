"""The draft of a cohort's definition, as text, so that it can say why it is as it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

OPEN = "TO COMPLETE"


@dataclass(frozen=True)
class Draft:
    """A definition of a cohort that was fetched.

    Attributes
    ----------
    cohort : str
        The name that it was fetched by.
    source : str
        Where it is from; it is added to the name where the name is taken.
    lines : tuple of str
        YAML below the cohort's name, comments among it. What a person has to complete is a comment
        that begins with `OPEN`.
    """

    cohort: str
    source: str
    lines: tuple[str, ...]

    @property
    def open_points(self) -> list[str]:
        """What has to be completed."""
        marked = (line.strip().removeprefix("# ") for line in self.lines)
        return [line for line in marked if line.startswith(OPEN)]

    def under(self, name: str) -> str:
        """Write the definition under a name.

        Parameters
        ----------
        name : str
            Top key of the file.

        Returns
        -------
        str
            Content of the file.
        """
        body = (f"  {line}".rstrip() for line in self.lines)
        return "\n".join([f"# Written by twinpurify fetch {self.cohort}.", f"{name}:", *body, ""])


def quoted(text: object) -> str:
    """Write a text so that YAML reads it as this text, whatever stands in it."""
    return json.dumps(str(text), ensure_ascii=False)


def flow(settings: dict[str, object]) -> str:
    """Write settings in one line.

    Parameters
    ----------
    settings : dict
        Key -> text, or a list of texts.

    Returns
    -------
    str
        For example ``{path: "a", event_values: ["1"]}``.
    """
    cells = [
        f"{key}: [{', '.join(map(quoted, value))}]"
        if isinstance(value, list | tuple)
        else f"{key}: {quoted(value)}"
        for key, value in settings.items()
    ]
    return f"{{{', '.join(cells)}}}"


def section(name: str, entries: Sequence[str]) -> list[str]:
    """Write a section with its entries below; nothing where there are none."""
    return [f"{name}:", *(f"  {entry}" for entry in entries)] if entries else []


def comments(sentences: Iterable[str]) -> list[str]:
    """Write sentences as comments, one a line."""
    return [f"# {' '.join(sentence.split())}" for sentence in sentences]
