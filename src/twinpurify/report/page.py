"""One self-contained page that a person reads: what went in, what came out, and how sure it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape
from plotly.offline import get_plotlyjs

from twinpurify.report.headline import headlines
from twinpurify.report.rows import all_warnings, flattened, log_rows, summary_rows
from twinpurify.report.sections import (
    GROUPS,
    QUALITY_SECTIONS,
    Group,
    Section,
    check_keys,
    parts_of,
)

# Dragging zooms without plotly's own buttons, which cover the titles; the page has its own to save.
FIGURE_CONFIG = {"responsive": True, "displayModeBar": False}


@dataclass(frozen=True)
class ReportContent:
    """Everything that the page tells.

    Attributes
    ----------
    cohort, title : str
        Name of the cohort, and what it is called.
    created : str
        When, as it should be printed.
    summary : DataFrame
        As in ``summary.csv``.
    logs : sequence of mapping
        Ingestion logs of the cohort and of those that models were trained on.
    figures : mapping of str to Figure
        By the name of the function that drew them (see :mod:`twinpurify.report.sections`);
        ``kaplan_meier@pfi`` is a further figure of the section ``kaplan_meier``.
    tables : mapping of str to DataFrame
        Tables of text by the key of their section.
    absent : mapping of str to str
        Reason why a section has no figure, where the usual one doesn't hold.
    warnings, skipped : sequence of str
        What a reader must know first; questions or methods left out, with the reason.
    methods_text : mapping of str to sequence of str
        Paragraphs by heading.
    settings, versions : mapping
        Parameters of the run, nested as they are, and versions of the libraries.
    """

    cohort: str
    title: str
    created: str
    summary: pd.DataFrame
    logs: Sequence[Mapping[str, Any]] = ()
    figures: Mapping[str, go.Figure] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    skipped: Sequence[str] = ()
    methods_text: Mapping[str, Sequence[str]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


def build_report(content: ReportContent) -> str:
    """Write the page as one HTML document that fetches nothing.

    Parameters
    ----------
    content : ReportContent

    Returns
    -------
    str
        HTML with its style, figures and plotly.js inside.

    Raises
    ------
    ConfigurationError
        If a figure or a reason belongs to no section.
    TableError
        If the summary lacks columns.
    """
    check_keys([*content.figures, *content.tables, *content.absent])
    # Texts of the cohort are the user's: everything is escaped but what is wrapped in Markup here.
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["coded"] = _coded
    template = environment.from_string(_resource("page.html"))
    return template.render(
        content=content,
        style=Markup(_resource("page.css")),
        script=Markup(_resource("page.js")),
        plotly=Markup(get_plotlyjs()) if content.figures else "",
        warnings=all_warnings(content.warnings, content.logs),
        headlines=headlines(content.summary, content.title),
        groups=[_group(group, content) for group in GROUPS if group.sections],
        quality=[_rendered(section, content) for section in QUALITY_SECTIONS],
        summary=summary_rows(content.summary),
        n_trainings=len(content.summary[["cohort", "trained_on"]].drop_duplicates()),
        logs=[{"cohort": log["cohort"], "steps": log_rows(log)} for log in content.logs],
        settings=list(flattened(content.settings)),
    )


def _resource(name: str) -> str:
    """Read a file that is part of the package."""
    return files("twinpurify.report").joinpath(name).read_text(encoding="utf-8")


def _coded(text: str) -> Markup:
    """Escape a text, and set what stands in backticks in it as code, as messages write settings."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _group(group: Group, content: ReportContent) -> dict[str, Any]:
    """Turn the sections of a group into HTML."""
    sections = [_rendered(section, content) for section in group.sections]
    return {"key": group.key, "title": group.title, "sections": sections}


def _rendered(section: Section, content: ReportContent) -> dict[str, Any]:
    """Turn the figures of a section into HTML, or state why it has none."""
    parts = parts_of(section, content.figures)
    figures = [
        {"part": part, "identifier": (identifier := f"{section.key}-{place}")}
        | {"html": _figure_html(figure, identifier)}
        for place, (part, figure) in enumerate(parts.items())
    ]
    return {
        "key": section.key,
        "title": section.title,
        "reading": section.reading,
        "absent": content.absent.get(section.key, section.absent),
        "figures": figures,
        "table": _table(content.tables.get(section.key)),
    }


def _table(table: pd.DataFrame | None) -> dict[str, Any] | None:
    """Take a table apart for the template."""
    if table is None:
        return None
    return {"headings": list(table.columns), "rows": table.to_numpy().tolist()}


def _figure_html(figure: go.Figure, identifier: str) -> Markup:
    """Write a figure's data; plotly escapes them for use inside a script."""
    return Markup(
        figure.to_html(
            full_html=False, include_plotlyjs=False, div_id=identifier, config=FIGURE_CONFIG
        )
    )
