"""What purification costs: what is kept of each tumour against what is left of its admixture."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError
from twinpurify.evaluation.declaration.task import Task, read_task
from twinpurify.plots.names import in_order, interval, method_name, number, plain, task_name
from twinpurify.plots.selections import rows_of, single_training
from twinpurify.plots.theme import style_of, themed

LEAK = "r2_rbf"
# The first that was measured is shown: what is independent of expression comes first.
PURITIES = ("absolute", "lump", "cpe")
SIGNALS = ("leukocyte", "estimate_immune")


class _Score(NamedTuple):
    """A score that an axis shows."""

    task: str
    metric: str


def trade_off(summary: pd.DataFrame) -> go.Figure:
    """Draw what is kept against the purity that is left, a point a method, with 95% intervals.

    An embedding of nothing holds no purity either: a method is good that stands far to the left
    and high.

    Parameters
    ----------
    summary : DataFrame
        Of one cohort and training.

    Returns
    -------
    Figure
        On the left the immune signal, on the right the subtype; one of them where the other
        wasn't measured.

    Raises
    ------
    TableError
        If no purity was read from the embeddings, or neither of what is kept, or the summary
        mixes cohorts or trainings.
    """
    tasks = list(single_training(summary)["task"].unique())
    left = _first(tasks, "purity_left", PURITIES)
    kept = [(_first(tasks, "immune_left", SIGNALS), LEAK)]
    kept += [("subtype" if "subtype" in tasks else None, "balanced_accuracy")]
    kept = [_Score(task, metric) for task, metric in kept if task]
    if left is None or not kept:
        raise TableError(
            "the trade-off needs a score of purity_left, and one of immune_left or subtype; the "
            "summary lacks them"
        )
    across = _Score(left, LEAK)
    titles = [plain(task_name(score.task)) for score in kept]
    figure = make_subplots(rows=1, cols=len(kept), subplot_titles=titles, horizontal_spacing=0.12)
    for column, score in enumerate(kept, start=1):
        for place, point in enumerate(_points(summary, across, score)):
            point.update(showlegend=column == 1, legendrank=place + 1)
            figure.add_trace(point, row=1, col=column)
        title = "R², RBF" if score.metric == LEAK else "balanced accuracy"
        figure.update_yaxes(title=title, row=1, col=column)
    legend = {"orientation": "h", "y": -0.22, "yanchor": "top", "itemwidth": 40}
    themed(figure, height=500, margin={"t": 60, "b": 140}, legend=legend)
    return figure.update_xaxes(title=f"{plain(task_name(left))}, R², RBF")


def _first(tasks: list[str], question: str, preferred: tuple[str, ...]) -> str | None:
    """Choose the source of a question that is preferred, else the first of tumours as such."""
    asked = [task for task in map(read_task, tasks) if task.question == question]
    of_tumours = [task.source for task in asked if not (task.score.source or task.stratum)]
    chosen = next((source for source in [*preferred, *of_tumours] if source in of_tumours), None)
    return None if chosen is None else str(Task(question, source=chosen))


def _points(summary: pd.DataFrame, across: _Score, up: _Score) -> list[go.Scatter]:
    """Draw the methods that have both scores, TwinPurify last and so on top."""
    x, y = (_by_method(summary, score) for score in (across, up))
    methods = [method for method in in_order(y.index) if method in x.index]
    return [_point(method, x.loc[method], y.loc[method]) for method in methods]


def _by_method(summary: pd.DataFrame, score: _Score) -> pd.DataFrame:
    """Scores of the tumours as measured, by method."""
    rows = rows_of(summary, score.task, score.metric)
    return rows[np.isclose(rows["fraction"].astype(float), 1.0)].set_index("method")


def _point(method: str, x: pd.Series, y: pd.Series) -> go.Scatter:
    """Draw one method with both of its intervals."""
    style, name = style_of(method), plain(method_name(method))
    said = [
        f"{word} {number(score['mean'])} ({interval(score['low'], score['high'])})"
        for word, score in (("left", x), ("kept", y))
    ]
    return go.Scatter(
        x=[x["mean"]],
        y=[y["mean"]],
        name=name,
        legendgroup=method,
        mode="markers",
        marker={"color": style.colour, "symbol": style.marker, "size": 8 + style.width},
        error_x=_bar(x),
        error_y=_bar(y),
        text=[f"<b>{name}</b><br>{'<br>'.join(said)}"],
        hovertemplate="%{text}<extra></extra>",
    )


def _bar(score: pd.Series) -> dict[str, object]:
    """Interval of a score."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [score["high"] - score["mean"]],
        "arrayminus": [score["mean"] - score["low"]],
        "thickness": 1,
        "width": 2,
    }
