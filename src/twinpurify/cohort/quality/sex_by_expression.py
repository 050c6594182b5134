"""The sex that a profile shows: XIST of the silenced X against genes of the Y chromosome."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twinpurify.cohort.hints import counts
from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.quality.profile_blocks import log2_profiles
from twinpurify.cohort.units.unit import Unit

X_GENE = "XIST"
Y_GENES = ("RPS4Y1", "DDX3Y", "KDM5D", "EIF1AY", "USP9Y", "UTY")
# How far XIST and the genes on Y lie apart, in log2. Tumours may lose the silenced X, or the Y:
# with both low, or both high, nothing is told.
CLEARLY_APART = 3.0
# Genes taken to tell what an expressed gene looks like in a sample.
PROFILE_GENES = 2_000
EXPRESSED = 1.0


def tell_sex(
    expression: pd.DataFrame, unit: Unit, sizes: np.ndarray, log: IngestionLog
) -> pd.Series:
    """Tell the sex of each profile where it is clear, and leave it missing where it isn't.

    With XIST and Y genes, the mean of the Y genes has to lie clearly below XIST for a female, and
    clearly above for a male, whose Y genes must also reach the lower quartile of the sample's
    expressed genes. With one of the two alone, it has to reach their median.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        Finite values in `unit`; genes are approved symbols.
    unit : Unit
        The cohort's unit.
    sizes : array, (n_samples,)
        Library sizes.
    log : IngestionLog
        Takes how many samples are of which sex, or that it can't be told.

    Returns
    -------
    Series of str
        ``female``, ``male``, or NaN.
    """
    genes = expression.columns
    on_y = [gene for gene in Y_GENES if gene in genes]
    has_xist = X_GENE in genes
    sex = pd.Series(np.nan, index=expression.index, dtype=object)
    if unit.quantity == "log_ratio" or not (has_xist or len(on_y) > 1):
        log.note(
            "sex",
            f"can't be told from the profiles: it takes {X_GENE}, or two of {', '.join(Y_GENES)}, "
            "in a unit that isn't relative to a reference",
        )
        return sex
    y = _level(expression, on_y, unit, sizes) if on_y else None
    xist = _level(expression, [X_GENE], unit, sizes) if has_xist else None
    is_female, is_male = _judge(xist, y, *_expressed_levels(expression, unit, sizes))
    sex[is_female], sex[is_male] = "female", "male"
    log.note("sex", f"by the profiles: {counts(sex.fillna('not clear'))}")
    return sex


def _judge(
    xist: np.ndarray | None, y: np.ndarray | None, quartile: np.ndarray, median: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    nobody = np.zeros(len(median), dtype=bool)
    if xist is None:
        return nobody, y >= median
    if y is None:
        return xist >= median, nobody
    return xist - y > CLEARLY_APART, (y - xist > CLEARLY_APART) & (y >= quartile)


def _level(expression: pd.DataFrame, genes: list[str], unit: Unit, sizes: np.ndarray) -> np.ndarray:
    positions = expression.columns.get_indexer(genes)
    return log2_profiles(expression, unit, sizes, positions).mean(axis=1)


def _expressed_levels(
    expression: pd.DataFrame, unit: Unit, sizes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return lower quartile and median of the genes that a sample expresses."""
    spread = np.unique(np.linspace(0, expression.shape[1] - 1, PROFILE_GENES).astype(int))
    profiles = log2_profiles(expression, unit, sizes, spread)
    levels = [
        np.quantile(profile[profile > EXPRESSED], [0.25, 0.5])
        if (profile > EXPRESSED).any()
        else (np.inf, np.inf)
        for profile in profiles
    ]
    quartile, median = np.array(levels).reshape(-1, 2).T
    return quartile, median
