"""How each sample stands among those of its tissue, with the outliers that were flagged."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError
from twinpurify.interface.presentation import BLUE, GREY, VERMILLION
from twinpurify.plots.names import plain
from twinpurify.plots.selections import require_columns
from twinpurify.plots.theme import themed

MEASURES = {
    "library_size": "Library size",
    "median_correlation": "Correlation with the median profile",
    "pca_distance": "Distance in robust PCA",
}
JITTER = 0.32
TISSUES = {"tumour": (0, BLUE, "circle"), "normal": (1, GREY, "diamond-open")}


def sample_quality(samples: pd.DataFrame) -> go.Figure:
    """Draw one panel a measure, tumours and normals apart, flagged samples as crosses.

    Parameters
    ----------
    samples : DataFrame
        Sample sheet of a cohort with ``tissue, outlier`` and the measures ``library_size,
        median_correlation, pca_distance``; a measure without any value is left out.

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        If a needed column is missing, or no measure has a value.
    """
    require_columns(samples, ("tissue", "outlier", *MEASURES), "the sample sheet")
    measured = [name for name in MEASURES if samples[name].notna().any()]
    if not measured:
        raise TableError("the cohort has too few samples of one tissue to judge any by the others")
    figure = make_subplots(
        rows=1, cols=len(measured), subplot_titles=[MEASURES[name] for name in measured]
    )
    for column, name in enumerate(measured, start=1):
        known = samples[samples[name].notna()]
        for trace in _traces(known, name, first=column == 1):
            figure.add_trace(trace, row=1, col=column)
        if name == "library_size":
            figure.update_yaxes(type="log", row=1, col=column)
    themed(figure, height=420, legend={"orientation": "h", "y": -0.12, "yanchor": "top"})
    places = [place for place, _, _ in TISSUES.values()]
    figure.update_xaxes(
        tickvals=places, ticktext=["tumours", "normals"], range=[-0.5, 1.5], showgrid=False
    )
    return figure


def _traces(known: pd.DataFrame, name: str, first: bool) -> list[go.Scatter]:
    """Draw the samples of each tissue, and on top of them those that were flagged."""
    flagged = known["outlier"].fillna("").astype(str) != ""
    traces = []
    for tissue, (_, colour, symbol) in TISSUES.items():
        usual = known[~flagged & (known["tissue"] == tissue)]
        sign = {"color": colour, "symbol": symbol, "size": 5, "opacity": 0.7}
        traces.append(_points(usual, name, f"{tissue}s", sign, first))
    sign = {"color": VERMILLION, "symbol": "x", "size": 9}
    traces.append(_points(known[flagged], name, "flagged", sign, first))
    return [trace for trace in traces if len(trace.x)]


def _points(
    samples: pd.DataFrame, name: str, label: str, marker: dict[str, object], in_legend: bool
) -> go.Scatter:
    """Draw samples with their id, and why they were flagged, under the pointer."""
    # Spread by the order within the tissue: the same samples give the same picture.
    places = samples["tissue"].map({tissue: place for tissue, (place, _, _) in TISSUES.items()})
    spread = np.modf(np.arange(len(samples)) * 0.618034)[0] * 2 - 1
    reasons = samples["outlier"].fillna("").astype(str)
    return go.Scatter(
        x=(places.to_numpy(dtype=float) + JITTER * spread).astype(np.float32),
        y=samples[name].to_numpy(dtype=float),
        mode="markers",
        name=label,
        legendgroup=label,
        showlegend=in_legend,
        marker=marker,
        text=[
            f"{plain(sample)}{': ' if reason else ''}{plain(reason)}"
            for sample, reason in zip(samples.index, reasons, strict=True)
        ],
        hovertemplate="%{text}<br>%{y:.4g}<extra></extra>",
    )
