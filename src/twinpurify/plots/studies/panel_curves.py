"""How well a class is told from random panels, against their size."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError
from twinpurify.evaluation.declaration.task_columns import task_columns
from twinpurify.plots.names import in_order, interval, method_name, metric_name, number, plain
from twinpurify.plots.selections import require_columns
from twinpurify.plots.theme import style_of, themed, translucent
from twinpurify.studies.tables import SUMMARY

METRICS = ("balanced_accuracy", "macro_f1")
PERMUTED = "control_permuted"
BAND = 0.13


def panel_curves(summary: pd.DataFrame) -> go.Figure:
    """Draw balanced accuracy and macro F1 on test patients against the genes of a panel.

    Parameters
    ----------
    summary : DataFrame
        Of the study, of one cohort.

    Returns
    -------
    Figure
        A column a metric, a line a contestant with a band for the 95% interval; permuted labels
        dotted in a row of their own.

    Raises
    ------
    TableError
        If nothing was measured.
    """
    require_columns(summary, [*SUMMARY, "panel_size"], "the summary of the study")
    rows = summary[summary["mean"].notna()]
    if rows.empty:
        raise TableError("the study of gene panels has measured nothing")
    figure = make_subplots(
        rows=2,
        cols=2,
        row_heights=[0.72, 0.28],
        shared_xaxes=True,
        horizontal_spacing=0.08,
        vertical_spacing=0.06,
    )
    permuted = task_columns(rows["task"])["name"] == PERMUTED
    for column, metric in enumerate(METRICS, start=1):
        chosen = rows["metric"] == metric
        _add_panel(figure, rows[chosen & ~permuted], (1, column), shuffled=False)
        _add_panel(figure, rows[chosen & permuted], (2, column), shuffled=True)
        figure.update_yaxes(title=metric_name(metric), row=1, col=column)
        figure.update_yaxes(title="permuted", row=2, col=column)
    sizes = sorted(rows["panel_size"].unique())
    ticks = {"tickvals": sizes, "ticktext": [f"{size:,}" for size in sizes]}
    figure.update_xaxes(type="log", tickangle=0, **ticks)
    figure.update_xaxes(title="genes in the panel", row=2)
    legend = {"orientation": "h", "y": -0.16, "yanchor": "top", "itemwidth": 40}
    return themed(figure, height=620, margin={"t": 30, "b": 140}, legend=legend)


def _add_panel(figure: go.Figure, rows: pd.DataFrame, at: tuple[int, int], shuffled: bool) -> None:
    """Add the contestants of a metric, the first of the legend on top."""
    for rank, method in reversed(list(enumerate(in_order(rows["method"]), start=1))):
        points = rows[rows["method"] == method].sort_values("panel_size")
        for trace in _traces(method, points, shuffled):
            shown = at[1] == 1 and trace.showlegend is not False
            trace.update(legendrank=rank + 100 * shuffled, showlegend=shown)
            figure.add_trace(trace, row=at[0], col=at[1])


def _traces(method: str, points: pd.DataFrame, shuffled: bool) -> list[go.Scatter]:
    """Draw the means, with the band of their intervals behind."""
    style, name = style_of(method), plain(method_name(method))
    name = f"{name}, permuted labels" if shuffled else name
    group = f"{method}-permuted" if shuffled else method
    line = go.Scatter(
        x=points["panel_size"],
        y=points["mean"],
        name=name,
        legendgroup=group,
        mode="lines+markers",
        line={"color": style.colour, "dash": "dot" if shuffled else style.dash},
        marker={"symbol": style.marker, "size": 8, "color": style.colour},
        text=[
            f"<b>{name}</b>, {row.panel_size} genes<br>{number(row.mean)} "
            f"(95% interval {interval(row.low, row.high)})"
            for row in points.itertuples()
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    return [_band(style.colour, group, points), line]


def _band(colour: str, group: str, points: pd.DataFrame) -> go.Scatter:
    """Draw the intervals of a line."""
    return go.Scatter(
        x=[*points["panel_size"], *points["panel_size"][::-1]],
        y=[*points["high"], *points["low"][::-1]],
        # Else plotly marks the corners of a short band.
        mode="lines",
        fill="toself",
        fillcolor=translucent(colour, BAND),
        line={"width": 0},
        legendgroup=group,
        showlegend=False,
        hoverinfo="skip",
    )
