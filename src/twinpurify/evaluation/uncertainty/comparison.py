"""How sure a difference between two methods is, and how sure it stays among many."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from twinpurify.evaluation.declaration.question import Kind
from twinpurify.evaluation.declaration.task import read_task

FAMILY = ["cohort", "trained_on"]


def two_sided_p(difference: float, draws: np.ndarray) -> float:
    """Tell how surprising a paired difference would be if there were none.

    Twice the share of the bootstrap replicates on the far side of zero, the observed sample
    counted among them (Davison and Hinkley), so that it agrees with the percentile interval and
    is never zero. Where all replicates lie on one side, their number ends what counting can
    tell: 500 replicates can't go below .004, and no test would survive the correction for many.
    There the p-value is that of a normal distribution with the replicates' standard deviation,
    as far as that is smaller. A difference that no replicate changes keeps the counted one.

    Parameters
    ----------
    difference : float
        As observed.
    draws : array, shape (replicates,)
        The difference under bootstrap weights; finite.

    Returns
    -------
    float
        0 to 1; NaN without replicates.

    References
    ----------
    Davison & Hinkley 1997, 10.1017/CBO9780511802843
    Efron & Tibshirani 1993, 10.1201/9780429246593
    """
    if not len(draws):
        return np.nan
    beyond = min(int((draws <= 0.0).sum()), int((draws >= 0.0).sum()))
    counted = min(1.0, 2.0 * (beyond + 1) / (len(draws) + 1))
    spread = float(np.std(draws, ddof=1)) if len(draws) > 1 else 0.0
    if beyond or spread <= 1e-7:
        return counted
    return min(counted, float(2.0 * norm.sf(abs(difference) / spread)))


def holm(p_values: np.ndarray) -> np.ndarray:
    """Correct p-values so that the chance of a single false alarm among all stays as stated.

    Parameters
    ----------
    p_values : array, shape (tests,)
        NaN where there was no test; these count for nothing.

    Returns
    -------
    array, shape (tests,)
        0 to 1, NaN where there was no test.

    References
    ----------
    Holm 1979, https://www.jstor.org/stable/4615733
    """
    p_values = np.asarray(p_values, dtype=np.float64)
    adjusted, tested = np.full(len(p_values), np.nan), np.flatnonzero(np.isfinite(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def adjust_families(table: pd.DataFrame) -> np.ndarray:
    """Correct the p-values of a table, those of each cohort and training by themselves.

    A family is every comparison and every question (task, metric and tumour fraction) of one
    cohort and training; controls and stability are left out.

    Parameters
    ----------
    table : DataFrame
        With ``cohort``, ``trained_on``, ``task`` and ``p_value``.

    Returns
    -------
    array, shape (rows,)
        NaN where nothing is tested.
    """
    # The answer of a control is known beforehand: it is looked at, and not tested.
    controls = [read_task(task).score.kind is Kind.CONTROLS for task in table["task"]]
    tested = table["p_value"].mask(np.array(controls, dtype=bool))
    keys = [table[key] for key in FAMILY]
    return tested.groupby(keys, sort=False).transform(holm).to_numpy(dtype=np.float64)
