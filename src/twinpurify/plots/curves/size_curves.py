"""How a score depends on how many labels or normals there were to learn from."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError
from twinpurify.evaluation.declaration.task import read_task
from twinpurify.evaluation.declaration.task_columns import task_columns
from twinpurify.plots.curves.method_line import method_line
from twinpurify.plots.names import in_order, metric_name, plain, task_name
from twinpurify.plots.questions import ends, shown_metrics
from twinpurify.plots.selections import single_training
from twinpurify.plots.theme import themed

ALL = "all"
# Methods at one size stand a little aside of each other, or their bars would hide one another.
DODGE = 0.03


def size_curves(summary: pd.DataFrame, kind: str, axis: str) -> go.Figure:
    """Draw scores of tasks that were asked with ever fewer labels or normals.

    Parameters
    ----------
    summary : DataFrame
        Of one cohort and training, with tasks such as ``subtype@labels=0.1``.
    kind : str
        What stands before the size: ``labels`` or ``normals``.
    axis : str
        What the sizes are called.

    Returns
    -------
    Figure
        A panel a task and tumour fraction, a line a method; the last place is the task with all
        that there is, over all splits, which the tick says where less was asked in fewer.

    Raises
    ------
    TableError
        If no task was asked with fewer.
    """
    rows = _sized(single_training(summary), kind)
    panels = [
        (task, metric, fraction)
        for task in dict.fromkeys(rows["base"])
        for metric, fraction in _shown(rows[rows["base"] == task], task)
    ]
    if not panels:
        raise TableError(f"no question was asked with fewer {kind}: the summary has no '@{kind}='")
    figure = make_subplots(
        rows=1,
        cols=len(panels),
        subplot_titles=[_title(*panel) for panel in panels],
        horizontal_spacing=0.08,
    )
    for column, (task, metric, fraction) in enumerate(panels, start=1):
        chosen = (rows["base"] == task) & (rows["metric"] == metric)
        chosen &= rows["fraction"].fillna(-1) == (-1 if np.isnan(fraction) else fraction)
        _add_panel(figure, column, rows[chosen], kind)
    figure.update_xaxes(title=axis)
    legend = {"orientation": "h", "y": -0.24, "yanchor": "top", "itemwidth": 40}
    return themed(figure, height=480, margin={"t": 70, "b": 130}, legend=legend)


def _sized(summary: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Cut tasks into base and size, and add the tasks with all as infinite size."""
    parts = task_columns(summary["task"])
    base, fewer = parts["name"], parts["given"] == kind
    everything = base.isin(base[fewer]) & (parts["detail"] == "")
    rows = summary.assign(base=base, size=parts["amount"].where(fewer, np.inf))
    return rows[(fewer | everything) & rows["mean"].notna()]


def _shown(rows: pd.DataFrame, task: str) -> list[tuple[str, float]]:
    """Choose metric and tumour fractions as the overview does."""
    score = read_task(task).score
    metric = shown_metrics(rows["metric"], score)[0]
    fewer = rows[np.isfinite(rows["size"]) & (rows["metric"] == metric)]
    return [(metric, end) for end in ends(fewer["fraction"], score)]


def _title(task: str, metric: str, fraction: float) -> str:
    """Name a panel."""
    at = "" if np.isnan(fraction) else f", tumour fraction {fraction:g}"
    return f"{plain(task_name(task))}<br><sup>{metric_name(metric)}{at}</sup>"


def _add_panel(figure: go.Figure, column: int, rows: pd.DataFrame, kind: str) -> None:
    """Add all methods to a panel, TwinPurify last and so on top."""
    sizes = sorted(rows["size"].unique())
    methods = in_order(rows.loc[np.isfinite(rows["size"]), "method"])
    for place, method in reversed(list(enumerate(methods))):
        scores = rows[rows["method"] == method].sort_values("size")
        aside = DODGE * (place - (len(methods) - 1) / 2)
        at = [f"with {_tick(size)} {kind}" for size in scores["size"]]
        places = [sizes.index(size) + aside for size in scores["size"]]
        curve = method_line(method, places, scores, at)
        curve.update(showlegend=column == 1, legendrank=place + 1)
        figure.add_trace(curve, row=1, col=column)
    ticks = [_tick(size) + _other_splits(rows, size) for size in sizes]
    figure.update_xaxes(tickvals=list(range(len(sizes))), ticktext=ticks, col=column)


def _other_splits(rows: pd.DataFrame, size: float) -> str:
    """Say so where all that there is was asked in more splits than less of it."""
    fewer, everything = (
        set(rows.loc[np.isfinite(rows["size"]) == finite, "n_splits"]) for finite in (True, False)
    )
    if np.isfinite(size) or fewer == everything:
        return ""
    return f",<br>{max(everything):g} splits"


def _tick(size: float) -> str:
    """Write a size."""
    return f"{size:g}" if np.isfinite(size) else ALL
