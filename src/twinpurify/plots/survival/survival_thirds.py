"""The third of the risk that each patient belongs to, over all splits in which she is held out."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from twinpurify.errors import TableError
from twinpurify.plots.selections import evidence_of, of_method

COLUMNS = ("task", "sample_id", "tertile", "risk_quantile", "time", "event", "stratum")


def survival_thirds(tables: Mapping[str, pd.DataFrame], method: str, task: str) -> pd.DataFrame:
    """Place each patient once, since she counts once in a curve.

    A patient is held out in some of the splits. Risks of different models have no common scale,
    but their places among the risks of training patients have, and these are averaged.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``tertiles``.
    method : str
    task : str
        For example ``survival_os``.

    Returns
    -------
    DataFrame
        One row a sample: ``time`` (days), ``event`` (0 or 1), ``stratum`` (text, empty where it
        isn't known), ``third`` (1 to 3).

    Raises
    ------
    TableError
        If the table is missing, or tells nothing of the method or the endpoint.
    """
    rows = of_method(evidence_of(tables, "tertiles", COLUMNS), method, "tertiles")
    rows = rows[rows["task"] == task]
    if rows.empty:
        raise TableError(f"the cohort has no {task}, or too few of its patients had the event")
    # As text, since a file holds nothing where the stratum isn't known, which is a stratum too.
    rows = rows.assign(stratum=rows["stratum"].astype(object).fillna("").astype(str))
    placed = rows.groupby("sample_id").agg(
        {"time": "first", "event": "first", "stratum": "first", "risk_quantile": "mean"}
    )
    third = np.minimum((placed["risk_quantile"] * 3).astype(int), 2) + 1
    return placed[["time", "event", "stratum"]].assign(third=third)
