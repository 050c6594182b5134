"""How many labels a classifier needs: accuracy against their number, with the controls."""

from collections.abc import Iterable
from itertools import cycle

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError
from twinpurify.evaluation.declaration.task_columns import task_columns
from twinpurify.plots.names import in_order, interval, method_name, metric_name, number, plain
from twinpurify.plots.selections import require_columns
from twinpurify.plots.theme import PALETTE, style_of, themed, translucent
from twinpurify.studies.label_efficiency.settings import CONTROLS
from twinpurify.studies.label_efficiency.tables import SUMMARY

METRIC = "balanced_accuracy"
PERMUTED = "control_permuted"
BAND = 0.13
COLUMNS = 2
ENCODERS = {"frozen": "Encoder frozen", "unfrozen": "Encoder trained on"}


def label_curves(summary: pd.DataFrame) -> go.Figure:
    """Draw balanced accuracy on test patients against the number of labels.

    Parameters
    ----------
    summary : DataFrame
        Of the study, of one cohort.

    Returns
    -------
    Figure
        A panel for each encoder setting and cohort that was pretrained on; the methods as solid
        lines with bands for 95% intervals, the controls dashed in every panel.

    Raises
    ------
    TableError
        If nothing was measured at two numbers of labels or more.
    """
    require_columns(summary, SUMMARY, "the summary of the study")
    whole = task_columns(summary["task"])["given"] == ""
    rows = summary[(summary["metric"] == METRIC) & whole]
    rows = rows[rows["mean"].notna()]
    if rows["label_fraction"].nunique() < 2:
        raise TableError("the study measured at one share of labels, so there is no curve")
    controls = rows[rows["method"].isin(CONTROLS)]
    methods = rows[~rows["method"].isin(CONTROLS)]
    pairs = methods[["encoder", "pretrained_on"]].drop_duplicates()
    panels = list(
        pairs.sort_values(["pretrained_on", "encoder"]).itertuples(index=False, name=None)
    )
    figure = make_subplots(
        rows=max(1, -(-len(panels) // COLUMNS)),
        cols=min(COLUMNS, max(1, len(panels))),
        subplot_titles=[_title(*panel, rows) for panel in panels],
        shared_yaxes="all",
        vertical_spacing=0.16,
        horizontal_spacing=0.06,
    )
    for place, (encoder, source) in enumerate(panels or [("", "")]):
        chosen = (methods["encoder"] == encoder) & (methods["pretrained_on"] == source)
        at = {"row": place // COLUMNS + 1, "col": place % COLUMNS + 1}
        _add_panel(figure, pd.concat([controls, methods[chosen]]), at, first=place == 0)
    return _finished(figure, rows)


def _title(encoder: str, source: str, rows: pd.DataFrame) -> str:
    """Name a panel, and the cohort that was pretrained on where there are several."""
    several = rows["pretrained_on"].nunique() > 1
    where = f"<br><sup>pretrained on {plain(source)}</sup>" if several else ""
    return ENCODERS[encoder] + where


def _add_panel(figure: go.Figure, rows: pd.DataFrame, at: dict[str, int], first: bool) -> None:
    """Add controls below and methods above, TwinPurify on top."""
    permuted = rows["task"] == PERMUTED
    shown = in_order(rows.loc[~permuted, "method"])
    colours = colours_of(shown)
    for rank, method in reversed(list(enumerate(shown, start=1))):
        points = rows[~permuted & (rows["method"] == method)].sort_values("n_labels")
        for trace in _band_and_line(method, points, colours[method]):
            figure.add_trace(trace.update(legendrank=rank), **at)
    if permuted.any():
        points = rows[permuted].sort_values("n_labels")
        line = _line("permuted", "Permuted labels", points, "dot", style_of("permuted").colour)
        figure.add_trace(line.update(legendrank=len(shown) + 1), **at)
    if not first:
        figure.update_traces(showlegend=False, row=at["row"], col=at["col"])


def colours_of(methods: Iterable[str]) -> dict[str, str]:
    """Choose a colour for each method, apart from each other although all lines are solid.

    Parameters
    ----------
    methods : iterable of str
        Controls and TwinPurify keep their own.

    Returns
    -------
    dict of str to str
        Hexadecimal.
    """
    methods = in_order(methods)
    others = [method for method in methods if method not in ("twinpurify", *CONTROLS)]
    chosen = {method: style_of(method).colour for method in methods}
    return chosen | dict(zip(others, cycle(PALETTE), strict=False))


def _band_and_line(method: str, points: pd.DataFrame, colour: str) -> list[go.Scatter]:
    """Draw a method with the band of its intervals; a control is dashed and has none."""
    if method in CONTROLS:
        return [_line(method, method_name(method), points, "dash", colour)]
    band = go.Scatter(
        x=[*points["n_labels"], *points["n_labels"][::-1]],
        y=[*points["high"], *points["low"][::-1]],
        mode="lines",
        fill="toself",
        fillcolor=translucent(colour, BAND),
        line={"width": 0},
        legendgroup=method,
        showlegend=False,
        hoverinfo="skip",
    )
    return [band, _line(method, method_name(method), points, "solid", colour)]


def _line(method: str, name: str, points: pd.DataFrame, dash: str, colour: str) -> go.Scatter:
    """Draw the means."""
    style = style_of(method)
    width = 1.6 if dash != "solid" else max(2.2, style.width - 1)
    return go.Scatter(
        x=points["n_labels"],
        y=points["mean"],
        name=plain(name),
        legendgroup=method,
        mode="lines+markers",
        line={"color": colour, "dash": dash, "width": width},
        marker={"symbol": style.marker, "size": 8, "color": colour},
        text=[
            f"<b>{plain(name)}</b>, {row.n_labels:.0f} labels ({row.label_fraction:g})<br>"
            f"{number(row.mean)} (95% interval {interval(row.low, row.high)})"
            for row in points.drop(columns="method").itertuples()
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _finished(figure: go.Figure, rows: pd.DataFrame) -> go.Figure:
    """Give the axes their titles and the numbers of labels as ticks."""
    sizes = rows.groupby("label_fraction")["n_labels"].mean()
    ticks = {"tickvals": sizes.tolist(), "ticktext": [f"{size:.0f}" for size in sizes]}
    figure.update_xaxes(type="log", title="labelled samples", tickangle=0, **ticks)
    figure.update_yaxes(title=metric_name(METRIC), col=1)
    n_rows = len(figure._grid_ref)
    legend = {"orientation": "h", "y": -0.22 / n_rows, "yanchor": "top", "itemwidth": 40}
    margin = {"t": 60, "b": 130}
    return themed(figure, height=340 * n_rows + 150, margin=margin, legend=legend)
