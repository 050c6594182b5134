"""Tables that studies share: means with intervals, and one method against its rivals."""

from collections.abc import Sequence

import pandas as pd

from twinpurify.evaluation.uncertainty.bootstrap import summarize
from twinpurify.evaluation.uncertainty.differences import compare_with_others

SUMMARY = ["cohort", "method", "task", "metric", "n_splits", "mean", "low", "high", "sd_splits"]
DIFFERENCES = ["cohort", "task", "metric", "method", "rival", "difference", "low", "high"]
DIFFERENCES += ["p_value", "p_adjusted"]


def stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put tables of one kind under one another; those without rows have no say on the types.

    Parameters
    ----------
    tables : sequence of DataFrame

    Returns
    -------
    DataFrame
    """
    filled = [table for table in tables if not table.empty]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def summary_of(scores: pd.DataFrame, replicates: pd.DataFrame) -> pd.DataFrame:
    """Average over splits, with 95% intervals over the test patients.

    Parameters
    ----------
    scores, replicates : DataFrame
        As from ``collect``.

    Returns
    -------
    DataFrame
        Columns ``SUMMARY``.
    """
    return summarize(scores, replicates)[SUMMARY]


def differences_of(scores: pd.DataFrame, replicates: pd.DataFrame, method: str) -> pd.DataFrame:
    """Pair a method with each of its rivals, over the same test patients.

    Parameters
    ----------
    scores, replicates : DataFrame
        As from ``collect``.
    method : str

    Returns
    -------
    DataFrame
        Columns ``DIFFERENCES``: above 0 where the method is better. p-values are corrected for
        all of them.
    """
    found = compare_with_others(scores, replicates, method)
    return found.rename(columns={"other": "rival"})[DIFFERENCES]
