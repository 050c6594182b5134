"""How far purified profiles are from the truth, by how pure the tumour was."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.plots.names import number, plain
from twinpurify.plots.selections import evidence_of, of_method
from twinpurify.plots.theme import style_of, themed

COLUMNS = ("kind", "purity_low", "purity_high", "profile", "rmse", "n")
PROFILES = {"raw": "as measured", "purified": "purified"}


def purity_bins(tables: Mapping[str, pd.DataFrame], method: str) -> go.Figure:
    """Draw the error of measured and of purified profiles against the tumour's purity.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``purity_bins``: kind, purity_low, purity_high, profile (raw or purified), rmse, n.
    method : str

    Returns
    -------
    Figure
        A panel a kind of truth; the bins of all splits are averaged by their tumours.

    Raises
    ------
    TableError
        If the table is missing, or has no row of the method.
    """
    rows = of_method(evidence_of(tables, "purity_bins", COLUMNS), method, "purity_bins")
    kinds = list(dict.fromkeys(rows["kind"]))
    titles = [plain(str(kind).replace("_", " ")) for kind in kinds]
    figure = make_subplots(rows=1, cols=len(kinds), subplot_titles=titles)
    for column, kind in enumerate(kinds, start=1):
        for profile, name in PROFILES.items():
            chosen = (rows["kind"] == kind) & (rows["profile"] == profile)
            curve = _curve(profile, name, _pooled(rows[chosen]), method)
            figure.add_trace(curve.update(showlegend=column == 1), 1, column)
    figure.update_xaxes(title="purity of the tumour")
    figure.update_yaxes(rangemode="tozero")
    figure.update_yaxes(title="error against the truth (RMSE, log2)", col=1)
    legend = {"orientation": "h", "y": -0.3, "yanchor": "top"}
    return themed(figure, height=430, margin={"b": 120}, legend=legend)


def _pooled(rows: pd.DataFrame) -> pd.DataFrame:
    """Pool each bin over the splits: mean squares by the number of tumours."""
    squares = rows.assign(square=rows["rmse"] ** 2 * rows["n"])
    bins = squares.groupby(["purity_low", "purity_high"])[["square", "n"]].sum()
    bins = bins[bins["n"] > 0].reset_index()
    return bins.assign(
        rmse=np.sqrt(bins["square"] / bins["n"]),
        purity=(bins["purity_low"] + bins["purity_high"]) / 2,
    )


def _curve(profile: str, name: str, bins: pd.DataFrame, method: str) -> go.Scatter:
    """Draw the bins of one kind of profile."""
    style = style_of(method if profile == "purified" else "raw")
    return go.Scatter(
        x=bins["purity"],
        y=bins["rmse"],
        mode="lines+markers",
        name=name,
        legendgroup=profile,
        line={"color": style.colour, "dash": "solid" if profile == "purified" else "dash"},
        marker={"symbol": style.marker, "size": 9},
        text=[
            f"purity {number(row.purity_low)} to {number(row.purity_high)}: {name} "
            f"{number(row.rmse)}, {row.n:g} tumours"
            for row in bins.itertuples()
        ],
        hovertemplate="%{text}<extra></extra>",
    )
