"""One method against every other, question by question."""

import numpy as np
import pandas as pd

from twinpurify.evaluation.uncertainty.bootstrap import GROUP, PAIR, aligned, estimate, p_of
from twinpurify.evaluation.uncertainty.comparison import adjust_families

QUESTION = [key for key in GROUP if key != "method"]
COLUMNS = [*QUESTION, "method", "other", "difference", "low", "high", "p_value", "p_adjusted"]


def compare_with_others(
    scores: pd.DataFrame, replicates: pd.DataFrame, method: str
) -> pd.DataFrame:
    """Pair one method with each other one, so that not raw alone is the rival.

    Differences, intervals and p-values are those of ``summarize``, with the other method in the
    place of raw; the correction counts all others and all questions of a cohort and training.

    Parameters
    ----------
    scores, replicates : DataFrame
        As from ``collect``.
    method : str

    Returns
    -------
    DataFrame
        cohort, trained_on, task, metric, fraction, method, other, difference, low, high,
        p_value, p_adjusted; a row wherever both were measured.

    Raises
    ------
    TableError
        If a score is doubled or has no replicates.
    """
    scores = scores.reset_index(drop=True)
    draws, values = aligned(scores, replicates), scores["value"].to_numpy(dtype=np.float64)
    pairs = _pairs(scores, method)
    rows = []
    for key, pair in pairs.groupby([*QUESTION, "other"], dropna=False, sort=False):
        own, other = pair["own"].to_numpy(), pair["position"].to_numpy()
        found = estimate(values[own] - values[other], draws[own] - draws[other])
        rows.append([*key[:-1], method, key[-1], *found[:3], p_of(found)])
    table = pd.DataFrame(rows, columns=COLUMNS[:-1])
    return table.assign(p_adjusted=adjust_families(table))


def _pairs(scores: pd.DataFrame, method: str) -> pd.DataFrame:
    """Rows of the method (``own``) beside those of each other one (``position``)."""
    placed = scores.assign(position=np.arange(len(scores)))
    mine = placed.loc[placed["method"] == method, [*PAIR, "position"]]
    others = placed.loc[placed["method"] != method, [*PAIR, "method", "position"]]
    return mine.rename(columns={"position": "own"}).merge(
        others.rename(columns={"method": "other"}), on=PAIR
    )
