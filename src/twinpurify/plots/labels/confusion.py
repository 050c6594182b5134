"""Which classes are taken for which, before and after, undiluted and diluted."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError
from twinpurify.plots.names import method_name, plain, task_name
from twinpurify.plots.selections import evidence_of
from twinpurify.plots.theme import themed

TASKS = ("subtype", "grade")
COLUMNS = ("task", "fraction", "truth", "predicted", "n")
# Pale enough for black figures.
SHADES = ((0, "#F3F3F3"), (1, "#5FAADD"))
ROW_HEIGHT = 300


def confusion(tables: Mapping[str, pd.DataFrame], method: str) -> go.Figure:
    """Draw confusion matrices of raw expression and of a method side by side.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``confusion``: task, fraction, truth, predicted, n.
    method : str

    Returns
    -------
    Figure
        A row for the highest and the lowest tumour fraction of subtype and grade; each cell is the
        share of a true class, over all splits.

    Raises
    ------
    TableError
        If the table is missing, or tells nothing of subtype or grade.
    """
    table = evidence_of(tables, "confusion", COLUMNS)
    table = table[table["method"].isin(["raw", method])]
    panels = [
        (task, fraction)
        for task in TASKS
        for fraction in _ends(table.loc[table["task"] == task, "fraction"])
    ]
    if not panels:
        raise TableError(f"the table 'confusion' has no row of raw expression or of '{method}'")
    methods = list(dict.fromkeys(["raw", method]))
    figure = make_subplots(
        rows=len(panels),
        cols=len(methods),
        subplot_titles=[
            f"{plain(method_name(name))}<br><sup>{_heading(*panel)}</sup>"
            for panel in panels
            for name in methods
        ],
        vertical_spacing=0.3 / len(panels),
        horizontal_spacing=0.12,
    )
    for row, (task, fraction) in enumerate(panels, start=1):
        for column, name in enumerate(methods, start=1):
            chosen = (table["task"] == task) & (table["fraction"] == fraction)
            figure.add_trace(_matrix(table[chosen & (table["method"] == name)]), row, column)
    # Grades are names here, not numbers.
    figure.update_xaxes(showgrid=False, type="category")
    figure.update_xaxes(title="predicted", row=len(panels))
    figure.update_yaxes(autorange="reversed", showgrid=False, type="category")
    figure.update_yaxes(title="true", col=1)
    return themed(figure, height=100 + ROW_HEIGHT * len(panels), margin={"t": 70, "b": 70})


def _ends(fractions: pd.Series) -> list[float]:
    """Return the highest and the lowest tumour fraction."""
    return list(dict.fromkeys([fractions.max(), fractions.min()])) if len(fractions) else []


def _heading(task: str, fraction: float) -> str:
    """Say what was asked of which profiles."""
    return f"{plain(task_name(task))}, tumour fraction {fraction:g}"


def _matrix(rows: pd.DataFrame) -> go.Heatmap:
    """Draw the share of each true class that got each name."""
    counts = rows.pivot_table(
        index="truth", columns="predicted", values="n", aggfunc="sum", fill_value=0
    )
    classes = sorted({*counts.index, *counts.columns}, key=str)
    counts = counts.reindex(index=classes, columns=classes, fill_value=0)
    shares = counts.div(counts.sum(axis=1).clip(lower=1), axis=0)
    names = [plain(name) for name in classes]
    return go.Heatmap(
        z=shares.to_numpy(),
        x=names,
        y=names,
        customdata=counts.to_numpy(),
        texttemplate="%{z:.0%}",
        textfont={"color": "#111111"},
        hovertemplate="true %{y}, predicted %{x}: %{customdata} tumours, %{z:.0%}<extra></extra>",
        zmin=0,
        zmax=1,
        colorscale=SHADES,
        showscale=False,
        xgap=1,
        ygap=1,
    )
