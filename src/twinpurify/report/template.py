"""What all pages share: templates that trust no text, style, scripts, and figures as HTML."""

import re
from importlib.resources import files

import plotly.graph_objects as go
from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup, escape
from plotly.offline import get_plotlyjs

# Dragging zooms without plotly's own buttons, which cover the titles; the page has its own to save.
FIGURE_CONFIG = {"responsive": True, "displayModeBar": False}


def template_of(name: str) -> Template:
    """Load one of the package's templates.

    Texts of a cohort are the user's: everything is escaped but what is wrapped in ``Markup``.

    Parameters
    ----------
    name : str
        Of the file.

    Returns
    -------
    Template
    """
    environment = Environment(
        loader=FunctionLoader(_resource),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["coded"] = _coded
    return environment.get_template(name)


def dressing(with_figures: bool) -> dict[str, Markup]:
    """Return style and scripts of a page, with plotly.js where figures need it."""
    return {
        "style": Markup(_resource("page.css")),
        "script": Markup(_resource("page.js")),
        "plotly": Markup(get_plotlyjs() if with_figures else ""),
    }


def figure_html(figure: go.Figure, identifier: str) -> Markup:
    """Write a figure's data; plotly escapes them for use inside a script."""
    return Markup(
        figure.to_html(
            full_html=False, include_plotlyjs=False, div_id=identifier, config=FIGURE_CONFIG
        )
    )


def _resource(name: str) -> str:
    """Read a file that is part of the package."""
    return files("twinpurify.report").joinpath("templates", name).read_text(encoding="utf-8")


def _coded(text: str) -> Markup:
    """Escape a text, and set what stands in backticks in it as code, as messages write settings."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))
