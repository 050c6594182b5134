"""Links, commands, paths and examples of all pages."""

import ast
import re
import subprocess
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from twinpurify.representation.registry import METHODS
from twinpurify.serving.registration import model_signature

from .tables import CODE, DOCS, PAGES, PROJECT_ROOT, rows

NOTEBOOKS = sorted((PROJECT_ROOT / "notebooks").glob("*.ipynb"))
LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
FENCE = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
TARGET = re.compile(r"\bmake ([a-z]+)\b")
OWN_FOLDERS = ("src/", "conf/", "docs/", "tests/", "benchmarks/", "notebooks/", ".ci/")
NAMES = [str(path.relative_to(PROJECT_ROOT)) for path in PAGES]


def text_of(path: Path) -> str:
    """A page, or the text cells of a notebook."""
    if path.suffix == ".ipynb":
        cells = nbformat.read(path, as_version=4).cells
        return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return path.read_text(encoding="utf-8")


def anchors(page: str) -> set[str]:
    """Anchors of the headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


def broken_links(page: str, folder: Path) -> list[str]:
    """Relative links that lead nowhere."""
    broken = []
    for link in LINK.findall(page):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        path = folder / file
        found = path.exists() and (not anchor or anchor in anchors(text_of(path) if file else page))
        broken += [] if found else [link]
    return broken


def code_of(page: str) -> list[str]:
    """Everything that stands as code: blocks and spans."""
    blocks = [block for _, block in FENCE.findall(page)]
    return [*blocks, *CODE.findall(FENCE.sub("", page))]


def unknown_targets(page: str, makefile: str) -> set[str]:
    """Targets of make that a page names and the Makefile lacks."""
    known = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    return {name for code in code_of(page) for name in TARGET.findall(code)} - known


def absent_paths(page: str) -> list[str]:
    """Files and folders of the project that a page names and that don't exist."""
    named = [code for code in code_of(page) if code.startswith(OWN_FOLDERS) and " " not in code]
    exact = [path for path in named if not re.search(r"[<>{}*]|mine|conf/local", path)]
    return [path for path in exact if not (PROJECT_ROOT / path).exists()]


def python_of(page: str) -> list[str]:
    return [block for language, block in FENCE.findall(page) if language == "python"]


@pytest.mark.parametrize("path", [*PAGES, *NOTEBOOKS], ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    assert broken_links(text_of(path), path.parent) == []


def test_a_broken_link_is_noticed():
    page = "# A heading\n[1](#a-heading) [2](#none) [3](docs/none.md) [4](docs/methods.md#none)"
    assert broken_links(page, PROJECT_ROOT) == ["#none", "docs/none.md", "docs/methods.md#none"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_and_paths_exist(path):
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    assert unknown_targets(text_of(path), makefile) == set()
    assert absent_paths(text_of(path)) == []


def test_an_unknown_command_and_path_are_noticed():
    assert unknown_targets("`make demo`, then `make coffee`", "demo: install\n") == {"coffee"}
    assert absent_paths("`src/twinpurify/nothing.py` and `src/twinpurify`") == [
        "src/twinpurify/nothing.py"
    ]


def test_the_readme_names_every_command():
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
    advertised = set(re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE))
    assert advertised - set(TARGET.findall(readme)) <= {"install", "lint", "types", "clean"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_python_examples_are_python_and_import_what_exists(path):
    for block in python_of(text_of(path)):
        imports = [
            node
            for node in ast.walk(ast.parse(block))
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        exec(compile(ast.Module(imports, []), path.name, "exec"), {})


def test_the_library_example_of_the_readme_runs(tmp_path, monkeypatch):
    page = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = [block for block in python_of(page) if "TwinPurify(" in block]
    rng = np.random.default_rng(0)
    profiles = pd.DataFrame(rng.uniform(0, 10, (40, 80))).add_prefix("G")
    names = {"tumours": profiles[:30], "normals": profiles[30:], "new_tumours": profiles[:3]}
    monkeypatch.chdir(tmp_path)
    exec(block.replace("seed=1", "seed=1, n_views=2"), names)
    # As the comment of the example says: half of the 30 tumours, since that is less than 64.
    assert "half the tumours if less" in block
    assert names["embedding"].shape == (3, 15)
    assert names["purity"].shape == (3,)
    assert names["purified"].shape == (3, 80)


def test_the_parameters_of_the_served_model_are_in_the_readme():
    page = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = [block for block in python_of(page) if "predict" in block]
    for parameter in model_signature().params:
        assert f'"{parameter.name}":' in block


def test_every_method_is_explained():
    page = (DOCS / "methods.md").read_text(encoding="utf-8")
    rivals = {CODE.findall(row["Method"])[0] for row in rows(page, "Method")}
    assert rivals | {"twinpurify"} == set(METHODS)


def test_no_page_is_forgotten():
    listed = subprocess.run(
        ["git", "ls-files", "*.md"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    assert set(listed) <= set(NAMES)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_name_no_machine(path):
    assert not re.search(r"(?<![\w.])/(home|work|tmp|root|mnt|Users)/", text_of(path))
