"""Does the survival of groups differ, among patients of the same stratum?"""

import numpy as np
from scipy.stats import chi2

from twinpurify.evaluation.measurement import UnanswerableError

# Of the number of events: an eigenvalue of the covariance below it is rounding.
RELATIVE_FLOOR = 1e-12


def log_rank(
    time: np.ndarray, event: np.ndarray, group: np.ndarray, strata: np.ndarray
) -> tuple[float, float]:
    """Test whether the hazards of groups differ, within strata.

    Parameters
    ----------
    time, event : array, shape (samples,)
    group : array, shape (samples,)
    strata : array, shape (samples,)
        Observed and expected events are added up over strata.

    Returns
    -------
    tuple of float
        Statistic, chi-squared with one degree of freedom less than groups that are compared, and
        p value.

    Raises
    ------
    UnanswerableError
        If no event happened among patients of two groups in one stratum.

    References
    ----------
    Mantel 1966, Cancer Chemother Rep 50:163. Peto & Peto 1972, doi:10.2307/2344317.
    """
    names = np.unique(group)
    members = (group[:, None] == names).astype(np.float64)
    excess, covariance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for stratum in np.unique(strata):
        rows = strata == stratum
        moments = _excess_events(time[rows], event[rows], members[rows])
        excess, covariance = excess + moments[0], covariance + moments[1]
    # The excess events of all groups sum to 0, and so do those of groups that never meet others.
    variances, directions = np.linalg.eigh(covariance)
    told = variances > RELATIVE_FLOOR * event.sum()
    if not told.any():
        raise UnanswerableError(
            f"{len(names)} groups and {int(event.sum())} events in {len(np.unique(strata))} strata:"
            " no event happened among patients of two groups in one stratum"
        )
    statistic = float(((excess @ directions[:, told]) ** 2 / variances[told]).sum())
    return statistic, float(chi2.sf(statistic, int(told.sum())))


def _excess_events(
    time: np.ndarray, event: np.ndarray, members: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Events of each group beyond the expected ones, and their covariance (hypergeometric)."""
    times, position = np.unique(time, return_inverse=True)
    leaving, happened = np.zeros((2, len(times), members.shape[1]))
    np.add.at(leaving, position, members)
    np.add.at(happened, position, members * event[:, None])
    at_risk = leaving[::-1].cumsum(axis=0)[::-1]
    total, events = at_risk.sum(axis=1), happened.sum(axis=1)
    share = at_risk / total[:, None]
    excess = (happened - share * events[:, None]).sum(axis=0)
    scale = events * (total - events) / np.maximum(total - 1.0, 1.0)
    covariance = np.diag(scale @ share) - share.T @ (scale[:, None] * share)
    return excess, covariance
