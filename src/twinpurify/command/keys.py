"""Keys of settings in the words of the documentation: what is allowed, the default, the meaning."""

import inspect
import re
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import yaml
from pydantic import BaseModel

REQUIRED = "required"
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
WORDS = {
    int: "integer",
    float: "number",
    str: "text",
    bool: "`true` or `false`",
    Path: "folder",
    Any: "anything",
}
# How values are called in Python, and in YAML.
IN_YAML = {"``None``": "`null`", "``True``": "`true`", "``False``": "`false`"}
ENTRY = re.compile(r"(?P<names>\w+(?:, \w+)*)(?: : .*)?")
POINTER = re.compile(r"As in ``(?P<target>\w+)``\.")
PAGE = re.compile(r"docs/(?P<page>\w+)\.md(?P<anchor>#[\w-]+)?")


class Key(NamedTuple):
    """One key: what it may be, in words, its default as YAML has it, and what its docstring says.

    ``default`` is ``required`` where the key has none.
    """

    allowed: str
    default: Any
    meaning: str


def keys_of(model: type[BaseModel], prefix: str = "") -> dict[str, Key]:
    """List the keys of a model, nested ones too.

    Parameters
    ----------
    model : type of BaseModel
        Its docstring has a section of parameters.
    prefix : str
        Stands before each name.

    Returns
    -------
    dict
        By dotted name.
    """
    keys: dict[str, Key] = {}
    meanings = meanings_of(model)
    for name, info in model.model_fields.items():
        annotation, default = info.annotation, info.get_default(call_default_factory=True)
        inner, kind = _model_in(annotation), get_origin(annotation)
        if inner is None or kind in (dict, list):
            value = REQUIRED if info.is_required() else plain(default)
            words = allowed(annotation, info.metadata)
            keys[prefix + name] = Key(words, value, meanings.get(name, ""))
        if inner is not None and kind is not list:
            below = f"{name}.<endpoint>" if kind is dict else name
            keys |= keys_of(inner, f"{prefix}{below}.")
    return keys


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Find the model that a key is, or holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def allowed(annotation: Any, metadata: Sequence[Any] = ()) -> str:
    """Say type and range, for example ``integer ≥ 1, or `null```."""
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
    """List the values that there are."""
    *others, last = [f"`{value}`" for value in values]
    return f"{', '.join(others)} or {last}" if others else last


def plain(value: Any) -> Any:
    """Bring a value to what YAML has."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def as_code(default: Any) -> str:
    """Write a default as YAML has it, in one line."""
    if default is REQUIRED:
        return REQUIRED
    text = yaml.safe_dump(default, default_flow_style=True, width=float("inf"), sort_keys=False)
    return f"`{text.strip().removesuffix('...').strip()}`"


def meanings_of(subject: type, section: str = "Parameters") -> dict[str, str]:
    """Read what a docstring says of each parameter.

    Parameters
    ----------
    subject : type
        A class with a docstring as numpy writes them.
    section : str
        The section that is read.

    Returns
    -------
    dict of str
        Markdown by name; empty without such a section. What only points to another class
        (``As in``) is what that says.
    """
    found: dict[str, str] = {}
    for names, text in _entries(inspect.cleandoc(subject.__doc__ or ""), section):
        for name in names:
            pointer = POINTER.fullmatch(text)
            target = meanings_of(_classes()[pointer["target"]]) if pointer else {name: text}
            found[name] = target[name] if pointer else as_markdown(text)
    return found


def _entries(docstring: str, section: str) -> Iterator[tuple[list[str], str]]:
    """Cut a section into the names and the text of each entry."""
    lines = docstring.splitlines()
    if section not in lines:
        return
    names: list[str] = []
    text: list[str] = []
    start = lines.index(section) + 2
    for line, below in zip(lines[start:], [*lines[start + 1 :], ""], strict=True):
        if below.startswith("---"):
            break
        entry = ENTRY.fullmatch(line)
        if entry and names:
            yield names, " ".join(text)
        if entry:
            names, text = entry["names"].split(", "), []
        elif line.strip():
            text.append(line.strip())
    if names:
        yield names, " ".join(text)


def as_markdown(text: str) -> str:
    """Write the text of a docstring as a page has it: values as in YAML, other pages as links."""
    for in_python, in_yaml in IN_YAML.items():
        text = text.replace(in_python, in_yaml)
    return PAGE.sub(_link, text.replace("``", "`"))


def _link(found: re.Match[str]) -> str:
    """Link to another page of the documentation."""
    page, anchor = found["page"], found["anchor"] or ""
    return f"[{page.replace('_', ' ')}]({page}.md{anchor})"


def _classes() -> dict[str, type]:
    """Name the classes that docstrings may point to."""
    from twinpurify.representation.registry import METHODS

    return {method.__name__: method for method in METHODS.values()}
