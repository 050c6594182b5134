"""Phrases that error messages about names and identifiers share."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from twinpurify.errors import listed

if TYPE_CHECKING:
    import pandas as pd


def closest(name: str, known: Iterable[str]) -> str:
    """Suggest the known name that a mistyped one most resembles: ``" (did you mean 'x'?)"``, or ''.

    Parameters
    ----------
    name : str
        The name that wasn't found.
    known : iterable of str
        The names that there are.
    """
    by_folded = {candidate.casefold(): candidate for candidate in known}
    matches = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.5)
    return f" (did you mean {by_folded[matches[0]]!r}?)" if matches else ""


def absent_columns(absent: dict[str, str], known: Iterable[str]) -> str:
    """Say which columns a table lacks, which setting asked for each, and which columns it has.

    Parameters
    ----------
    absent : dict
        Setting -> the column that it names and that the table lacks.
    known : iterable of str
        The columns of the table.
    """
    columns = list(known)
    named = "; ".join(
        f"{setting}: {column!r}{closest(column, columns)}"
        for setting, column in list(absent.items())[:5]
    )
    return f"these columns are missing: {named}. The columns are {listed(columns, 40)}."


def cells(expression: pd.DataFrame, offending: np.ndarray) -> str:
    """Count the offending values of a matrix and name the first few by gene and sample.

    For example ``2 such values (gene 'A' in sample 's1': -1, gene 'B' in sample 's1': -2)``.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        The matrix.
    offending : bool array, samples × genes
        True where a value offends.
    """
    first = np.flatnonzero(offending)[:5]
    rows, columns = np.unravel_index(first, offending.shape)
    named = ", ".join(
        f"gene {str(expression.columns[column])!r} in sample {str(expression.index[row])!r}: "
        f"{expression.iat[row, column]:.4g}"
        for row, column in zip(rows, columns, strict=True)
    )
    count = int(offending.sum())
    return f"{count} such values ({named}{', …' if count > len(first) else ''})"


def each(values: pd.Series) -> str:
    """Name the first few samples with what is said of each: ``'s1: 61', 's2: 70' (2 in all)``.

    Parameters
    ----------
    values : Series
        Indexed by sample.
    """
    return listed(f"{name}: {value}" for name, value in values.items())


def counts(values: pd.Series) -> str:
    """Name the distinct values of a column with their frequency: ``'Normal' (18), 'Basal' (9)``.

    Parameters
    ----------
    values : Series
        Codes; ``nothing`` where all are missing.
    """
    found = values.value_counts()
    if found.empty:
        return "nothing"
    named = ", ".join(f"{str(value)!r} ({count})" for value, count in found.head(5).items())
    return f"{named}, … ({len(found)} different ones)" if len(found) > 5 else named
