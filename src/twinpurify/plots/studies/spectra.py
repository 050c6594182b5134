"""How many dimensions of an embedding are in use: its singular values, largest first."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from twinpurify.errors import TableError
from twinpurify.plots.names import in_order, method_name, number, plain
from twinpurify.plots.selections import require_columns
from twinpurify.plots.theme import style_of, themed
from twinpurify.studies.label_efficiency.spectra import SINGULAR_VALUE, SPECTRA

# Below this share of the largest singular value there is nothing but rounding.
LOWEST = 1e-4


def singular_value_curves(spectra: pd.DataFrame) -> go.Figure:
    """Draw the singular values of every method's embedding, each as a share of the largest.

    Parameters
    ----------
    spectra : DataFrame
        Of the study.

    Returns
    -------
    Figure
        A line a method and cohort that was pretrained on, the mean over repeats; the pointer tells
        the effective rank. Both axes are logarithmic.

    Raises
    ------
    TableError
        If there is no embedding.
    """
    require_columns(spectra, SPECTRA, "the spectra of the study")
    values = spectra[spectra["quantity"] == SINGULAR_VALUE]
    if values.empty:
        raise TableError("no method was pretrained, so there is no embedding to look at")
    ranks = spectra[spectra["quantity"] == "effective_rank"]
    figure, several = go.Figure(), values["pretrained_on"].nunique() > 1
    for method in in_order(values["method"]):
        for source, rows in values[values["method"] == method].groupby("pretrained_on"):
            own = (ranks["method"] == method) & (ranks["pretrained_on"] == source)
            name = method_name(method) + (f", {source}" if several else "")
            figure.add_trace(_line(method, name, rows, ranks.loc[own, "value"].mean()))
    figure.update_xaxes(type="log", title="component", dtick=1)
    lowest = max(float(np.log10(max(values["value"].min(), LOWEST))), -4.0)
    figure.update_yaxes(
        type="log",
        title="singular value, share of the largest",
        range=[lowest - 0.1, 0.1],
        dtick=1,
    )
    return themed(figure, height=440)


def _line(method: str, name: str, rows: pd.DataFrame, rank: float) -> go.Scatter:
    """Draw the mean spectrum of one method."""
    mean = rows.groupby("component")["value"].mean()
    style = style_of(method)
    return go.Scatter(
        x=mean.index,
        y=mean.where(mean >= LOWEST),
        name=f"{plain(name)} ({number(rank)})",
        mode="lines",
        line={"color": style.colour, "dash": style.dash, "width": max(1.8, style.width - 1)},
        text=[
            f"<b>{plain(name)}</b>, component {place}<br>{value:.2g}"
            for place, value in mean.items()
        ],
        hovertemplate="%{text}<br>effective rank " + number(rank) + "<extra></extra>",
    )
