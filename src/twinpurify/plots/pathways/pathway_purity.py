"""Whether pathway activities still follow the purity of the sample after purification."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from twinpurify.plots.names import number, plain
from twinpurify.plots.selections import evidence_of, of_method
from twinpurify.plots.theme import TEXT, sign_of, themed

COLUMNS = ("collection", "pathway", "profile", "rho")


def pathway_purity(tables: Mapping[str, pd.DataFrame], method: str) -> go.Figure:
    """Draw each pathway's absolute correlation with purity, measured against purified.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``pathway_purity``: collection, pathway, profile (raw or purified), rho, p_value.
    method : str

    Returns
    -------
    Figure
        One point a pathway, the mean over splits; below the diagonal purity was taken out.

    Raises
    ------
    TableError
        If the table is missing, or has no row of the method.
    """
    name = "pathway_purity"
    rows = of_method(evidence_of(tables, name, COLUMNS), method, name)
    strength = rows.assign(rho=rows["rho"].abs()).pivot_table(
        index=["collection", "pathway"], columns="profile", values="rho", sort=False
    )
    strength = strength.reindex(columns=["raw", "purified"]).dropna().reset_index()
    figure = go.Figure(_diagonal())
    for place, (collection, points) in enumerate(strength.groupby("collection", sort=False)):
        figure.add_trace(_points(str(collection), points, place))
    means = strength[["raw", "purified"]].mean()
    heading = (
        f"mean |ρ| with purity {number(means['raw'])} as measured, "
        f"{number(means['purified'])} purified<br><sup>{len(strength)} pathways</sup>"
    )
    themed(figure, height=520, title={"text": heading}, margin={"t": 80})
    figure.update_xaxes(title="|ρ| with purity, as measured", range=[0, 1])
    figure.update_yaxes(title="|ρ| with purity, purified", range=[0, 1])
    return figure


def _diagonal() -> go.Scatter:
    """Draw the line on which nothing changed."""
    line = {"color": TEXT, "dash": "dot", "width": 1}
    return go.Scatter(
        x=[0, 1], y=[0, 1], mode="lines", line=line, hoverinfo="skip", showlegend=False
    )


def _points(collection: str, points: pd.DataFrame, place: int) -> go.Scatter:
    """Draw the pathways of one collection."""
    return go.Scatter(
        x=points["raw"],
        y=points["purified"],
        mode="markers",
        name=plain(collection),
        marker={"size": 8, "opacity": 0.9, **sign_of(place)},
        text=[plain(pathway) for pathway in points["pathway"]],
        hovertemplate="%{text}<br>%{x:.2f} as measured, %{y:.2f} purified<extra></extra>",
    )
