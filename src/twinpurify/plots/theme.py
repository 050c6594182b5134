"""The look of the figures: colour-blind-safe, and legible on light and on dark pages."""

from dataclasses import dataclass

import plotly.graph_objects as go

# Okabe & Ito 2008. Black and yellow are left out: each vanishes on one of the two page colours.
ORANGE = "#E69F00"
SKY_BLUE = "#56B4E9"
GREEN = "#009E73"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"
GREY = "#858585"
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, SKY_BLUE, VERMILLION)
SYMBOLS = ("circle", "square", "triangle-up", "cross", "star", "triangle-down", "pentagon")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
UNKNOWN = "not known"

# Middle grey reads at better than 4:1 on white and on near-black.
TEXT = "#767676"
GRID = "rgba(128, 128, 128, 0.25)"


@dataclass(frozen=True)
class MethodStyle:
    """How a method is drawn wherever it appears.

    Attributes
    ----------
    colour : str
        Hexadecimal.
    dash, marker : str
        Line dash and marker symbol of plotly, so that colour is never the only sign.
    width : float
        Line width in pixels.
    """

    colour: str
    dash: str
    marker: str
    width: float = 1.8


METHOD_STYLES = {
    "twinpurify": MethodStyle(VERMILLION, "solid", "circle", 4.0),
    "raw": MethodStyle(GREY, "solid", "square", 2.4),
    "pca": MethodStyle(SKY_BLUE, "dash", "diamond"),
    "mean_subtraction": MethodStyle(GREEN, "dot", "triangle-up"),
    "linear_twin": MethodStyle(BLUE, "solid", "triangle-down"),
    "autoencoder": MethodStyle(PURPLE, "dash", "x"),
    "barlow_generic": MethodStyle(ORANGE, "dashdot", "star"),
    "untrained": MethodStyle(GREY, "dot", "cross"),
    "ica": MethodStyle(SKY_BLUE, "longdash", "star-triangle-up"),
    "nmf": MethodStyle(SKY_BLUE, "dot", "pentagon"),
    "subspace_removal": MethodStyle(GREEN, "dash", "triangle-left"),
    "contrastive_pca": MethodStyle(BLUE, "dot", "triangle-right"),
    "two_component": MethodStyle(GREEN, "dashdot", "hexagon"),
    "vae": MethodStyle(PURPLE, "dot", "bowtie"),
    "contrastive_vae": MethodStyle(PURPLE, "dashdot", "hourglass"),
    "twin_network": MethodStyle(VERMILLION, "dash", "circle-dot"),
    "scarf": MethodStyle(ORANGE, "dot", "diamond-tall"),
    "vime": MethodStyle(ORANGE, "dash", "diamond-wide"),
    "byol": MethodStyle(BLUE, "dashdot", "hexagram"),
    "scratch": MethodStyle(PURPLE, "longdash", "star-square"),
    "masked_transformer": MethodStyle(SKY_BLUE, "dashdot", "octagon"),
    "principal_components": MethodStyle(BLUE, "solid", "diamond"),
    "low_rank": MethodStyle(GREEN, "solid", "triangle-up"),
    "nearest_neighbours": MethodStyle(ORANGE, "solid", "star"),
    "iterative": MethodStyle(PURPLE, "solid", "x"),
    "mean": MethodStyle(GREY, "dash", "square"),
    "true_anchors": MethodStyle(GREY, "solid", "star-square-dot"),
    "observed_best": MethodStyle(GREEN, "dash", "diamond-cross"),
    "observed_all": MethodStyle(PURPLE, "solid", "pentagon"),
    "support_vectors": MethodStyle(PURPLE, "dash", "star-diamond"),
    "panel_network": MethodStyle(VERMILLION, "dash", "star-diamond"),
}
UNKNOWN_STYLE = MethodStyle(GREY, "longdash", "circle-open")


def style_of(method: str) -> MethodStyle:
    """Return the fixed style of a method; one that has none is drawn grey and long-dashed."""
    return METHOD_STYLES.get(method, UNKNOWN_STYLE)


def sign_of(place: int) -> dict[str, str]:
    """Return the marker of the category at a place, told apart by colour and symbol."""
    return {"color": PALETTE[place % len(PALETTE)], "symbol": SYMBOLS[place % len(SYMBOLS)]}


def line_of(place: int) -> dict[str, str]:
    """Return the line of the category at a place, told apart by colour and dash."""
    return {"color": PALETTE[place % len(PALETTE)], "dash": DASHES[place % len(DASHES)]}


def translucent(colour: str, opacity: float) -> str:
    """Write a hexadecimal colour with an opacity, for the bands of intervals.

    Parameters
    ----------
    colour : str
        ``#rrggbb``.
    opacity : float
        0 to 1.

    Returns
    -------
    str
        ``rgba(r, g, b, opacity)``.
    """
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def _axis() -> dict[str, object]:
    """Return the style that both axes share."""
    return {"gridcolor": GRID, "zerolinecolor": GRID, "linecolor": TEXT, "automargin": True}


TEMPLATE = go.layout.Template(
    layout={
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": TEXT},
        "colorway": PALETTE,
        "xaxis": _axis(),
        "yaxis": _axis(),
        "legend": {"bgcolor": "rgba(0, 0, 0, 0)"},
        "margin": {"l": 60, "r": 20, "t": 50, "b": 50},
        "hoverlabel": {"align": "left"},
        "modebar": {"bgcolor": "rgba(0, 0, 0, 0)", "color": TEXT},
    }
)


def themed(figure: go.Figure, height: int, **layout: object) -> go.Figure:
    """Give a finished figure the project's look.

    Parameters
    ----------
    figure : Figure
        Changed in place.
    height : int
        Pixels; the width follows the page.
    **layout
        Further settings of the layout.

    Returns
    -------
    Figure
        The same figure.
    """
    return figure.update_layout(template=TEMPLATE, height=height, **layout)


def identity_line() -> go.Scatter:
    """Draw where a prediction between 0 and 1 equals what comes true."""
    line = {"color": TEXT, "dash": "dot", "width": 1}
    return go.Scatter(
        x=[0, 1], y=[0, 1], mode="lines", line=line, hoverinfo="skip", showlegend=False
    )
