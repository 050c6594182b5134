"""Writes the kind of each error into docs/errors.md, out of what the code raises.

``python -m twinpurify.command.errors_page docs/errors.md`` writes them into the page.
"""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).resolve().parents[1]
GAP = "…"
HEAD = "| Message | Kind | Why | What mends it |"
ROW = re.compile(r"(?P<cell>\| `(?P<message>[^`]+)`[^|]*?) \| (?P<kind>[^|]*?) \| (?P<rest>.*)")
# What a check within settings says arrives with the place in the settings; what the command says
# of how it was typed ends with the exit code 2.
ARRIVES_AS = {
    "ValueError": "ConfigurationError",
    "BadParameter": "UsageError",
}


class Raised(NamedTuple):
    """A message as it stands in the code, with gaps for values, and the class that it is of."""

    message: str
    kind: str


def text_of(node: ast.AST) -> str | None:
    """Read a string of the code with a gap for each value; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or GAP for part in node.values)
    return None


def raised(source: str) -> Iterator[Raised]:
    """Find what a module raises with a message of its own.

    Parameters
    ----------
    source : str
        Python.

    Yields
    ------
    Raised
        What is put together elsewhere has no message here.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            message = text_of(node.exc.args[0])
            name = getattr(node.exc.func, "id", getattr(node.exc.func, "attr", ""))
            if message and name[:1].isupper():
                yield Raised(message, name)


def holds(text: str, said: str) -> bool:
    """Tell whether a string of the code is a message of the page, whatever stands in its gaps."""
    pieces = said.split(GAP)
    if not all(piece in text for piece in pieces):
        return False
    return re.search(".*?".join(map(re.escape, pieces)), text, re.DOTALL) is not None


@cache
def _known() -> tuple[Raised, ...]:
    """Read the whole package."""
    paths = sorted(PACKAGE.rglob("*.py"))
    return tuple(one for path in paths for one in raised(path.read_text(encoding="utf-8")))


def kinds_of(said: str) -> list[str]:
    """Name the classes of a message of the page.

    Parameters
    ----------
    said : str
        With a gap for each value.

    Returns
    -------
    list of str
        Empty for a message that is put together elsewhere than it is raised.
    """
    found = {one.kind for one in _known() if holds(one.message, said)}
    return sorted({ARRIVES_AS.get(kind, kind) for kind in found})


def written(page: str) -> str:
    """Put the kinds in the place of those that a page has.

    Parameters
    ----------
    page : str
        Markdown with tables of messages.

    Returns
    -------
    str
        What is put together elsewhere than it is raised keeps the kind that the page has.
    """
    lines, inside = [], False
    for line in page.split("\n"):
        inside = line == HEAD or (inside and line.startswith("|"))
        row = ROW.fullmatch(line) if inside else None
        if row:
            kind = " or ".join(f"`{name}`" for name in kinds_of(row["message"])) or row["kind"]
            line = f"{row['cell']} | {kind} | {row['rest']}"
        lines.append(line)
    return "\n".join(lines)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(written(target.read_text(encoding="utf-8")), encoding="utf-8")
