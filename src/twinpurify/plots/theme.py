"""The look of the figures: colour-blind-safe, and legible on light and on dark pages.

What a method looks like, its colour included, it says itself: ``presentation`` of its class.
"""

import plotly.graph_objects as go

from twinpurify.interface.presentation import (
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SKY_BLUE,
    VERMILLION,
    Look,
)
from twinpurify.plots.names import presentation_of

PALETTE = (BLUE, ORANGE, GREEN, PURPLE, SKY_BLUE, VERMILLION)
SYMBOLS = ("circle", "square", "triangle-up", "cross", "star", "triangle-down", "pentagon")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
UNKNOWN = "not known"

# Middle grey reads at better than 4:1 on white and on near-black.
TEXT = "#767676"
GRID = "rgba(128, 128, 128, 0.25)"


def style_of(method: str) -> Look:
    """Return the fixed style of a method; one that has none is drawn grey and long-dashed."""
    return presentation_of(method).look


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
