"""The cohort seen through each embedding, before and after purification."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError, listed
from twinpurify.plots.names import method_name, plain
from twinpurify.plots.selections import require_columns
from twinpurify.plots.theme import BLUE, GREY, ORANGE, TEXT, UNKNOWN, sign_of, themed

NORMAL = "normal tissue"
# Its ends differ for every kind of colour blindness, and neither vanishes on white or black.
COLOUR_SCALE = ((0, BLUE), (0.5, "#B0B0B0"), (1, ORANGE))


def embedding_map(
    coordinates: pd.DataFrame, colour_by: Sequence[str] = ("subtype", "purity")
) -> go.Figure:
    """Draw one panel a method, coloured by a property that buttons choose.

    Parameters
    ----------
    coordinates : DataFrame
        ``method, x, y, sample_id, tissue`` and the properties, from
        :func:`twinpurify.plots.map_coordinates.map_coordinates`.
    colour_by : sequence of str
        Properties, the first one shown first; those that the table lacks, or of which no tumour
        has a value, are left out. Numbers get a colour scale, anything else a legend.

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        If a needed column is missing, or no property is left.
    """
    require_columns(coordinates, ("method", "x", "y", "sample_id", "tissue"), "the map's table")
    properties = [name for name in colour_by if _has_values(coordinates, name)]
    if not properties:
        raise TableError(
            f"no sample has a value of {listed(colour_by)}, by which the map should be coloured; "
            f"the table has {listed(coordinates.columns, 20)}"
        )
    methods = list(dict.fromkeys(coordinates["method"]))
    figure = make_subplots(
        rows=1, cols=len(methods), subplot_titles=[method_name(method) for method in methods]
    )
    owners: list[str] = []
    for name in properties:
        for column, method in enumerate(methods, start=1):
            panel = coordinates[coordinates["method"] == method]
            traces = _traces(panel, name, first=column == 1)
            figure.add_traces(traces, rows=1, cols=column)
            owners += [name] * len(traces)
    _style(figure, properties, owners)
    return figure


def _has_values(coordinates: pd.DataFrame, name: str) -> bool:
    """Whether a property is there to be shown."""
    return name in coordinates and coordinates[name].notna().any()


def _traces(panel: pd.DataFrame, name: str, first: bool) -> list[go.Scatter]:
    """Draw the samples of one panel, tumours without a value and normals as grey open signs."""
    is_normal = panel["tissue"] == "normal"
    tumours = panel[~is_normal]
    known = tumours[tumours[name].notna()]
    number = pd.api.types.is_numeric_dtype(known[name])
    traces = [
        _points(panel[is_normal], name, NORMAL, {"symbol": "diamond-open", "color": GREY}, first),
        _points(
            tumours[tumours[name].isna()],
            name,
            UNKNOWN,
            {"symbol": "circle-open", "color": GREY},
            first,
        ),
    ]
    traces += [_scaled(known, name)] if number else _categories(known, name, first)
    return [trace for trace in traces if len(trace.x)]


def _categories(known: pd.DataFrame, name: str, first: bool) -> list[go.Scatter]:
    """Draw one trace a category, told apart by colour and sign."""
    categories = sorted(known[name].astype(str).unique())
    return [
        _points(
            known[known[name].astype(str) == category],
            name,
            category,
            sign_of(place),
            first,
        )
        for place, category in enumerate(categories)
    ]


def _scaled(known: pd.DataFrame, name: str) -> go.Scatter:
    """Draw all samples as one trace whose colour is a number."""
    return _points(known, name, name, {"coloraxis": "coloraxis", "color": known[name]}, False)


def _points(
    samples: pd.DataFrame, name: str, label: str, marker: dict[str, object], in_legend: bool
) -> go.Scatter:
    """Draw samples with their id and property under the pointer."""
    return go.Scatter(
        x=samples["x"].astype(np.float32),
        y=samples["y"].astype(np.float32),
        mode="markers",
        name=plain(label),
        legendgroup=f"{name} {plain(label)}",
        showlegend=in_legend,
        marker={"size": 6, "opacity": 0.9, **marker},
        text=[
            f"{plain(sample)}<br>{plain(name)}: {_written(value, label)}"
            for sample, value in zip(samples["sample_id"], samples[name], strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _written(value: object, label: str) -> str:
    """Write a property for the pointer."""
    if pd.isna(value):
        return label if label in (NORMAL, UNKNOWN) else UNKNOWN
    return f"{value:.2f}" if isinstance(value, float) else plain(value)


def _style(figure: go.Figure, properties: Sequence[str], owners: Sequence[str]) -> None:
    """Show the first property, and add a button for each."""
    first = properties[0]
    for trace, owner in zip(figure.data, owners, strict=True):
        trace.visible = owner == first
    bar = {"title": {"text": plain(first)}, "thickness": 12}
    themed(
        figure,
        height=540,
        margin={"t": 100, "b": 60},
        updatemenus=[_menu(figure, properties, owners)] if len(properties) > 1 else [],
        legend={"orientation": "h", "y": -0.06, "yanchor": "top"},
        coloraxis={
            "colorscale": COLOUR_SCALE,
            "showscale": _is_scaled(figure, owners, first),
            "colorbar": bar,
        },
    )
    frame = {"showticklabels": False, "showgrid": False, "zeroline": False, "showline": True}
    figure.update_xaxes(mirror=True, **frame)
    figure.update_yaxes(mirror=True, **frame)


def _menu(figure: go.Figure, properties: Sequence[str], owners: Sequence[str]) -> dict[str, object]:
    """Return the buttons that choose the property."""
    return {
        "type": "buttons",
        "direction": "right",
        "buttons": [_button(name, owners, _is_scaled(figure, owners, name)) for name in properties],
        "x": 0,
        "xanchor": "left",
        "y": 1.22,
        "yanchor": "top",
        "bgcolor": "rgba(0, 0, 0, 0)",
        "bordercolor": TEXT,
    }


def _button(name: str, owners: Sequence[str], scaled: bool) -> dict[str, object]:
    """Return a button that shows the traces of one property, with a colour bar if it is scaled."""
    scale = {"coloraxis.showscale": scaled, "coloraxis.colorbar.title.text": plain(name)}
    return {
        "label": f"colour: {plain(name)}",
        "method": "update",
        "args": [{"visible": [owner == name for owner in owners]}, scale],
    }


def _is_scaled(figure: go.Figure, owners: Sequence[str], name: str) -> bool:
    """Whether a property is shown by a colour scale."""
    return any(
        owner == name and trace.marker.coloraxis is not None
        for trace, owner in zip(figure.data, owners, strict=True)
    )
