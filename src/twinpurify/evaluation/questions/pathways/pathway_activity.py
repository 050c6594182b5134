"""How active a pathway is in a profile, by decoupler."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from twinpurify.extras import naming_extras


def pathway_activity(profiles: pd.DataFrame, sets: pd.DataFrame, method: str) -> pd.DataFrame:
    """Score each gene set in each profile, so that genes become processes that have names.

    ``ulm`` regresses the genes of a profile on their weights in a set, and gives the t value of
    the slope: each profile is scored on its own. ``gsva`` compares the ranks of the set's genes
    with those of all others, after each gene was ranked over the profiles handed in: the scores
    of a profile depend on the others.

    Parameters
    ----------
    profiles : DataFrame, samples × genes
        Standardised gene by gene.
    sets : DataFrame
        Columns ``source``, ``target``, ``weight``, of genes that the profiles have.
    method : {'ulm', 'gsva'}

    Returns
    -------
    DataFrame, samples × sets

    References
    ----------
    Badia-i-Mompel et al. 2022, 10.1093/bioadv/vbac016 (ULM)
    Hänzelmann et al. 2013, 10.1186/1471-2105-14-7 (GSVA)
    """
    scores = _scorer(method)(profiles, sets, tmin=1, empty=False, verbose=False)
    activity = scores[0] if isinstance(scores, tuple) else scores
    # decoupler turns the names of samples into text.
    return activity.set_axis(profiles.index, axis=0)


def activity_p_values(scores: pd.DataFrame, n_genes: int) -> np.ndarray:
    """Give the two-sided p-values of scores of ``ulm``, by Student's t on n - 2 degrees."""
    from scipy import stats

    return 2.0 * stats.t.sf(np.abs(scores.to_numpy(dtype=float)), n_genes - 2)


def _scorer(method: str) -> Callable[..., Any]:
    """Find a method of decoupler, whose import takes seconds."""
    with naming_extras():
        import decoupler

    return {"ulm": decoupler.mt.ulm, "gsva": decoupler.mt.gsva}[method]
