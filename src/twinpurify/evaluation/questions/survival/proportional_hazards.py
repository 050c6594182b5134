"""Does a risk mean the same hazard ratio early and late?

Cox regression presumes so. Where it doesn't hold, one concordance over all of the follow-up
averages over times at which the risk tells much and others at which it tells little.
"""

import numpy as np
import pandas as pd
from scipy.stats import chi2, rankdata

from twinpurify.evaluation.measurement import Answer
from twinpurify.evaluation.probes.cox import fit_cox_ridge, schoenfeld_residuals
from twinpurify.evaluation.questions.survival.endpoint import Endpoint

# Next to none, of a covariate whose variance is 1; the solver asks for some.
PENALTY = 1e-7


def check_hazards(endpoint: Endpoint, risk: np.ndarray) -> Answer:
    """Test the held-out risk on the patients that are scored.

    Parameters
    ----------
    endpoint : Endpoint
    risk : array, shape (samples,)
        Held-out log hazards.

    Returns
    -------
    Answer
        Table ``proportional_hazards``; nothing where the risk doesn't vary.
    """
    rows, answer = endpoint.held.scored, Answer()
    tested = proportionality_test(
        risk[rows], endpoint.time[rows], endpoint.event[rows], endpoint.groups[rows]
    )
    if tested is not None:
        statistic, p_value = tested
        row = {"task": str(endpoint.task), "covariate": "predicted risk"}
        table = pd.DataFrame([row | {"statistic": statistic, "p_value": p_value}])
        answer.tabulate("proportional_hazards", table)
    return answer


def proportionality_test(
    risk: np.ndarray, time: np.ndarray, event: np.ndarray, strata: np.ndarray
) -> tuple[float, float] | None:
    """Test whether scaled Schoenfeld residuals trend with the rank of the event's time.

    Parameters
    ----------
    risk : array, shape (samples,)
        The single covariate.
    time, event : array, shape (samples,)
    strata : array, shape (samples,)
        Only samples of one stratum are at risk together.

    Returns
    -------
    tuple of float, or None
        Statistic, chi-squared with one degree of freedom, and p value; None where the model
        can't be fitted.

    References
    ----------
    Grambsch & Therneau 1994, doi:10.1093/biomet/81.3.515.
    """
    observed, spread = event > 0, risk.std()
    if spread == 0.0 or observed.sum() < 2:
        return None
    values = ((risk - risk.mean()) / spread)[:, None]
    coefficients = fit_cox_ridge(values, time, event, PENALTY, strata)
    if coefficients is None:
        return None
    residuals, information = schoenfeld_residuals(values, time, event, coefficients, strata)
    rank = rankdata(time[observed])
    rank = rank - rank.mean()
    trend = (rank @ residuals[observed, 0]) ** 2
    statistic = float(trend * observed.sum() / (information[0, 0] * (rank**2).sum()))
    return statistic, float(chi2.sf(statistic, 1))
