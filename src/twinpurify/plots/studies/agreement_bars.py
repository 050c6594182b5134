"""Whether accounts of one model agree on its genes, class by class."""

import pandas as pd
import plotly.graph_objects as go

from twinpurify.errors import TableError
from twinpurify.plots.names import ACCOUNTS, interval, number, plain
from twinpurify.plots.selections import require_columns
from twinpurify.plots.theme import PALETTE, themed

COLUMNS = ("split", "class", "first", "second", "spearman", "low", "high", "n_genes")


def agreement_bars(agreement: pd.DataFrame) -> go.Figure:
    """Draw the rank correlation of each two accounts.

    Parameters
    ----------
    agreement : DataFrame
        Of the study; its first split is drawn.

    Returns
    -------
    Figure
        A group of bars a class, a colour a pair, with 95% intervals.

    Raises
    ------
    TableError
        If nothing was compared.
    """
    require_columns(agreement, COLUMNS, "the agreement of the accounts")
    rows = agreement[agreement["spearman"].notna()]
    if rows.empty:
        raise TableError("no two accounts were compared on any class")
    rows = rows[rows["split"] == rows["split"].min()]
    figure = go.Figure()
    for place, ((first, second), pair) in enumerate(rows.groupby(["first", "second"], sort=False)):
        name = f"{ACCOUNTS[first]} and {ACCOUNTS[second]}"
        figure.add_trace(_bars(name, PALETTE[place % len(PALETTE)], pair))
    figure.update_xaxes(showgrid=False)
    figure.update_yaxes(title="Spearman correlation over genes", zeroline=True)
    legend = {"orientation": "h", "y": -0.18, "yanchor": "top"}
    return themed(figure, height=420, barmode="group", legend=legend, margin={"t": 30, "b": 90})


def _bars(name: str, colour: str, pair: pd.DataFrame) -> go.Bar:
    """Draw one pair of accounts."""
    return go.Bar(
        x=[plain(name) for name in pair["class"]],
        y=pair["spearman"],
        name=name,
        marker={"color": colour},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": pair["high"] - pair["spearman"],
            "arrayminus": pair["spearman"] - pair["low"],
            "thickness": 1.2,
            "width": 3,
        },
        hovertext=[
            f"<b>{plain(row[2])}</b>, {name}, {row.n_genes} genes<br>{number(row.spearman)} "
            f"(95% interval {interval(row.low, row.high)})"
            for row in pair[["split", "class", "n_genes", "spearman", "low", "high"]].itertuples()
        ],
        hoverinfo="text",
    )
