"""The recipes of CONTRIBUTING against the tables in the code that have a line for each."""

import ast
from collections.abc import Iterator
from typing import get_args

import pytest

from twinpurify.evaluation.settings import TASKS
from twinpurify.imputation.registry import IMPUTERS
from twinpurify.plots.questions import FAMILIES
from twinpurify.representation.registry import METHODS
from twinpurify.studies.imputation.settings import ImputerName

from .tables import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PACKAGE = PROJECT_ROOT / "src" / "twinpurify"
QUESTIONS = {*TASKS, *FAMILIES}
# Elsewhere the same words name columns of a sheet.
ROOMS = ("representation", "imputation", "evaluation", "plots", "report", "pipelines", "serving")
RIVALS = {*IMPUTERS, *get_args(ImputerName)}


def section(heading: str) -> str:
    """The text below a heading."""
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def entries(node: ast.Dict) -> set[str]:
    """Names that a table has a line for: its keys, or what is listed under headings."""
    listed = [item for value in node.values for item in getattr(value, "elts", ())]
    strings = [
        {one.value for one in some if isinstance(one, ast.Constant) and isinstance(one.value, str)}
        for some in (node.keys, listed)
    ]
    return strings[0] if " " not in "".join(strings[0]) else strings[1]


def tables(source: str) -> Iterator[tuple[str, set[str]]]:
    """Tables at the top of a module, each with what it has lines for."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield ast.unparse(target), entries(node.value)


def tables_of(known: set[str]) -> list[tuple[str, str]]:
    """File and name of each table that has lines for things of a kind, and hardly for others.

    What stands in the file of one such thing is its own affair.
    """
    return [
        (path.relative_to(PROJECT_ROOT).as_posix(), name)
        for room in ROOMS
        for path in sorted((PACKAGE / room).rglob("*.py"))
        if path.stem not in known
        for name, lines in tables(path.read_text(encoding="utf-8"))
        if len(lines & known) >= 2 and len(lines & known) > len(lines) / 2
    ]


@pytest.mark.parametrize(
    ("heading", "known"),
    [("Add a method", set(METHODS)), ("Add a question", QUESTIONS)],
)
def test_a_recipe_names_each_table_that_needs_a_line(heading, known):
    recipe, found = section(heading), tables_of(known)
    assert found
    forgotten = [one for one in found if not all(f"`{part}`" in recipe for part in one)]
    assert forgotten == []


def test_the_recipe_of_an_imputer_names_where_it_is_drawn():
    """It shares its tables with the methods."""
    recipe = section("Add an imputer")
    shared = [one for one in tables_of(set(METHODS) | RIVALS) if "plots" in one[0]]
    assert shared
    assert [one for one in shared if not all(f"`{part}`" in recipe for part in one)] == []


def test_tables_are_found_by_keys_and_by_what_stands_under_headings():
    source = 'STYLES = {"a": 1, "b": 2}\nKINDS: dict = {"Is it so?": ("a", "b")}\nX = {**STYLES}'
    assert dict(tables(source)) == {"STYLES": {"a", "b"}, "KINDS": {"a", "b"}, "X": set()}
