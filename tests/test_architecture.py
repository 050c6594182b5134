"""The two floors of the house, and the direction of its layers, held by reading the imports."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "twinpurify"

# A layer may import those before it. Those in one row don't know each other.
LIBRARY = [
    ("errors",),
    ("extras", "parameters", "persistence", "supervised", "parallel", "in_place"),
    ("cohort",),
    ("io", "normalization"),
    ("fetch", "interface"),
    ("training",),
    ("purification",),
    ("representation",),
    ("fine_tuning", "imputation"),
    ("evaluation",),
    ("studies",),
    ("plots",),
    ("report",),
    ("serving",),
    # The front door: what `import twinpurify` offers.
    ("datasets", "pp", "tl", "pl"),
    ("__init__",),
]
KEDRO_FLOOR = [
    ("kedro_datasets",),
    ("configuration", "run_selection"),
    ("pipelines",),
    ("pipeline_registry",),
    ("hooks",),
    ("settings",),
    ("command",),
    ("__main__",),
]
RANK = {name: rank for rank, row in enumerate(LIBRARY + KEDRO_FLOOR) for name in row}
IN_LIBRARY = {name for row in LIBRARY for name in row}


def imported(source: str, module: str) -> Iterator[str]:
    """Full names of all that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def layer_of(module: str) -> str | None:
    """Layer of a module of this package; None for other packages."""
    package, *inside = module.split(".")
    if package != "twinpurify":
        return None
    return inside[0] if inside else "__init__"


def faults(source: str, module: str) -> list[str]:
    """Imports of a module that go up or, from the library, to Kedro."""
    own, found = layer_of(module), []
    for name in imported(source, module):
        other = layer_of(name)
        # Of what is imported from the package itself, some are its modules, others its names.
        other = other if other in RANK else "__init__" if other else None
        if own in IN_LIBRARY and name.split(".")[0] in ("kedro", "kedro_mlflow", "kedro_datasets"):
            found.append(f"{module} is of the library and imports {name}")
        if other in RANK and other != own and RANK[other] >= RANK[own]:
            found.append(f"{module} imports {name}, which stands beside or above {own}")
    return found


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts)] = path
    return found


MODULES = modules()


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down(module):
    assert faults(MODULES[module].read_text(encoding="utf-8"), module) == []


def test_every_module_has_a_layer():
    assert {layer_of(module) for module in MODULES} == RANK.keys()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("twinpurify.cohort.units.unit", "import kedro"),
        ("twinpurify.serving.tracking", "from kedro.io import DataCatalog"),
        (
            "twinpurify.io.tables.tabular",
            "def read():\n    from kedro_datasets.pandas import CSVDataset",
        ),
        ("twinpurify.report.page", "if TYPE_CHECKING:\n    import kedro_mlflow.framework"),
        (
            "twinpurify.training.trainer",
            "from twinpurify.evaluation.formulas import weighted",
        ),
        ("twinpurify.training.trainer", "from twinpurify import purification"),
        ("twinpurify.training.trainer", "from ..purification import loss"),
        ("twinpurify.training.trainer", "import twinpurify.serving.scoring as scoring"),
        ("twinpurify.io.tables.tabular", "from twinpurify.normalization import settings"),
        ("twinpurify.errors", "from twinpurify.cohort.hints import closest"),
        ("twinpurify.serving.slots", "from twinpurify import tl"),
        ("twinpurify.serving.slots", "import twinpurify as tp"),
        ("twinpurify.serving.slots", "from twinpurify import TwinPurify"),
        ("twinpurify.tl", "from twinpurify import pp"),
        ("twinpurify.tl", "import kedro.io"),
        ("twinpurify.__init__", "from twinpurify.pipelines import splits"),
        (
            "twinpurify.evaluation.questions.dilution.retrieval",
            "from twinpurify.pipelines.types import Cohort",
        ),
        ("twinpurify.kedro_datasets.files", "from twinpurify.run_selection import RunSelection"),
        ("twinpurify.pipelines.splits", "from twinpurify.hooks import RunHooks"),
    ],
)
def test_an_import_that_goes_up_is_found(module, source):
    assert len(faults(source, module)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (
            "twinpurify.training.trainer",
            "from twinpurify.cohort.units.unit import Unit\nimport torch",
        ),
        ("twinpurify.training.trainer", "from .checkpoint import load_checkpoint"),
        ("twinpurify.evaluation.probes.classification", "from ..metrics import c_index"),
        ("twinpurify.tl", "from twinpurify.serving.slots import score_samples"),
        ("twinpurify.pipelines.reporting.figures", "from twinpurify import pl"),
        ("twinpurify.hooks", "from twinpurify import pipeline_registry\nimport kedro"),
        ("twinpurify.kedro_datasets.files", "from kedro_datasets.json import JSONDataset"),
    ],
)
def test_an_import_that_goes_down_is_allowed(module, source):
    assert faults(source, module) == []


def rooms(package: str, arrows: dict[str, set[str]]) -> dict[str, set[str]]:
    """Arrows between what lies directly in a package, be it a file or a room of files."""

    def room(module: str) -> str | None:
        inside = module.removeprefix(f"{package}.")
        return None if inside == module else inside.split(".")[0]

    between: dict[str, set[str]] = {}
    for module, targets in arrows.items():
        if own := room(module):
            others = {other for target in targets if (other := room(target)) and other != own}
            between.setdefault(own, set()).update(others)
    return between


def circle(arrows: dict[str, set[str]]) -> tuple[str, ...]:
    """Return one circle of arrows, or nothing where there is none."""
    try:
        tuple(TopologicalSorter(arrows).static_order())
    except CycleError as error:
        return tuple(error.args[1])
    return ()


@cache
def arrows_between_files() -> dict[str, set[str]]:
    """For each module, those of this package that it imports, wherever in it."""
    arrows = {}
    for module, path in MODULES.items():
        found = set(imported(path.read_text(encoding="utf-8"), module))
        found |= {name.rpartition(".")[0] for name in found}
        arrows[module] = {name for name in found if name in MODULES and name != module}
    return arrows


def test_files_import_each_other_in_no_circle():
    assert circle(arrows_between_files()) == ()


PACKAGES = sorted({module.rpartition(".")[0] for module in MODULES})


@pytest.mark.parametrize("package", PACKAGES)
def test_rooms_import_each_other_in_no_circle(package):
    assert circle(rooms(package, arrows_between_files())) == ()


def test_a_circle_is_found():
    arrows = {"a.b.one": {"a.c.two"}, "a.c.two": set(), "a.c.three": {"a.b.one"}}
    assert circle(arrows) == ()
    assert set(circle(rooms("a", arrows))) == {"b", "c"}
    assert set(circle({"one": {"two"}, "two": {"one"}})) == {"one", "two"}


TEXT = {".py", ".yml", ".yaml", ".toml", ".md", ".ipynb", ".html", ".css", ".txt", ".sh", ""}
FOLDERS = (".ci", "benchmarks", "conf", "docs", "findings", "notebooks", "src", "tests")
# In parts, so that this file is not its own first finding.
PRIVATE = re.compile("|".join(["/" + name + "/" for name in ("home", "Users", "root", "work")]))


def private_paths(text: str) -> list[str]:
    """Lines that hold a path of somebody's own machine."""
    return [line.strip() for line in text.splitlines() if PRIVATE.search(line)]


def texts() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXT)
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            hidden = any(part.startswith((".", "__")) for part in path.relative_to(ROOT).parts[1:])
            built = any(part.endswith(".egg-info") for part in path.parts)
            if path.is_file() and path.suffix in TEXT and not hidden and not built:
                yield path


def test_no_file_holds_a_path_of_one_machine():
    found = {
        str(path.relative_to(ROOT)): lines
        for path in texts()
        # Written by tools, with the paths of this machine; .git may be a file.
        if path.name not in (".coverage", ".git")
        and (lines := private_paths(path.read_text(encoding="utf-8", errors="ignore")))
    }
    assert found == {}


def test_a_path_of_one_machine_is_found():
    assert private_paths("raw: /" + "home/somebody/data\nraw: data/01_raw") == [
        "raw: /" + "home/somebody/data"
    ]
