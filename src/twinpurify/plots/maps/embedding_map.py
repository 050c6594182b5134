"""The cohort seen through each embedding, before and after purification."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError, listed
from twinpurify.interface.presentation import BLUE, GREY, ORANGE
from twinpurify.plots.maps.map_labels import Colouring, choose_labels, colouring
from twinpurify.plots.names import method_name, plain
from twinpurify.plots.selections import require_columns
from twinpurify.plots.theme import TEXT, themed

NORMAL = f'<span style="color:{GREY}">◇</span> normal tissue'
# Its ends differ for every kind of colour blindness, and neither vanishes on white or black.
COLOUR_SCALE = ((0, BLUE), (0.5, "#B0B0B0"), (1, ORANGE))
ROW_HEIGHT, MARGINS = 390, 190
# Coordinates have no unit: whole numbers of this size halve the page.
FULL_SCALE = 10_000


def embedding_map(coordinates: pd.DataFrame, colour_by: Sequence[str] | None = None) -> go.Figure:
    """Draw a column of panels for each method, coloured by a label that a menu chooses.

    The points are written once; the menu's entries hold their colours and signs only.

    Parameters
    ----------
    coordinates : DataFrame
        ``method, layout, x, y, sample_id, tissue`` and the labels, from
        :func:`twinpurify.plots.maps.map_coordinates.map_coordinates`.
    colour_by : sequence of str, optional
        Labels, the first one shown first; those that the table lacks, or of which no tumour has a
        value, are left out. By default every label that tells tumours apart.

    Returns
    -------
    Figure
        A row a layout.

    Raises
    ------
    TableError
        If a needed column is missing, or no label is left.
    """
    needed = ("method", "layout", "x", "y", "sample_id", "tissue")
    require_columns(coordinates, needed, "the map's table")
    layouts = list(dict.fromkeys(coordinates["layout"]))
    methods = list(dict.fromkeys(coordinates["method"]))
    tumours = coordinates[coordinates["tissue"] != "normal"]
    one = tumours[(tumours["method"] == methods[0]) & (tumours["layout"] == layouts[0])]
    colourings = _colourings(one, colour_by)
    titles = [
        f"{plain(method_name(name))}<br><sup>{how}</sup>" for how in layouts for name in methods
    ]
    figure = make_subplots(
        rows=len(layouts),
        cols=len(methods),
        subplot_titles=titles,
        horizontal_spacing=0.04,
        vertical_spacing=0.16 / len(layouts),
    )
    for row, how in enumerate(layouts, start=1):
        for column, method in enumerate(methods, start=1):
            chosen = (coordinates["layout"] == how) & (coordinates["method"] == method)
            figure.add_traces(
                _traces(coordinates[chosen], one["sample_id"], colourings[0]),
                rows=row,
                cols=column,
            )
    return _style(figure, colourings, len(layouts), bool((coordinates["tissue"] == "normal").any()))


def _colourings(tumours: pd.DataFrame, colour_by: Sequence[str] | None) -> list[Colouring]:
    """Prepare the entries of the menu."""
    wanted = choose_labels(tumours) if colour_by is None else colour_by
    labels = [name for name in wanted if name in tumours and tumours[name].notna().any()]
    if not labels:
        what = listed(colour_by) if colour_by else "any label that tells tumours apart"
        raise TableError(
            f"no tumour has a value of {what}, by which the map should be coloured; the table has "
            f"{listed(tumours.columns, 20)}"
        )
    return [colouring(tumours[name]) for name in labels]


def _traces(panel: pd.DataFrame, order: pd.Series, first: Colouring) -> list[go.Scatter]:
    """Draw the normals of a panel as grey open signs, the tumours in the order of the labels."""
    size = max(float(np.abs(panel[["x", "y"]].to_numpy()).max()), 1e-12)
    placed = panel.set_index("sample_id")
    places = (placed[["x", "y"]] / size * FULL_SCALE).round().astype(np.int16)
    normals = places[(placed["tissue"] == "normal").to_numpy()]
    signs = {"color": first.colours, "symbol": first.symbols, "coloraxis": "coloraxis"}
    return [
        _points(normals, {"symbol": "diamond-open", "color": GREY}),
        _points(places.loc[order], signs),
    ]


def _points(places: pd.DataFrame, marker: dict[str, object]) -> go.Scatter:
    """Draw samples with their id under the pointer."""
    return go.Scatter(
        x=places["x"],
        y=places["y"],
        mode="markers",
        showlegend=False,
        marker={"size": 6, "opacity": 0.9, **marker},
        text=[plain(sample) for sample in places.index],
        hovertemplate="%{text}<extra></extra>",
    )


def _style(figure: go.Figure, colourings: list[Colouring], n_rows: int, normals: bool) -> go.Figure:
    """Add the legend, the colour scale, and the menu where there is a choice."""
    first, place = colourings[0], len(figure.layout.annotations)
    figure.add_annotation(
        text=_legend(first, normals),
        xref="paper",
        yref="paper",
        x=0,
        y=0,
        yshift=-14,
        xanchor="left",
        yanchor="top",
        align="left",
        showarrow=False,
    )
    bar = {"title": {"text": plain(first.name)}, "thickness": 12}
    scale = {"colorscale": COLOUR_SCALE, "showscale": first.scaled, "colorbar": bar}
    menus = [_menu(colourings, len(figure.data), place, normals)] if len(colourings) > 1 else []
    frame = {"showticklabels": False, "showgrid": False, "zeroline": False, "showline": True}
    figure.update_xaxes(mirror=True, **frame)
    figure.update_yaxes(mirror=True, **frame)
    height = MARGINS + ROW_HEIGHT * n_rows
    margin = {"t": 110, "b": 80, "l": 20}
    return themed(figure, height=height, margin=margin, updatemenus=menus, coloraxis=scale)


def _legend(colours: Colouring, normals: bool) -> str:
    """Write what the signs mean."""
    parts = [NORMAL if normals else "", colours.legend]
    return ("&nbsp;" * 5).join(part for part in parts if part)


def _menu(
    colourings: list[Colouring], n_traces: int, legend: int, normals: bool
) -> dict[str, object]:
    """Return the menu that chooses the label."""
    return {
        "type": "dropdown",
        "buttons": [_button(colours, n_traces, legend, normals) for colours in colourings],
        "x": 0,
        "xanchor": "left",
        "y": 1,
        "yanchor": "bottom",
        "pad": {"b": 50},
        "bgcolor": "rgba(0, 0, 0, 0)",
        "bordercolor": TEXT,
    }


def _button(colours: Colouring, n_traces: int, legend: int, normals: bool) -> dict[str, object]:
    """Return the entry of one label: every second trace is of tumours, which share the colours."""
    return {
        "label": f"colour: {plain(colours.name)}",
        "method": "update",
        "args": [
            {"marker.color": [colours.colours], "marker.symbol": [colours.symbols]},
            {
                f"annotations[{legend}].text": _legend(colours, normals),
                "coloraxis.showscale": colours.scaled,
                "coloraxis.colorbar.title.text": plain(colours.name),
            },
            list(range(1, n_traces, 2)),
        ],
    }
