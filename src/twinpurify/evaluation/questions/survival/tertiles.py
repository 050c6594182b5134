"""Held-out patients in thirds of the risk."""

import numpy as np
import pandas as pd

from twinpurify.evaluation.measurement import Answer, UnanswerableError
from twinpurify.evaluation.questions.survival.endpoint import Endpoint, FoldRisk

N_THIRDS = 3


def tabulate_tertiles(endpoint: Endpoint, risks: list[FoldRisk]) -> Answer:
    """Place each held-out patient among the risks of the training patients of her stratum.

    The thirds are cut by out-of-fold risks of training patients: no held-out patient has a say in
    her own third, and fitted risks lie further apart than those of new patients.

    Parameters
    ----------
    endpoint : Endpoint
    risks : list of FoldRisk

    Returns
    -------
    Answer
        Table ``tertiles``.

    Raises
    ------
    UnanswerableError
        If no out-of-fold risk could be had.
    """
    quantile = _quantiles(endpoint, risks)
    rows = np.isfinite(quantile)
    # A third is open above: the quantile 1 belongs to the last.
    tertile = np.minimum((quantile[rows] * N_THIRDS).astype(np.intp), N_THIRDS - 1) + 1
    table = {
        "task": str(endpoint.task),
        "sample_id": endpoint.held.obs.index[rows],
        "tertile": tertile,
        "risk_quantile": quantile[rows],
        "time": endpoint.time[rows],
        "event": endpoint.event[rows].astype(np.intp),
        "stratum": endpoint.stratum_names[rows],
    }
    answer = Answer()
    answer.tabulate("tertiles", pd.DataFrame(table))
    return answer


def _quantiles(endpoint: Endpoint, risks: list[FoldRisk]) -> np.ndarray:
    """Share of the training patients of the stratum with a lower risk; NaN if there is none."""
    quantile = np.full(len(endpoint.time), np.nan)
    for fold in risks:
        if not np.isfinite(fold.out_of_fold).all():
            raise UnanswerableError("the Cox regression converged in none of the inner folds")
        known, new = endpoint.strata[fold.fit], endpoint.strata[fold.score]
        place = np.full(len(new), np.nan)
        for stratum in np.intersect1d(known, new):
            reference = np.sort(fold.out_of_fold[known == stratum])
            risk = fold.scored[new == stratum]
            below = np.searchsorted(reference, risk, side="left")
            place[new == stratum] = below / len(reference)
        quantile[fold.score] = place
    return quantile
