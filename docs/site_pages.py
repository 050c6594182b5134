"""Hooks of MkDocs: what the site has beside docs/, so that pages stay as code hosts show them.

The pages of the project's folder become pages of the site, the navigation is the section
Documentation of the README, the page of the API is written here, and links between all of them
lead to where each is on the site.
"""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
# Of the project's folder, and where it is on the site.
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
    "findings/README.md": "findings.md",
}
FILES = ("LICENSE", "CITATION.cff", "notebooks/01_purify_a_cohort.ipynb")
FRONT_DOOR = {
    "twinpurify": "members: false",
    "twinpurify.read": "",
    "twinpurify.datasets": "",
    "twinpurify.pp": "",
    "twinpurify.tl": "",
    "twinpurify.pl": "",
    "twinpurify.TwinPurify": "inherited_members: true",
    "twinpurify.load": "",
    "twinpurify.METHODS": "",
}
API = "api.md"
LINK = re.compile(r"(?<=\]\()(?P<target>[^()\s#:]+)(?P<anchor>#[^()\s]*)?(?=\))")
PART = re.compile(r"^(?P<title>[A-Z][\w ]+): (?P<links>\[.+)$", re.MULTILINE)
NAMED_PAGE = re.compile(r"docs/(?P<page>\w+)\.md(?P<anchor>#[\w-]+)?")
NAMED = re.compile(r"\[(?P<name>[^\]]+)\]\((?P<target>[^()]+\.md)\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Take the navigation from the README."""
    _, _, section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Documentation\n")
    parts = [
        {part["title"]: [_entry(name, to) for name, to in NAMED.findall(part["links"])]}
        for part in PART.finditer(section)
    ]
    start, *others = parts
    config.nav = [{"TwinPurify": "index.md"}, start, {"API": API}, *others]
    return config


def _entry(name: str, target: str) -> dict[str, Any]:
    """Write an entry of the navigation; a folder's README brings the pages beside it."""
    title, folder = name[0].upper() + name[1:], (ROOT / target).parent
    if not target.startswith("docs/") or Path(target).name != "README.md":
        return {title: _on_site(target)}
    beside = [path for path in sorted(folder.glob("*.md")) if path.name != "README.md"]
    return {title: [_on_site(str(path.relative_to(ROOT))) for path in [ROOT / target, *beside]]}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and files that lie elsewhere."""
    for source, uri in PAGES.items():
        files.append(File.generated(config, uri, content=_text(source)))
    for source in FILES:
        files.append(File.generated(config, source, abs_src_path=str(ROOT / source)))
    files.append(File.generated(config, API, content=_api()))
    return files


def _text(source: str) -> str:
    """Read a page of the project's folder."""
    return (ROOT / source).read_text(encoding="utf-8")


def _api() -> str:
    """Write the page of the API, which mkdocstrings fills with the docstrings."""
    lines = ["# API", "`import twinpurify as tp`; how it is used: [from Python](python.md)."]
    for name, option in FRONT_DOOR.items():
        options = f"\n    options:\n      {option}" if option else ""
        lines.append(f"::: {name}{options}")
    return "\n\n".join(lines) + "\n"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point links, which are right in the project's folder, to the same pages on the site."""
    if page.file.src_uri == API:
        return markdown
    sources = {uri: source for source, uri in PAGES.items()}
    source = sources.get(page.file.src_uri, f"docs/{page.file.src_uri}")

    def moved(link: re.Match[str]) -> str:
        target = _on_site(posixpath.normpath(f"{posixpath.dirname(source)}/{link['target']}"))
        here = posixpath.dirname(page.file.src_uri)
        return posixpath.relpath(target, here or ".") + (link["anchor"] or "")

    # Tables that are folded up are Markdown within HTML.
    return LINK.sub(moved, markdown).replace("<details>", '<details markdown="1">')


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Link to the pages that docstrings name."""
    if page.file.src_uri != API:
        return html
    return NAMED_PAGE.sub(r'<a href="../\g<page>/\g<anchor>">\g<page></a>', html)


def _on_site(path: str) -> str:
    """Say where a file of the project is on the site."""
    path = path.lstrip("/")
    return PAGES.get(path, path.removeprefix("docs/"))
