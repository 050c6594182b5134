"""What the tables of the documentation say, and what the code says in the same words."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from twinpurify.command.keys import REQUIRED, keys_of

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DOCS = PROJECT_ROOT / "docs"
PAGES = sorted(
    [*PROJECT_ROOT.glob("*.md"), *PROJECT_ROOT.glob("findings/*.md"), *DOCS.rglob("*.md")],
    key=lambda path: (DOCS not in path.parents, path),
)
CODE = re.compile(r"`([^`]+)`")
CELL = re.compile(r"(?<!\\)\|")


def rows(text: str, first: str) -> Iterator[dict[str, str]]:
    """Rows of all tables whose first column is so called, with the heading above each."""
    heading, columns = "", []
    for line in text.splitlines():
        if line.startswith("#"):
            heading, columns = line.lstrip("# "), []
        elif not line.startswith("|"):
            columns = []
        elif not columns:
            columns = _cells(line)
        elif columns[0] == first and not set(line) <= set("|-: "):
            yield dict(zip(columns, _cells(line), strict=True)) | {"heading": heading}


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in CELL.split(line.strip())[1:-1]]


def documented(text: str, first: str) -> dict[str, tuple[str, Any]]:
    """Dotted name -> allowed values and default; a heading in code is the prefix of its names."""
    found = {}
    for row in rows(text, first):
        prefix = "".join(f"{name}." for name in CODE.findall(row["heading"]))
        (name,), default = CODE.findall(row[first]), row["Default"]
        value = REQUIRED if default == REQUIRED else yaml.safe_load(default.strip("`"))
        found[prefix + name] = (row["Allowed"], value)
    return found


def differences(said: dict[str, Any], true: dict[str, Any]) -> list[str]:
    """What the documentation lacks, has too much, or says differently."""
    lacking = [f"{name} isn't documented: {true[name]}" for name in true if name not in said]
    strange = [f"{name} is documented and doesn't exist" for name in said if name not in true]
    wrong = [
        f"{name}: {said[name]} documented, {true[name]} in truth"
        for name in true
        if name in said and said[name] != true[name]
    ]
    return lacking + strange + wrong


def stated(model: type[BaseModel], prefix: str = "") -> dict[str, tuple[str, Any]]:
    """Dotted name of each key of a model -> allowed values and default, nested ones too."""
    return {name: (key.allowed, key.default) for name, key in keys_of(model, prefix).items()}


def flattened(settings: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted names and values of nested settings; an empty mapping has none."""
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
