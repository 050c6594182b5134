"""Whether a predicted probability is the share of cases in which it comes true."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError
from twinpurify.plots.names import method_name, number, plain, task_name
from twinpurify.plots.selections import evidence_of
from twinpurify.plots.theme import identity_line, style_of, themed

COLUMNS = ("task", "fraction", "bin_low", "bin_high", "mean_predicted", "observed", "n")
MOST_PANELS = 4


def calibration(tables: Mapping[str, pd.DataFrame], method: str) -> go.Figure:
    """Draw observed against predicted probabilities of raw expression and of a method.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``calibration``: task, fraction, bin_low, bin_high, mean_predicted, observed, n.
    method : str

    Returns
    -------
    Figure
        A panel for each task at its highest and lowest tumour fraction, at most 4; the bins of all
        splits are pooled by their numbers of predictions.

    Raises
    ------
    TableError
        If the table is missing, or has no prediction of the two.
    """
    table = evidence_of(tables, "calibration", COLUMNS)
    table = table[table["method"].isin(["raw", method]) & (table["n"] > 0)]
    panels = [
        (task, fraction)
        for task, rows in table.groupby("task", sort=False)
        for fraction in dict.fromkeys([rows["fraction"].max(), rows["fraction"].min()])
    ][:MOST_PANELS]
    if not panels:
        raise TableError(f"the table 'calibration' has no row of raw expression or of '{method}'")
    figure = make_subplots(
        rows=1,
        cols=len(panels),
        subplot_titles=[
            f"{plain(task_name(task))}<br><sup>tumour fraction {fraction:g}</sup>"
            for task, fraction in panels
        ],
        horizontal_spacing=0.06,
    )
    for column, (task, fraction) in enumerate(panels, start=1):
        rows = table[(table["task"] == task) & (table["fraction"] == fraction)]
        figure.add_trace(identity_line(), 1, column)
        for name in dict.fromkeys(["raw", method]):
            trace = _curve(name, _pooled(rows[rows["method"] == name]))
            figure.add_trace(trace.update(showlegend=column == 1), 1, column)
    figure.update_xaxes(title="predicted probability", range=[0, 1])
    figure.update_yaxes(range=[0, 1.02])
    figure.update_yaxes(title="share that came true", col=1)
    legend = {"orientation": "h", "y": -0.3, "yanchor": "top"}
    return themed(figure, height=430, margin={"t": 70, "b": 120}, legend=legend)


def _pooled(rows: pd.DataFrame) -> pd.DataFrame:
    """Average each bin over the splits, by the number of its predictions."""
    weighted = rows.assign(
        mean_predicted=rows["mean_predicted"] * rows["n"], observed=rows["observed"] * rows["n"]
    )
    bins = weighted.groupby("bin_low")[["mean_predicted", "observed", "n"]].sum()
    return bins.assign(
        mean_predicted=bins["mean_predicted"] / bins["n"], observed=bins["observed"] / bins["n"]
    )


def _curve(method: str, bins: pd.DataFrame) -> go.Scatter:
    """Draw one method's bins, the size of a sign growing with their predictions."""
    style = style_of(method)
    share = bins["n"] / max(bins["n"].max(), 1)
    return go.Scatter(
        x=bins["mean_predicted"],
        y=bins["observed"],
        mode="lines+markers",
        name=plain(method_name(method)),
        legendgroup=method,
        line={"color": style.colour, "dash": style.dash, "width": 2},
        marker={
            "symbol": style.marker,
            "size": 6 + 10 * np.sqrt(share),
            "line": {"width": 0},
        },
        text=[
            f"predicted {number(row.mean_predicted)}, came true {number(row.observed)}, "
            f"{row.n:g} predictions"
            for row in bins.itertuples()
        ],
        hovertemplate="%{text}<extra></extra>",
    )
