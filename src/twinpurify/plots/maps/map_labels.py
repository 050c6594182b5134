"""Which columns of a sample sheet a map can be coloured by, and how each is drawn."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twinpurify.interface.presentation import GREY
from twinpurify.plots.names import plain
from twinpurify.plots.theme import PALETTE, UNKNOWN

FIRST = ("subtype", "purity", "grade", "stage", "batch")
NEVER = ("sample_id", "patient_id", "tissue", "method", "layout", "x", "y")
MOST_LABELS = 32
MOST_CATEGORIES = 12
# Whole numbers of so few kinds, such as an event, are kinds and no scale.
MOST_CODES = 6
# plotly's numbers of the symbols, and the letter that the legend shows for each.
SIGNS = ((0, "●"), (1, "■"), (5, "▲"), (3, "✚"), (17, "★"), (6, "▼"), (13, "⬟"))
OPEN_CIRCLE = 100
LETTERS_A_LINE = 110


@dataclass(frozen=True)
class Colouring:
    """How the tumours look when one column is shown.

    Attributes
    ----------
    name : str
        The column.
    colours : list
        One a tumour: a colour, or a number of the scale.
    symbols : list of int
        plotly's numbers.
    legend : str
        What the signs mean; empty parts are left out.
    scaled : bool
        Whether there is a colour scale.
    """

    name: str
    colours: list[str | float]
    symbols: list[int]
    legend: str
    scaled: bool


def choose_labels(samples: pd.DataFrame) -> list[str]:
    """Choose the columns that tell tumours apart: at most 32, those that everybody asks for first.

    Parameters
    ----------
    samples : DataFrame
        Of tumours.

    Returns
    -------
    list of str
        Columns with two values or more; text with at most 12.
    """
    # A time of follow-up says nothing without its event.
    columns = [c for c in samples.columns if c not in NEVER and not c.endswith("_time")]
    ordered = [name for name in FIRST if name in columns]
    ordered += [name for name in columns if name not in FIRST]
    return [name for name in ordered if _tells_apart(samples[name])][:MOST_LABELS]


def _tells_apart(values: pd.Series) -> bool:
    """Whether a column has several values, and few enough for a legend if it has no scale."""
    n = values.nunique()
    return n > 1 and (_is_scale(values) or n <= MOST_CATEGORIES)


def _is_scale(values: pd.Series) -> bool:
    """Whether a column is of numbers that mean an amount."""
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return False
    known = values.dropna()
    return not (known.nunique() <= MOST_CODES and np.all(np.mod(known, 1) == 0))


def colouring(values: pd.Series) -> Colouring:
    """Give each tumour a colour and a sign by its value.

    Parameters
    ----------
    values : Series, shape (tumours,)
        Named as the column.

    Returns
    -------
    Colouring
        Tumours without a value are open grey circles.
    """
    name, known = str(values.name), values.notna().to_numpy()
    unknown = [] if known.all() else [_entry(GREY, "○", UNKNOWN)]
    if _is_scale(values):
        numbers = [float(f"{value:.4g}") if np.isfinite(value) else GREY for value in values]
        symbols = np.where(known, 0, OPEN_CIRCLE).tolist()
        return Colouring(name, numbers, symbols, _lines(unknown), scaled=True)
    texts = values.map(_written, na_action="ignore").astype(object)
    kinds = sorted(texts.dropna().unique())
    places = [kinds.index(text) if has else -1 for text, has in zip(texts, known, strict=True)]
    colours = [PALETTE[place % len(PALETTE)] if place >= 0 else GREY for place in places]
    symbols = [SIGNS[place % len(SIGNS)][0] if place >= 0 else OPEN_CIRCLE for place in places]
    entries = [
        _entry(PALETTE[place % len(PALETTE)], SIGNS[place % len(SIGNS)][1], kind)
        for place, kind in enumerate(kinds)
    ]
    return Colouring(name, colours, symbols, _lines([*entries, *unknown]), scaled=False)


def _written(value: object) -> str:
    """Write a value, a whole number without its decimals."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _entry(colour: str, sign: str, text: str) -> str:
    """Write one entry of the legend."""
    return f'<span style="color:{colour}">{sign}</span> {plain(text)}'


def _lines(entries: list[str]) -> str:
    """Put the entries on lines that fit beneath the map."""
    lines, length = [""], 0
    for entry in entries:
        width = len(entry.partition("</span>")[2]) + 5
        if length and length + width > LETTERS_A_LINE:
            lines, length = [*lines, ""], 0
        lines[-1] += entry + "&nbsp;" * 5
        length += width
    return "<br>".join(lines)
