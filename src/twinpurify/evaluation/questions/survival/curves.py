"""Step functions of time that are learnt from training patients: survival, censoring, baseline."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Steps:
    """A function that changes at some times and keeps its value until the next.

    Attributes
    ----------
    times : array, shape (steps,)
        Ascending.
    values : array, shape (steps,)
        From each time on.
    before : float
        Until the first time.
    """

    times: np.ndarray
    values: np.ndarray
    before: float

    def at(self, when: np.ndarray) -> np.ndarray:
        """Value at each of some times."""
        position = np.searchsorted(self.times, when, side="right")
        return np.concatenate([[self.before], self.values])[position]


def survival_curve(time: np.ndarray, event: np.ndarray) -> Steps:
    """Estimate the share without event (Kaplan-Meier), which needs no covariate.

    Parameters
    ----------
    time, event : array, shape (samples,)

    Returns
    -------
    Steps

    References
    ----------
    Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452.
    """
    times, events, _, at_risk = _counts(time, event)
    return Steps(times, np.cumprod(1.0 - events / at_risk), 1.0)


def censoring_curve(time: np.ndarray, event: np.ndarray) -> Steps:
    """Estimate the share that is still followed, of those without event.

    It is the Kaplan-Meier curve with events and censorings exchanged; at equal times events come
    first.

    Parameters
    ----------
    time, event : array, shape (samples,)

    Returns
    -------
    Steps
    """
    times, events, censored, at_risk = _counts(time, event)
    return Steps(times, np.cumprod(1.0 - censored / np.maximum(at_risk - events, 1.0)), 1.0)


def baseline_hazard(log_hazard: np.ndarray, time: np.ndarray, event: np.ndarray) -> Steps:
    """Estimate the cumulative hazard at log hazard 0 (Breslow), to predict survival by.

    Parameters
    ----------
    log_hazard : array, shape (samples,)
        Of the samples that the model was fitted on.
    time, event : array, shape (samples,)

    Returns
    -------
    Steps

    References
    ----------
    Breslow 1974, doi:10.2307/2529620.
    """
    times, position = np.unique(time, return_inverse=True)
    hazard = np.bincount(position, weights=np.exp(log_hazard), minlength=len(times))
    events = np.bincount(position, weights=event, minlength=len(times))
    return Steps(times, np.cumsum(events / hazard[::-1].cumsum()[::-1]), 0.0)


def _counts(
    time: np.ndarray, event: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Distinct times, and at each: events, censorings, samples still followed."""
    times, position, leaving = np.unique(time, return_inverse=True, return_counts=True)
    events = np.bincount(position, weights=event, minlength=len(times))
    return times, events, leaving - events, leaving[::-1].cumsum()[::-1]
