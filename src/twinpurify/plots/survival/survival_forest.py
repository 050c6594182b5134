"""How well each method's embedding tells survival, endpoint by endpoint."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.declaration.task_columns import task_columns
from twinpurify.interface.presentation import GREY
from twinpurify.plots.names import in_order, interval, method_name, number, plain, task_name
from twinpurify.plots.selections import single_training
from twinpurify.plots.theme import style_of, themed

# What is asked; metric; value of no use; what the axis says.
ROWS = (
    ("survival", "c_index", 0.5, "concordance index"),
    ("survival_increment", "delta_c_index", 0.0, "gain beyond age and stage"),
)
PIXELS_PER_METHOD = 26


def survival_forest(summary: pd.DataFrame) -> go.Figure:
    """Draw the concordance of every method and endpoint, and what it adds to age and stage.

    Parameters
    ----------
    summary : DataFrame
        Of one cohort and training.

    Returns
    -------
    Figure
        A column an endpoint; above the concordance, below the gain where it was asked.

    Raises
    ------
    TableError
        If no survival was scored.
    """
    parts = task_columns(single_training(summary)["task"])
    scored = summary.assign(question=parts["question"], endpoint=parts["endpoint"])
    scored = scored[(scored["endpoint"] != "") & scored["mean"].notna()]
    endpoints = list(dict.fromkeys(scored.loc[scored["metric"] == "c_index", "endpoint"]))
    if not endpoints:
        raise TableError("no method's survival was scored: no endpoint has enough events")
    rows = [row for row in ROWS if (scored["metric"] == row[1]).any()]
    figure = make_subplots(
        rows=len(rows),
        cols=len(endpoints),
        shared_yaxes=True,
        shared_xaxes="rows",
        horizontal_spacing=0.02,
        vertical_spacing=0.22,
        column_titles=[plain(_title(endpoint)) for endpoint in endpoints],
    )
    methods = in_order(scored["method"])[::-1]
    for place, (question, metric, useless, _) in enumerate(rows, start=1):
        for column, endpoint in enumerate(endpoints, start=1):
            asked = (scored["question"] == question) & (scored["endpoint"] == endpoint)
            asked &= scored["metric"] == metric
            _add_panel(figure, scored[asked].set_index("method"), methods, useless, (place, column))
    _label_axes(figure, rows, methods)
    height = 130 + len(rows) * (PIXELS_PER_METHOD * len(methods) + 70)
    return themed(figure, height=height, showlegend=False)


def _title(endpoint: str) -> str:
    """Name a column."""
    return task_name(str(Task("survival", endpoint=endpoint)))


def _add_panel(
    figure: go.Figure,
    scores: pd.DataFrame,
    methods: list[str],
    useless: float,
    cell: tuple[int, int],
) -> None:
    """Add a sign with its interval for each method, and the line of no use."""
    for method in methods:
        if method in scores.index:
            figure.add_trace(_sign(method, scores.loc[method]), *cell)
    figure.add_vline(useless, *cell, line={"color": GREY, "dash": "dot", "width": 1.5})


def _sign(method: str, score: pd.Series) -> go.Scatter:
    """Draw one method's mean and interval in its own style."""
    style, name = style_of(method), plain(method_name(method))
    mean, low, high = score["mean"], score["low"], score["high"]
    return go.Scatter(
        x=[mean],
        y=[name],
        mode="markers",
        name=name,
        marker={"color": style.colour, "symbol": style.marker, "size": 9},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [high - mean],
            "arrayminus": [mean - low],
            "thickness": 1.6,
            "width": 3,
        },
        text=f"<b>{name}</b><br>{number(mean)} (95% interval {interval(low, high)})",
        hovertemplate="%{text}<extra></extra>",
    )


def _label_axes(
    figure: go.Figure, rows: list[tuple[str, str, float, str]], methods: list[str]
) -> None:
    """Name the methods once a row, and each row's score beneath it."""
    names = [plain(method_name(method)) for method in methods]
    order = {"categoryorder": "array", "categoryarray": names}
    figure.update_yaxes(showgrid=False, range=[-0.7, len(names) - 0.3], **order)
    figure.update_xaxes(showticklabels=True, nticks=5, zeroline=False)
    for place, (_, _, _, label) in enumerate(rows, start=1):
        figure.update_xaxes(title=label, row=place)
