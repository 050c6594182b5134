"""One self-contained page that a person reads: what went in, what came out, and how sure it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import plotly.graph_objects as go

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
from twinpurify.report.template import dressing, figure_html, template_of


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
    template = template_of("page.html")
    return template.render(
        content=content,
        **dressing(bool(content.figures)),
        warnings=all_warnings(content.warnings, content.logs),
        headlines=headlines(content.summary, content.title),
        groups=[_group(group, content) for group in GROUPS if group.sections],
        quality=[_rendered(section, content) for section in QUALITY_SECTIONS],
        summary=summary_rows(content.summary),
        n_trainings=len(content.summary[["cohort", "trained_on"]].drop_duplicates()),
        logs=[{"cohort": log["cohort"], "steps": log_rows(log)} for log in content.logs],
        settings=list(flattened(content.settings)),
    )


def _group(group: Group, content: ReportContent) -> dict[str, Any]:
    """Turn the sections of a group into HTML."""
    sections = [_rendered(section, content) for section in group.sections]
    return {"key": group.key, "title": group.title, "sections": sections}


def _rendered(section: Section, content: ReportContent) -> dict[str, Any]:
    """Turn the figures of a section into HTML, or state why it has none."""
    parts = parts_of(section, content.figures)
    figures = [
        {"part": part, "identifier": (identifier := f"{section.key}-{place}")}
        | {"html": figure_html(figure, identifier)}
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
