"""How the training went, epoch by epoch."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError, listed
from twinpurify.plots.names import plain
from twinpurify.plots.selections import require_columns
from twinpurify.plots.theme import line_of, themed

TERMS = {
    "loss": "Total loss<br>what is minimised",
    "invariance": "Invariance term<br>on the diagonal",
    "redundancy": "Redundancy term<br>off the diagonal",
    "effective_rank": "Effective rank<br>dimensions in use",
}


def loss_curve(history: pd.DataFrame) -> go.Figure:
    """Draw the loss, its two terms and the effective rank, a line a split.

    Parameters
    ----------
    history : DataFrame
        ``split, epoch`` and any of ``loss, invariance, redundancy, effective_rank``.

    Returns
    -------
    Figure
        One panel a term that was logged.

    Raises
    ------
    TableError
        If a needed column is missing, nothing was trained, or no term was logged.
    """
    require_columns(history, ("split", "epoch"), "the training history")
    if history.empty:
        raise TableError(
            "the final method is computed at once and not trained step by step, so it has no losses"
        )
    terms = [term for term in TERMS if term in history and history[term].notna().any()]
    if not terms:
        raise TableError(
            f"the training history holds none of {listed(TERMS)}; it has "
            f"{listed(history.columns, 20)}"
        )
    figure = make_subplots(rows=1, cols=len(terms), subplot_titles=[TERMS[term] for term in terms])
    for column, term in enumerate(terms, start=1):
        for place, (split, epochs) in enumerate(history.groupby("split", sort=False)):
            line = _line(place, str(split), epochs.sort_values("epoch"), term)
            line.showlegend = column == 1
            figure.add_trace(line, row=1, col=column)
    themed(figure, height=400, legend={"orientation": "h", "y": -0.3}, margin={"t": 70, "b": 110})
    figure.update_xaxes(title="epoch")
    figure.update_yaxes(rangemode="tozero")
    return figure


def _line(place: int, split: str, epochs: pd.DataFrame, term: str) -> go.Scatter:
    """Draw one term of one split."""
    name = plain(split.replace("_", " "))
    return go.Scatter(
        x=epochs["epoch"],
        y=epochs[term],
        mode="lines",
        name=name,
        legendgroup=split,
        line=line_of(place),
        hovertemplate=f"{name}, epoch %{{x}}: %{{y:.4g}}<extra></extra>",
    )
