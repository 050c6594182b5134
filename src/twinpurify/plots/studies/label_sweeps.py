"""What pretraining on fewer tumours, and with fewer or more layers, does at few labels."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError
from twinpurify.evaluation.declaration.task_columns import task_columns
from twinpurify.plots.curves.method_line import method_line
from twinpurify.plots.names import in_order, metric_name
from twinpurify.plots.selections import require_columns
from twinpurify.plots.studies.label_curves import METRIC
from twinpurify.plots.theme import themed
from twinpurify.studies.label_efficiency.tables import SUMMARY

AXES = {"pretraining": "share of the training tumours", "hidden_layers": "hidden layers"}
TITLES = {"pretraining": "Tumours in the pretraining", "hidden_layers": "Depth of the encoder"}
DODGE = 0.05


def label_sweeps(summary: pd.DataFrame) -> go.Figure:
    """Draw balanced accuracy against the size of the pretraining and the depth of the encoder.

    Parameters
    ----------
    summary : DataFrame
        Of the study, of one cohort.

    Returns
    -------
    Figure
        A row of panels for each comparison, a column for each encoder setting.

    Raises
    ------
    TableError
        If nothing was compared.
    """
    require_columns(summary, SUMMARY, "the summary of the study")
    parts = task_columns(summary["task"])
    rows = summary.assign(kind=parts["given"], size=parts["amount"])
    rows = rows[(rows["metric"] == METRIC) & (rows["kind"] != "")]
    kinds = [kind for kind in TITLES if kind in set(rows["kind"])]
    if not kinds:
        raise TableError(
            "no method was pretrained on fewer tumours or with other layers "
            "(setting label_efficiency.sweep_repeats)"
        )
    encoders = sorted(rows["encoder"].unique())
    titles = [f"{TITLES[kind]}, {encoder}" for kind in kinds for encoder in encoders]
    figure = make_subplots(
        rows=len(kinds),
        cols=len(encoders),
        subplot_titles=titles,
        shared_yaxes="all",
        vertical_spacing=0.2,
        horizontal_spacing=0.06,
    )
    shown: set[str] = set()
    for place, kind in enumerate(kinds, start=1):
        for column, encoder in enumerate(encoders, start=1):
            chosen = rows[(rows["kind"] == kind) & (rows["encoder"] == encoder)]
            _add_panel(figure, chosen, AXES[kind], (place, column), shown)
    figure.update_yaxes(title=metric_name(METRIC), col=1)
    legend = {"orientation": "h", "y": -0.32 / len(kinds), "yanchor": "top", "itemwidth": 40}
    return themed(figure, height=300 * len(kinds) + 90, margin={"t": 50, "b": 110}, legend=legend)


def _add_panel(
    figure: go.Figure, rows: pd.DataFrame, axis: str, at: tuple[int, int], shown: set[str]
) -> None:
    """Add all methods to a panel, each a little aside of the others."""
    sizes = sorted(rows["size"].unique())
    methods = in_order(rows["method"])
    for place, method in reversed(list(enumerate(methods))):
        points = rows[rows["method"] == method].sort_values("size")
        aside = DODGE * (place - (len(methods) - 1) / 2)
        places = [sizes.index(size) + aside for size in points["size"]]
        curve = method_line(method, places, points, [f"at {size:g}" for size in points["size"]])
        curve.update(showlegend=method not in shown, legendrank=place + 1)
        shown.add(method)
        figure.add_trace(curve, row=at[0], col=at[1])
    ticks = {"tickvals": list(range(len(sizes))), "ticktext": [f"{size:g}" for size in sizes]}
    figure.update_xaxes(title=axis, row=at[0], col=at[1], **ticks)
