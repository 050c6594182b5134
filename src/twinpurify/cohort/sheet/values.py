"""How the numbers of a sample sheet are read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twinpurify.cohort.hints import counts, each
from twinpurify.errors import SampleSheetError

OLDEST = 120.0


def numbers(
    column: pd.Series,
    setting: str,
    low: float = -np.inf,
    high: float = np.inf,
    expected: str = "numbers",
) -> pd.Series:
    """Read a column of codes as numbers, NaN where missing.

    Parameters
    ----------
    column : Series
        Codes.
    setting : str
        The setting that named the column, for the message.
    low, high : float
        The range, both ends in it; what lies outside points to the wrong column or unit.
    expected : str
        What the column should hold, for the message.

    Raises
    ------
    SampleSheetError
        A value is text or infinite, or lies outside the range.
    """
    read = pd.to_numeric(column, errors="coerce").astype(float)
    text = column[column.notna() & ~np.isfinite(read)]
    if len(text):
        raise SampleSheetError(
            f"{setting} names the column {column.name!r}, which should hold numbers but holds "
            f"{counts(text)}. Name another column, or leave these cells empty."
        )
    outside = read[(read < low) | (read > high)]
    if len(outside):
        raise SampleSheetError(
            f"{setting} names the column {column.name!r}, which should hold {expected}, but holds "
            f"{each(outside.map('{:g}'.format))}. Correct these values, or {setting}."
        )
    return read


def typed(column: pd.Series) -> pd.Series:
    """Type a column that the definition doesn't name: numbers where all are, otherwise text.

    Parameters
    ----------
    column : Series
        Codes; one with leading zeros stays text.
    """
    present = column.dropna()
    if present.str.match(r"^[+-]?0\d").any():
        return column
    as_numbers = pd.to_numeric(column, errors="coerce").astype(float)
    return as_numbers if as_numbers.notna().sum() == len(present) else column
