"""The hooks of the site: where pages and links of the project are on it."""

import importlib.util
import re
import shutil
from types import ModuleType, SimpleNamespace

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

import twinpurify

from .tables import DOCS, PAGES, PROJECT_ROOT


@pytest.fixture(scope="module")
def hooks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("site_pages", DOCS / "site_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rewritten(hooks: ModuleType, uri: str, markdown: str) -> str:
    page = SimpleNamespace(file=SimpleNamespace(src_uri=uri))
    return hooks.on_page_markdown(markdown, page, None, None)


@pytest.mark.parametrize(
    ("page", "link", "on_site"),
    [
        ("quick_start.md", "../README.md#without-make", "index.md#without-make"),
        ("quick_start.md", "../notebooks/01_purify.ipynb", "notebooks/01_purify.ipynb"),
        ("quick_start.md", "outputs.md#files", "outputs.md#files"),
        ("formats/gct.md", "../errors.md", "../errors.md"),
        ("formats/gct.md", "../../CONTRIBUTING.md", "../contributing.md"),
        ("results.md", "results/figure.svg", "results/figure.svg"),
        ("index.md", "docs/formats/README.md", "formats/README.md"),
        ("index.md", "CHANGELOG.md", "changes.md"),
        ("index.md", "LICENSE", "LICENSE"),
        ("contributing.md", "README.md#look-inside", "index.md#look-inside"),
        ("index.md", "https://arxiv.org/abs/2601.18640", "https://arxiv.org/abs/2601.18640"),
        ("index.md", "#look-inside", "#look-inside"),
    ],
)
def test_links_lead_to_the_same_page_on_the_site(hooks, page, link, on_site):
    assert rewritten(hooks, page, f"[a]({link}), b (c)") == f"[a]({on_site}), b (c)"


def test_the_navigation_is_the_section_of_the_readme(hooks):
    config = hooks.on_config(SimpleNamespace(nav=None))
    home, start, api, *others = config.nav
    assert home == {"TwinPurify": "index.md"}
    assert start["Start"][0] == {"Quick start": "quick_start.md"}
    assert api == {"API": "api.md"}
    assert [title for part in others for title in part] == [
        "What goes in",
        "What is done",
        "What comes out",
        "The project",
    ]
    assert others[-1]["The project"] == [
        {"Contributing": "contributing.md"},
        {"Changes": "changes.md"},
        {"Findings": "findings.md"},
    ]
    (formats,) = (entry["Formats"] for entry in others[0]["What goes in"] if "Formats" in entry)
    beside = [f"formats/{path.name}" for path in sorted((DOCS / "formats").glob("[a-z]*.md"))]
    assert formats == ["formats/README.md", *beside]


def test_the_api_has_all_that_the_front_door_offers(hooks):
    assert {*hooks.FRONT_DOOR} == {"twinpurify", *(f"twinpurify.{n}" for n in OFFERED)}


# Errors have a page of their own.
OFFERED = set(twinpurify.__all__) - {"errors"}


def test_pages_that_docstrings_name_are_linked_on_the_page_of_the_api(hooks):
    api, other = (
        SimpleNamespace(file=SimpleNamespace(src_uri=uri)) for uri in ("api.md", "units.md")
    )
    said = "<p>See docs/outputs.md#files.</p>"
    assert hooks.on_page_content(said, other, None, None) == said
    linked = '<p>See <a href="../outputs/#files">outputs</a>.</p>'
    assert hooks.on_page_content(said, api, None, None) == linked


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_lists_within_lists_are_read_alike_by_code_hosts_and_the_site(path):
    found = re.findall(r"^ {1,3}(?:[-*]|\d+\.) .*$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found == []


@pytest.fixture
def small_site(tmp_path):
    """A project of one page, built by the configuration of the site without its hooks."""
    shutil.copy(PROJECT_ROOT / "mkdocs.yml", tmp_path)
    (tmp_path / "docs").mkdir()

    def built(text: str) -> str:
        (tmp_path / "docs" / "index.md").write_text(text, encoding="utf-8")
        build(load_config(str(tmp_path / "mkdocs.yml"), hooks=[], plugins=["search"]))
        return (tmp_path / "site" / "index.html").read_text(encoding="utf-8")

    return built


def test_nothing_is_loaded_from_elsewhere(small_site):
    page = small_site("# A page\n\n| a |\n|---|\n| b |\n")
    assert not re.search(r"<(?:script|img)[^>]*src=\"https?:|<link[^>]*href=\"https?:", page)


@pytest.mark.parametrize("link", ["none.md", "#none", "../README.md"])
def test_a_link_that_leads_nowhere_is_an_error(small_site, link):
    with pytest.raises(Abort, match="warnings in strict mode"):
        small_site(f"# A page\n\n[a]({link})\n")
