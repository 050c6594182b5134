"""Scores and differences of studies, written for reading."""

import pandas as pd

from twinpurify.plots.names import interval, number
from twinpurify.report.rows import p_value


def score_text(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Write means and their intervals.

    Parameters
    ----------
    rows : DataFrame
        ``mean``, ``low``, ``high``.

    Returns
    -------
    dict of str to list of str
        Columns of a table.
    """
    spans = [interval(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)]
    return {"Mean": [number(mean) for mean in rows["mean"]], "95% interval": spans}


def difference_text(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Write differences, their intervals and corrected p-values.

    Parameters
    ----------
    rows : DataFrame
        ``difference``, ``low``, ``high``, ``p_adjusted``.

    Returns
    -------
    dict of str to list of str
        Columns of a table.
    """
    told = [
        f"{number(row.difference, signed=True)} ({interval(row.low, row.high, signed=True)})"
        for row in rows.itertuples()
    ]
    return {"Difference": told, "p, adjusted": [p_value(p) for p in rows["p_adjusted"]]}
