"""How a score falls as ever more normal tissue is mixed into the same tumours."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.interface.presentation import Look
from twinpurify.plots.curves.method_line import method_line
from twinpurify.plots.names import in_order, metric_name, plain, task_name
from twinpurify.plots.selections import rows_of, single_training
from twinpurify.plots.theme import style_of, themed, translucent

HEADLINE_PANELS = (("subtype", "balanced_accuracy"), ("retrieval", "top1_cosine"))
# Bars of eight methods at one fraction would hide each other, so each method stands a little aside.
DODGE = 0.007


def dilution_curves(summary: pd.DataFrame, task: str, metric: str) -> go.Figure:
    """Draw one score of every method against the tumour fraction, with 95% intervals.

    Parameters
    ----------
    summary : DataFrame
        Of one cohort and training.
    task, metric : str
        As they stand in the summary.

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        If the summary lacks columns, holds no such score, or mixes cohorts or trainings.
    """
    return _panels([(task, metric, rows_of(summary, task, metric))])


def dilution_panels(
    summary: pd.DataFrame, panels: Sequence[tuple[str, str]] = HEADLINE_PANELS
) -> go.Figure:
    """Draw several dilution curves side by side, leaving out the tasks that weren't asked.

    Parameters
    ----------
    summary : DataFrame
        Of one cohort and training.
    panels : sequence of (task, metric)

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        If none of the tasks was asked, or as for :func:`dilution_curves`.
    """
    present = set(single_training(summary)[["task", "metric"]].itertuples(index=False, name=None))
    shown = [panel for panel in panels if panel in present] or list(panels[:1])
    return _panels([(task, metric, rows_of(summary, task, metric)) for task, metric in shown])


def _panels(panels: Sequence[tuple[str, str, pd.DataFrame]]) -> go.Figure:
    """Lay out one panel a task, under one legend."""
    titles = [f"{plain(task_name(task))}<br>{metric_name(metric)}" for task, metric, _ in panels]
    figure = make_subplots(
        rows=1,
        cols=len(panels),
        subplot_titles=titles,
        horizontal_spacing=0.08,
    )
    for column, (_, _, rows) in enumerate(panels, start=1):
        _add_panel(figure, column, rows)
    themed(
        figure,
        height=480,
        margin={"t": 70, "b": 130},
        legend={"orientation": "h", "y": -0.22, "yanchor": "top", "itemwidth": 40},
    )
    figure.update_xaxes(title="tumour fraction of the profile", autorange="reversed")
    return figure


def _add_panel(figure: go.Figure, column: int, rows: pd.DataFrame) -> None:
    """Add all methods to a panel, TwinPurify last and so on top."""
    methods = in_order(rows["method"])
    for place, method in reversed(list(enumerate(methods))):
        scores = rows[rows["method"] == method].sort_values("fraction", ascending=False)
        aside = DODGE * (place - (len(methods) - 1) / 2)
        style = style_of(method)
        if method == "twinpurify":
            figure.add_trace(_band(scores, aside, style), row=1, col=column)
        at = [f"at tumour fraction {fraction:g}" for fraction in scores["fraction"]]
        curve = method_line(method, scores["fraction"] + aside, scores, at)
        curve.update(showlegend=column == 1, legendrank=place + 1)
        figure.add_trace(curve, row=1, col=column)
    highest = max(1.0, float(rows["high"].max()))
    lowest = min(0.0, float(rows["low"].min()))
    figure.update_yaxes(range=[lowest - 0.02, highest + 0.04], row=1, col=column)
    ticks = sorted(rows["fraction"].unique())
    figure.update_xaxes(tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks], col=column)


def _band(scores: pd.DataFrame, aside: float, style: Look) -> go.Scatter:
    """Shade the interval of the method that the page is about."""
    forward = scores["fraction"] + aside
    return go.Scatter(
        x=pd.concat([forward, forward[::-1]]),
        y=pd.concat([scores["high"], scores["low"][::-1]]),
        mode="lines",
        fill="toself",
        fillcolor=translucent(style.colour, 0.18),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
        legendgroup="twinpurify",
        name="TwinPurify, 95% interval",
    )
