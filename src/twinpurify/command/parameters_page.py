"""Writes the tables of docs/parameters.md, out of the models that check parameters.

``python -m twinpurify.command.parameters_page docs/parameters.md`` writes them into the page.
"""

import re
import sys
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from twinpurify.cohort.declaration.gene_sets import GeneSetCollection
from twinpurify.command.keys import Key, as_code, keys_of
from twinpurify.command.project import shipped_configuration
from twinpurify.errors import TableError
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.imputation.settings import ImputersSettings
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.normalization.steps.registry import STEPS
from twinpurify.parameters import parameters_model
from twinpurify.representation.registry import METHODS
from twinpurify.run_selection import RunSelection
from twinpurify.serving.settings import RegistrationSettings, ScoringSettings
from twinpurify.studies.gene_attribution.settings import GeneAttributionSettings
from twinpurify.studies.gene_panels.settings import GenePanelSettings
from twinpurify.studies.imputation.settings import ImputationSettings
from twinpurify.studies.label_efficiency.settings import LabelEfficiencySettings
from twinpurify.studies.restored_anchors.settings import RestoredAnchorSettings

SECTIONS: dict[str, type[BaseModel]] = {
    "": RunSelection,
    "normalization": NormalizationSettings,
    "evaluation": EvaluationSettings,
    "registration": RegistrationSettings,
    "scoring": ScoringSettings,
    "imputation": ImputationSettings,
    "imputers": ImputersSettings,
    "gene_panels": GenePanelSettings,
    "gene_attribution": GeneAttributionSettings,
    "restored_anchors": RestoredAnchorSettings,
    "label_efficiency": LabelEfficiencySettings,
} | {f"methods.{name}": parameters_model(method) for name, method in METHODS.items()}
PARAMETER = "Parameter"
# Tables under a heading of any words, each there once.
OTHERS = ("Of a step", "Of a collection")
SECTION = re.compile(r"#+ (?:The run$|Section `(?P<name>[\w.]+)`)")


def tables() -> dict[tuple[str, str], list[str]]:
    """Write all tables.

    Returns
    -------
    dict
        Lines of Markdown, by the section's name and the head of the first column.
    """
    by_place = {(name, PARAMETER): _of_section(name, model) for name, model in SECTIONS.items()}
    of_steps: dict[str, Key] = {}
    for name, step in STEPS.items():
        of_steps |= keys_of(parameters_model(step), f"{name}.")
    by_place["normalization", "Of a step"] = _table("Of a step", of_steps)
    of_collections = _table("Of a collection", keys_of(GeneSetCollection))
    by_place["gene_sets", "Of a collection"] = of_collections
    return {place: lines for place, lines in by_place.items() if lines}


def _of_section(name: str, model: type[BaseModel]) -> list[str]:
    """Write the table of one section; of the run with the defaults that it starts with."""
    keys = keys_of(model)
    if model is RunSelection:
        # In Python the shortest useful list stands; a run compares all methods.
        start = _conf()["methods_to_run"]
        keys["methods_to_run"] = keys["methods_to_run"]._replace(default=start)
    return _table(PARAMETER, keys)


def _conf() -> dict[str, Any]:
    """Read the parameters that a run starts with."""
    path = shipped_configuration() / "base" / "parameters.yml"
    settings: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return settings


def _table(first: str, keys: dict[str, Key]) -> list[str]:
    """Write a table, a line a key; nothing without keys."""
    if not keys:
        return []
    lines = [f"| {first} | Allowed | Default | Meaning |", "|---|---|---|---|"]
    for name, key in keys.items():
        cells = (f"`{name}`", key.allowed, as_code(key.default), key.meaning)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return lines


def written(page: str) -> str:
    """Put the tables in the place of those that a page has.

    Parameters
    ----------
    page : str
        Markdown, with a table of any lines in each section that has parameters.

    Returns
    -------
    str

    Raises
    ------
    TableError
        If a section has no such table.
    """
    left = tables()
    lines: list[str] = []
    section, inside = None, False
    for line in page.split("\n"):
        heading = SECTION.match(line)
        if heading:
            section = heading["name"] or ""
        first = line.removeprefix("| ").partition(" |")[0]
        if not inside and section is not None and (section, first) in left:
            lines += left.pop((section, first))
            inside = True
        inside = inside and line.startswith("|")
        if not inside:
            lines.append(line)
    if left:
        section, first = next(iter(left))
        place = f"section {section!r}" if section else "section 'The run'"
        raise TableError(f"{place} of the page has no table with the first column {first!r}")
    return "\n".join(lines)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(written(target.read_text(encoding="utf-8")), encoding="utf-8")
