"""Docstrings against the parameters that there are."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

import twinpurify

# MLflow runs these on load, with a model at hand.
SCRIPTS = ("twinpurify.serving.pyfunc_model", "twinpurify.serving.pyfunc_classifier")
ENTRY = re.compile(r"^(?P<names>\*{0,2}\w+(?:, \*{0,2}\w+)*)(?: : .*)?$")
POINTS = re.compile(r"^\s*As (?:in|of) ``(?P<target>\w+)``")


def documented(subject: Any, section: str = "Parameters") -> dict[str, str]:
    """Each name in a section of a docstring, and the first line about it."""
    found: dict[str, str] = {}
    lines = inspect.cleandoc(subject.__doc__ or "").splitlines()
    if section not in lines:
        return found
    start = lines.index(section) + 2
    for place, line in enumerate(lines[start:], start):
        if place + 1 < len(lines) and lines[place + 1].startswith("---"):
            break
        entry = ENTRY.match(line)
        if entry:
            about = lines[place + 1] if place + 1 < len(lines) else ""
            found |= {name.strip("* "): about for name in entry["names"].split(",")}
    return found


def taken(subject: Any) -> set[str]:
    """Names that a function, a constructor, a dataclass or a model takes."""
    fields = getattr(subject, "model_fields", None)
    return set(fields or inspect.signature(subject).parameters)


def subjects() -> Iterator[tuple[str, Any]]:
    """All functions, methods and classes of the package, each where it is defined."""
    for info in pkgutil.walk_packages(twinpurify.__path__, "twinpurify."):
        if info.name in SCRIPTS or info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        for name, one in vars(module).items():
            if getattr(one, "__module__", None) != info.name:
                continue
            if inspect.isclass(one):
                yield f"{info.name}.{name}", one
                for inner, method in vars(one).items():
                    function = getattr(method, "__func__", method)
                    if inspect.isfunction(function):
                        yield f"{info.name}.{name}.{inner}", function
            elif inspect.isfunction(one):
                yield f"{info.name}.{name}", one


def faults(name: str, subject: Any, known: dict[str, list[Any]]) -> list[str]:
    """Parameters that a docstring has and its subject lacks, or the one that it points to."""
    found = []
    for parameter, about in documented(subject).items():
        if parameter not in taken(subject):
            found.append(f"{name} documents {parameter}, which it doesn't take")
        pointed = POINTS.match(about)
        for target in known.get(pointed["target"], []) if pointed else ():
            if parameter not in documented(target) | documented(target, "Attributes"):
                found.append(
                    f"{name} points for {parameter} to {pointed['target']}, which has none"
                )
    return found


@pytest.fixture(scope="module")
def known() -> dict[str, list[Any]]:
    by_name: dict[str, list[Any]] = {}
    for name, subject in subjects():
        by_name.setdefault(name.rpartition(".")[2], []).append(subject)
    return by_name


def test_docstrings_speak_of_parameters_that_there_are(known):
    found = [fault for name, subject in subjects() for fault in faults(name, subject, known)]
    assert found == []


class Target:
    """Has one parameter.

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed: int) -> None: ...


def points(hidden: int, seed: int) -> None:
    """Point to another.

    Parameters
    ----------
    hidden, seed
        As in ``Target``.
    width : int
        Not there.

    Returns
    -------
    nothing : None
    """


def test_a_parameter_that_is_not_there_is_noticed():
    assert faults("points", points, {"Target": [Target]}) == [
        "points points for hidden to Target, which has none",
        "points documents width, which it doesn't take",
    ]
