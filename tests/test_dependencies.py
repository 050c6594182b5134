"""What the code imports against what pyproject declares."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from twinpurify.extras import EXTRA_OF

ROOT = Path(__file__).resolve().parents[1]
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEEDED = [Requirement(line) for line in DECLARED["dependencies"]]


def with_extras(name: str) -> list[Requirement]:
    """What an extra brings, that of other extras in it included."""
    found = []
    for line in DECLARED["optional-dependencies"][name]:
        requirement = Requirement(line)
        if requirement.name == "twinpurify":
            found += [one for extra in sorted(requirement.extras) for one in with_extras(extra)]
        else:
            found.append(requirement)
    return found


EXTRAS = {name: with_extras(name) for name in DECLARED["optional-dependencies"]}

# Imported only where a package of the same extra is at work already.
BEHIND_OTHERS = {"cloudpickle", "packaging", "sqlalchemy"}
# Distribution -> the oldest version that works, and what asks for it.
OLDEST = {
    "scipy": ("1.16", "inmoose 0.9 can't be installed with an older one"),
    "scikit-learn": ("1.9", "NMF takes a start whose memory is in any order"),
    "threadpoolctl": ("3.5", "scikit-learn 1.9 can't be installed with an older one"),
    "packaging": ("24.2", "anndata 0.12 can't be installed with an older one"),
    "statsmodels": ("0.14.5", "inmoose 0.9 can't be installed with an older one"),
}


def normal(name: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def available(requirements: Iterable[Requirement]) -> set[str]:
    """Distributions that are asked for by name, or by the extra of one."""
    found = set()
    for requirement in requirements:
        found.add(normal(requirement.name))
        if requirement.extras:
            behind = (Requirement(line) for line in requires(requirement.name) or ())
            found |= {
                normal(one.name)
                for one in behind
                for extra in requirement.extras
                if one.marker
                and "extra" in str(one.marker)
                and one.marker.evaluate({"extra": extra})
            }
    return found


@cache
def providers() -> dict[str, set[str]]:
    """Name of an installed package -> the distributions that have it, which takes seconds."""
    return {name: {*map(normal, found)} for name, found in packages_distributions().items()}


def imported(source: str) -> Iterator[str]:
    """First parts of the names that a module imports from elsewhere, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def undeclared(source: str, allowed: set[str]) -> list[str]:
    """Installed packages that a module imports though no declared distribution has them."""
    known = providers()
    names = {name for name in imported(source) if name in known}
    names -= {*sys.stdlib_module_names, "twinpurify"}
    return sorted(name for name in names if not known[name] & allowed)


def undeclared_in(folder: str, allowed: set[str]) -> dict[str, list[str]]:
    """The same of each module of a folder that has such imports."""
    paths = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / folder).rglob("*.py")}
    found = {
        name: undeclared(path.read_text(encoding="utf-8"), allowed)
        for name, path in sorted(paths.items())
    }
    return {name: missing for name, missing in found.items() if missing}


def test_the_code_imports_what_is_declared():
    assert undeclared_in("src", available([*NEEDED, *EXTRAS["all"]])) == {}


def test_what_only_an_extra_brings_is_known_by_its_name():
    """An import that fails names the extra, for all that the library alone doesn't bring."""
    library, found = available(NEEDED), set()
    for path in (ROOT / "src").rglob("*.py"):
        found.update(undeclared(path.read_text(encoding="utf-8"), library))
    assert found - set(EXTRA_OF) == BEHIND_OTHERS
    for name, extra in EXTRA_OF.items():
        assert providers()[name] & available(EXTRAS[extra]), name


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_tests_and_benchmarks_import_what_developers_install(folder):
    assert undeclared_in(folder, available([*NEEDED, *EXTRAS["dev"]])) == {}


def test_an_import_that_nobody_declared_is_noticed():
    source = (
        "import yaml\nfrom kedro.io import DataCatalog\n\ndef f():\n    import sqlalchemy.exc\n"
    )
    assert undeclared(source, {"kedro"}) == ["sqlalchemy", "yaml"]
    assert undeclared(source, {"kedro", "pyyaml", "sqlalchemy"}) == []


def test_an_extra_declares_what_stands_behind_it():
    assert "pandera" in available([Requirement("kedro[pandera-pandas]")])
    assert "pandera" not in available([Requirement("kedro")])


@pytest.mark.parametrize("name", OLDEST)
def test_no_version_is_declared_that_can_not_work(name):
    oldest, why = OLDEST[name]
    declared = [one for one in [*NEEDED, *EXTRAS["dev"]] if normal(one.name) == name]
    assert declared
    for requirement in declared:
        floors = [Version(one.version) for one in requirement.specifier if one.operator == ">="]
        assert max(floors) >= Version(oldest), why
