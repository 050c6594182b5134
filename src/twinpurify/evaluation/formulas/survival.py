"""Scores of predicted risk under censoring, vectorised over replicates.

As in :mod:`twinpurify.evaluation.formulas.weighted`, every function takes ``weights`` of shape
(replicates, samples) and returns one score a replicate, NaN where it can't be had. Patients whose
follow-up ended are stood for by the others, who are weighted by the inverse of the probability
that they were still followed. That probability (``followed``) is learnt from training patients.
"""

import numpy as np

from twinpurify.evaluation.formulas.concordance import comparable_pairs, concordance, within_strata
from twinpurify.evaluation.formulas.weighted import ratio

# Times at which the Brier score is taken, evenly spread up to the horizon.
GRID = 50


def c_uno(
    weights: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    risk: np.ndarray,
    followed: np.ndarray,
    horizon: np.ndarray,
    strata: np.ndarray | None = None,
) -> np.ndarray:
    """Concordance that doesn't depend on how long patients were followed (Uno's C).

    Pairs are those of Harrell's concordance of which the earlier event came before the horizon;
    each counts by the squared inverse probability of having been followed until that event.

    Parameters
    ----------
    weights : array, shape (replicates, samples)
    time : array, shape (samples,)
        Days, above 0.
    event : array, shape (samples,)
        1 if the event was observed, 0 if censored.
    risk : array, shape (samples,)
        Larger is worse.
    followed : array, shape (samples,)
        Probability that a patient is followed until the sample's own time.
    horizon : array, shape (samples,)
        Days; later events aren't counted.
    strata : array, shape (samples,), optional
        Only pairs of one stratum are compared.

    Returns
    -------
    array, shape (replicates,), 0 to 1

    References
    ----------
    Uno et al. 2011, doi:10.1002/sim.4154.
    """
    cases = np.flatnonzero((event > 0) & (time < horizon) & (followed > 0.0))
    comparable = comparable_pairs(time, event, cases, strata)
    return concordance(weights, cases, followed[cases] ** -2.0, comparable, risk)


def dynamic_auc(
    weights: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    risk: np.ndarray,
    followed: np.ndarray,
    when: float,
    strata: np.ndarray | None = None,
) -> np.ndarray:
    """Probability that a patient with an event until some time had the higher predicted risk.

    She is compared with patients who are followed beyond that time without event (cumulative
    cases, dynamic controls), and counts by the inverse probability of having been followed.

    Parameters
    ----------
    weights, time, event, risk, followed, strata
        As in `c_uno`.
    when : float
        Days.

    Returns
    -------
    array, shape (replicates,), 0 to 1

    References
    ----------
    Uno et al. 2007, doi:10.1198/016214507000000149. Hung & Chiang 2010, doi:10.1002/cjs.10046.
    """
    cases = np.flatnonzero((event > 0) & (time <= when) & (followed > 0.0))
    followed_beyond = np.broadcast_to(time[None, :] > when, (len(cases), len(time)))
    comparable = within_strata(followed_beyond, cases, strata)
    return concordance(weights, cases, 1.0 / followed[cases], comparable, risk)


def brier_grid(horizon: float) -> np.ndarray:
    """Times between 0 and a horizon (days), at which the Brier score is taken."""
    return np.linspace(0.0, horizon, GRID + 1)[1:]


def integrated_squared_error(
    time: np.ndarray,
    event: np.ndarray,
    survival: np.ndarray,
    grid: np.ndarray,
    followed: np.ndarray,
    followed_on_grid: np.ndarray,
) -> np.ndarray:
    """Average over time of each sample's squared error of predicted survival.

    Its mean over samples is the integrated Brier score. Until her event a patient should have
    survival 1, from then on 0; where her follow-up has ended she isn't counted.

    Parameters
    ----------
    time, event : array, shape (samples,)
    survival : array, shape (samples, times)
        Predicted probability of no event until the times of the grid.
    grid : array, shape (times,)
        Days, ascending.
    followed : array, shape (samples,)
        Probability that a patient is followed until the sample's own time.
    followed_on_grid : array, shape (times,)
        Likewise until the times of the grid.

    Returns
    -------
    array, shape (samples,)

    References
    ----------
    Graf et al. 1999, doi:10.1002/(SICI)1097-0258(19990915/30)18:17/18<2529::AID-SIM274>3.0.CO;2-5.
    """
    gone = (time[:, None] <= grid) & (event[:, None] > 0)
    present = time[:, None] > grid
    error = gone * survival**2 * _inverse(followed)[:, None]
    error += present * (1.0 - survival) ** 2 * _inverse(followed_on_grid)
    return np.trapezoid(error, grid, axis=1) / (grid[-1] - grid[0])


def skill(weights: np.ndarray, error: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Share of a reference's error that a prediction takes away.

    Parameters
    ----------
    weights : array, shape (replicates, samples)
    error, reference : array, shape (samples,)
        Errors of the prediction, and of somebody who knows no patient.

    Returns
    -------
    array, shape (replicates,), up to 1, negative where the reference predicts better
    """
    return 1.0 - ratio(weights @ error, weights @ reference)


def _inverse(probability: np.ndarray) -> np.ndarray:
    """One over a probability, and 0 where nobody was followed so long."""
    return np.where(probability > 0.0, 1.0 / np.where(probability > 0.0, probability, 1.0), 0.0)
