"""What the tables of the documentation say, and what the code says in the same words."""

import re
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from pydantic import BaseModel

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DOCS = PROJECT_ROOT / "docs"
PAGES = sorted(
    [*PROJECT_ROOT.glob("*.md"), *PROJECT_ROOT.glob("findings/*.md"), *DOCS.rglob("*.md")],
    key=lambda path: (DOCS not in path.parents, path),
)
CODE = re.compile(r"`([^`]+)`")
CELL = re.compile(r"(?<!\\)\|")
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
WORDS = {
    int: "integer",
    float: "number",
    str: "text",
    bool: "`true` or `false`",
    Path: "folder",
    Any: "anything",
}
REQUIRED = "required"


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


def keys_of(model: type[BaseModel], prefix: str = "") -> dict[str, tuple[str, Any]]:
    """Dotted name of each key of a model -> allowed values and default, nested ones too."""
    keys: dict[str, tuple[str, Any]] = {}
    for name, info in model.model_fields.items():
        annotation, default = info.annotation, info.get_default(call_default_factory=True)
        inner, kind = _model_in(annotation), get_origin(annotation)
        if inner is None or kind in (dict, list):
            value = REQUIRED if info.is_required() else plain(default)
            keys[prefix + name] = (allowed(annotation, info.metadata), value)
        if inner is not None and kind is not list:
            below = f"{name}.<endpoint>" if kind is dict else name
            keys |= keys_of(inner, f"{prefix}{below}.")
    return keys


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def allowed(annotation: Any, metadata: Sequence[Any] = ()) -> str:
    """Type and range in the words of the documentation, for example ``integer ≥ 1, or `null```."""
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return allowed(inside[0], [*_bounds(inside[1:]), *metadata])
    if origin in (Union, types.UnionType):
        parts = [allowed(part) for part in inside if part is not types.NoneType]
        return ", or ".join([*parts, *(["`null`"] if types.NoneType in inside else [])])
    if origin is Literal:
        return _listed(inside)
    if origin is dict:
        return f"mapping: {allowed(inside[0])} → {allowed(inside[1])}"
    if origin is not None and issubclass(origin, Sequence):
        some = ", one at least" if any(hasattr(item, "min_length") for item in metadata) else ""
        return f"list of: {allowed(inside[0])}{some}"
    if issubclass(annotation, BaseModel):
        return f"the keys {', '.join(f'`{name}`' for name in annotation.model_fields)}"
    limits = [
        f"{sign} {bound:g}"
        for name, sign in SIGNS.items()
        for item in metadata
        if (bound := getattr(item, name, None)) is not None
    ]
    return " ".join([WORDS[annotation], " and ".join(limits)]).strip()


def _bounds(metadata: Sequence[Any]) -> list[Any]:
    """Unpack the bounds that a pydantic Field holds."""
    return [item for part in metadata for item in getattr(part, "metadata", [part])]


def _listed(values: Sequence[Any]) -> str:
    *others, last = [f"`{value}`" for value in values]
    return f"{', '.join(others)} or {last}" if others else last


def plain(value: Any) -> Any:
    """The value as YAML has it."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def flattened(settings: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted names and values of nested settings; an empty mapping has none."""
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
