"""One method's scores as a line with intervals, drawn alike in every figure of curves."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from twinpurify.plots.names import interval, method_name, number, plain
from twinpurify.plots.theme import style_of


def method_line(
    method: str, places: Sequence[float], scores: pd.DataFrame, at: Sequence[str]
) -> go.Scatter:
    """Draw the means of a method in its own style, with a bar for each interval.

    Parameters
    ----------
    method : str
    places : sequence of float, shape (n,)
        Where on the horizontal axis.
    scores : DataFrame
        ``mean``, ``low`` and ``high`` of the `n` points.
    at : sequence of str, shape (n,)
        What the pointer says of each place.

    Returns
    -------
    Scatter
    """
    style = style_of(method)
    return go.Scatter(
        x=places,
        y=scores["mean"],
        name=plain(method_name(method)),
        legendgroup=method,
        mode="lines+markers",
        line={"color": style.colour, "dash": style.dash, "width": style.width},
        marker={"symbol": style.marker, "size": 6 + style.width, "color": style.colour},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": scores["high"] - scores["mean"],
            "arrayminus": scores["mean"] - scores["low"],
            "color": style.colour,
            "thickness": 1,
            "width": 2,
        },
        text=[
            f"<b>{plain(method_name(method))}</b> {place}<br>{number(mean)} "
            f"(95% interval {interval(low, high)})"
            for place, (mean, low, high) in zip(
                at,
                scores[["mean", "low", "high"]].itertuples(index=False, name=None),
                strict=True,
            )
        ],
        hovertemplate="%{text}<extra></extra>",
    )
