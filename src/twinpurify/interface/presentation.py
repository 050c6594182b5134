"""What a method is called, how it is drawn, and whom it is due to: it says so itself."""

from dataclasses import dataclass

# Okabe & Ito 2008. Black and yellow are left out: each vanishes on one of the two page colours.
ORANGE = "#E69F00"
SKY_BLUE = "#56B4E9"
GREEN = "#009E73"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"
GREY = "#858585"

# Behind all that state a place of their own.
LAST = 1000


@dataclass(frozen=True)
class Look:
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


UNKNOWN_LOOK = Look(GREY, "longdash", "circle-open")


@dataclass(frozen=True)
class Presentation:
    """What a reader is told of a method.

    Attributes
    ----------
    title : str
        What figures and pages call it.
    look : Look
        No two methods have the same; one that says nothing is grey and long-dashed.
    does : str
        What it does to a profile, in the words of a methods section.
    references : tuple of str
        Whom it is due to, each in full.
    place : int
        Where it stands in legends.
    """

    title: str
    look: Look = UNKNOWN_LOOK
    does: str = "see the documentation"
    references: tuple[str, ...] = ()
    place: int = LAST
