"""How the error of imputed values grows with the share that is missing."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError
from twinpurify.plots.curves.method_line import method_line
from twinpurify.plots.names import in_order, metric_name, plain
from twinpurify.plots.theme import themed

METRICS = ("rmse", "gene_correlation")
CONTROL = "control_permuted"
PATTERNS = {
    "at_random": "At random",
    "low_expression": "Low expression more often",
    "gene_block": "A block of genes a group",
    "platform": "Another cohort:",
}


def imputation_curves(table: pd.DataFrame) -> go.Figure:
    """Draw error and correlation of hidden values against their share.

    Parameters
    ----------
    table : DataFrame
        As from ``summarize_study``.

    Returns
    -------
    Figure
        A column a pattern, a line an imputer; the control has a rate of its own and isn't drawn.

    Raises
    ------
    TableError
        If nothing but the control was measured.
    """
    shown = table[(table["pattern"] != CONTROL) & table["metric"].isin(METRICS)]
    columns = list(dict.fromkeys(zip(shown["pattern"], shown["cohort"], strict=True)))
    columns.sort(key=lambda column: list(PATTERNS).index(column[0]))
    if not columns:
        raise TableError("the study of imputation measured no pattern (`imputation.patterns`)")
    figure = make_subplots(
        rows=len(METRICS),
        cols=len(columns),
        subplot_titles=[_title(*column) for column in columns],
        shared_xaxes=True,
        shared_yaxes=True,
        vertical_spacing=0.06,
        horizontal_spacing=0.03,
    )
    for place, (pattern, cohort) in enumerate(columns, start=1):
        panel = shown[(shown["pattern"] == pattern) & (shown["cohort"] == cohort)]
        for row, metric in enumerate(METRICS, start=1):
            _add_panel(figure, row, place, panel[panel["metric"] == metric])
    for row, metric in enumerate(METRICS, start=1):
        figure.update_yaxes(title=metric_name(metric), row=row, col=1)
    figure.update_xaxes(title="share hidden", row=len(METRICS))
    legend = {"orientation": "h", "y": -0.12, "yanchor": "top", "itemwidth": 40}
    return themed(figure, height=720, margin={"t": 50, "b": 110}, legend=legend)


def _title(pattern: str, cohort: str) -> str:
    """Name a column of panels."""
    name = PATTERNS[pattern]
    return f"{name} {plain(cohort)}" if pattern == "platform" else name


def _add_panel(figure: go.Figure, row: int, column: int, panel: pd.DataFrame) -> None:
    """Add a line for each imputer."""
    for place, imputer in enumerate(in_order(panel["imputer"])):
        scores = panel[panel["imputer"] == imputer].sort_values("rate")
        at = [f"with {rate:.0%} hidden" for rate in scores["rate"]]
        curve = method_line(imputer, list(scores["rate"]), scores, at)
        curve.update(showlegend=row == 1 and column == 1, legendrank=place + 1)
        figure.add_trace(curve, row=row, col=column)
