"""The page of a study: its sections in their order, each with a figure, a table, or a reason."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from twinpurify.report.sections import Section
from twinpurify.report.template import dressing, figure_html, template_of


def build_study_page(
    title: str,
    subtitle: str,
    created: str,
    sections: Sequence[Section],
    figures: Mapping[str, go.Figure],
    tables: Mapping[str, pd.DataFrame],
    absent: Mapping[str, str],
    skipped: Sequence[str],
) -> str:
    """Write the page as one HTML document that fetches nothing.

    Parameters
    ----------
    title, subtitle, created : str
    sections : sequence of Section
    figures : mapping of str to Figure
        By the key of their section.
    tables : mapping of str to DataFrame
        Tables of text, likewise.
    absent : mapping of str to str
        Reason why a section has no figure, where the usual one doesn't hold.
    skipped : sequence of str
        What couldn't be done.

    Returns
    -------
    str
    """
    return template_of("study_page.html").render(
        title=title,
        subtitle=subtitle,
        created=created,
        sections=[_rendered(section, figures, tables, absent) for section in sections],
        skipped=skipped,
        **dressing(bool(figures)),
    )


def _rendered(
    section: Section,
    figures: Mapping[str, go.Figure],
    tables: Mapping[str, pd.DataFrame],
    absent: Mapping[str, str],
) -> dict[str, object]:
    """Turn a section into what the template shows."""
    figure, table = figures.get(section.key), tables.get(section.key)
    # The section itself bears the key.
    identifier = f"{section.key}-0"
    drawn = [] if figure is None else [{"part": "", "identifier": identifier}]
    headings = None if table is None else list(table.columns)
    return {
        "key": section.key,
        "title": section.title,
        "reading": section.reading,
        "absent": absent.get(section.key, section.absent),
        "figures": [one | {"html": figure_html(figure, identifier)} for one in drawn],
        "table": headings and {"headings": headings, "rows": table.to_numpy().tolist()},
    }
