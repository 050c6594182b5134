"""Intervals by a bootstrap over patients, which all methods and splits of a cohort share."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from twinpurify.errors import CohortError, TableError, listed
from twinpurify.evaluation.measurement import Measurement
from twinpurify.evaluation.uncertainty.comparison import adjust_families, two_sided_p

GROUP = ["cohort", "trained_on", "method", "task", "metric", "fraction"]
KEYS = [*GROUP, "split", "seed"]
PAIR = [key for key in KEYS if key != "method"]
REFERENCE = "raw"
INTERVAL = (2.5, 97.5)
# An interval from fewer of the replicates would stand for a selection of patients.
MIN_FINITE = 0.5


class PatientBootstrap:
    """Multinomial weights of the patients of a cohort, drawn once.

    Parameters
    ----------
    patients : iterable of str
        All patients of the cohort, in any order; those of every split must be among them.
    n : int
        Number of replicates.
    seed : int
        Equal patients and seed give equal weights, so that methods and splits can be paired.
    """

    def __init__(self, patients: Iterable[str], n: int, seed: int) -> None:
        self.patients = pd.Index(sorted({str(patient) for patient in patients}))
        size = len(self.patients)
        rng = np.random.default_rng(seed)
        self._weights = rng.multinomial(size, np.full(size, 1.0 / size), size=n).astype(np.float32)

    def weights(self, patient_ids: Iterable[str]) -> np.ndarray:
        """Give each sample the weights of its patient.

        Parameters
        ----------
        patient_ids : iterable of str
            One a sample; patients may recur.

        Returns
        -------
        array, shape (replicates, samples), float64

        Raises
        ------
        CohortError
            If a patient is unknown.
        """
        wanted = pd.Index([str(patient) for patient in patient_ids])
        columns = self.patients.get_indexer(wanted)
        if (columns < 0).any():
            raise CohortError(
                f"patients outside the {len(self.patients)} of the bootstrap: "
                f"{listed(wanted[columns < 0].unique())}"
            )
        return self._weights[:, columns].astype(np.float64)


def collect(
    measurements: Sequence[Measurement],
    cohort: str,
    trained_on: str,
    method: str,
    split: int,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tabulate the measurements of one method on one split.

    Parameters
    ----------
    measurements : sequence of Measurement
    cohort, trained_on, method : str
        Cohort that is scored, cohort that the method was fitted on, name of the method.
    split, seed : int

    Returns
    -------
    scores : DataFrame
        One row a measurement: cohort, trained_on, method, task, metric, fraction, split, seed,
        value.
    replicates : DataFrame
        The same rows and keys, and float32 columns r0, r1, … in place of the value.
    """
    run = {"cohort": cohort, "trained_on": trained_on, "method": method}
    keys = pd.DataFrame(
        [
            {**run, "task": m.task, "metric": m.metric, "fraction": m.fraction}
            | {"split": split, "seed": seed}
            for m in measurements
        ],
        columns=KEYS,
    )
    draws = np.array([m.replicates for m in measurements], dtype=np.float32)
    draws = draws.reshape(len(measurements), -1) if len(measurements) else np.empty((0, 0))
    named = pd.DataFrame(draws, columns=[f"r{index}" for index in range(draws.shape[1])])
    scores = keys.assign(value=np.array([m.value for m in measurements], dtype=np.float64))
    return scores, pd.concat([keys, named], axis=1)


def summarize(scores: pd.DataFrame, replicates: pd.DataFrame) -> pd.DataFrame:
    """Average over splits, with 95% intervals and the paired difference to raw expression.

    Replicate r of a summary is the mean over splits of replicate r; the interval runs from its
    2.5th to its 97.5th percentile. Splits whose value is NaN are left out, and replicates that
    are NaN in any split; where fewer than half remain, the interval is NaN. ``sd_splits`` is the
    sample standard deviation of the value over splits (NaN for one split). One bootstrap (one
    seed of ``PatientBootstrap``) per cohort is presupposed.

    Parameters
    ----------
    scores, replicates : DataFrame
        As from ``collect``, of any number of methods and splits, in any order.

    Returns
    -------
    DataFrame
        One row per cohort, trained_on, method, task, metric and fraction: n_splits, mean, low,
        high, sd_splits, difference, difference_low, difference_high, effect_size, p_value,
        p_adjusted. From the difference on, all are NaN for raw itself and where raw wasn't
        measured; ``p_adjusted`` also for controls. ``effect_size`` is the difference in standard
        deviations of raw's own replicates, after Glass.

    Raises
    ------
    TableError
        If a score is doubled or has no replicates.

    References
    ----------
    Glass 1976, 10.3102/0013189X005010003
    """
    scores = scores.reset_index(drop=True)
    draws, reference = aligned(scores, replicates), _rows_of_reference(scores)
    values, rows = scores["value"].to_numpy(dtype=np.float64), []
    for key, part in scores.groupby(GROUP, dropna=False, sort=False):
        at = part.index.to_numpy()
        paired = at[reference[at] >= 0]
        other = reference[paired]
        finite = values[at][np.isfinite(values[at])]
        spread = float(np.std(finite, ddof=1)) if len(finite) > 1 else np.nan
        average = estimate(values[at], draws[at])
        difference = estimate(values[paired] - values[other], draws[paired] - draws[other])
        effect = _effect_size(difference, estimate(values[other], draws[other]))
        row = [*average[:3], spread, *difference[:3], effect, p_of(difference)]
        rows.append([*key, len(finite), *row])
    columns = [*GROUP, "n_splits", "mean", "low", "high", "sd_splits"]
    columns += ["difference", "difference_low", "difference_high", "effect_size", "p_value"]
    summary = pd.DataFrame(rows, columns=columns)
    return summary.assign(p_adjusted=adjust_families(summary))


def aligned(scores: pd.DataFrame, replicates: pd.DataFrame) -> np.ndarray:
    """Bring the replicates into the order of the scores, so that rows can be paired.

    Parameters
    ----------
    scores, replicates : DataFrame
        As from ``collect``, of any number of methods and splits, in any order.

    Returns
    -------
    array, shape (rows of scores, replicates)

    Raises
    ------
    TableError
        If a score is doubled or has no replicates.
    """
    doubled = scores.duplicated(KEYS)
    if doubled.any() or replicates.duplicated(KEYS).any():
        raise TableError(f"scores measured twice: {listed(_names(scores[doubled]))}")
    position = replicates[KEYS].assign(position=np.arange(len(replicates)))
    found = scores[KEYS].merge(position, on=KEYS, how="left")["position"]
    if found.isna().any():
        lacking = _names(scores[found.isna().to_numpy()])
        raise TableError(f"scores without bootstrap replicates: {listed(lacking)}")
    draws = replicates.drop(columns=KEYS).to_numpy(dtype=np.float64)
    return draws[found.to_numpy(dtype=np.intp)]


def _names(scores: pd.DataFrame) -> list[str]:
    """Name rows in an error message."""
    return scores[["method", "task", "metric", "split"]].astype(str).agg("/".join, axis=1).tolist()


def _rows_of_reference(scores: pd.DataFrame) -> np.ndarray:
    """Position of the raw score that each score is paired with, or -1."""
    raw = scores.loc[scores["method"] == REFERENCE, PAIR].rename_axis("position").reset_index()
    found = scores[PAIR].merge(raw, on=PAIR, how="left")["position"]
    found = found.where((scores["method"] != REFERENCE).to_numpy())
    return found.fillna(-1).to_numpy(dtype=np.intp)


class Estimate(NamedTuple):
    """A mean over splits, its 95% interval, and the replicates behind it."""

    value: float
    low: float
    high: float
    draws: np.ndarray


def estimate(values: np.ndarray, draws: np.ndarray) -> Estimate:
    """Average over the measured splits, with an interval.

    Parameters
    ----------
    values : array, shape (splits,)
    draws : array, shape (splits, replicates)

    Returns
    -------
    Estimate
        Its replicates are empty, and its interval NaN, where fewer than half are finite.
    """
    measured = np.isfinite(values)
    if not measured.any():
        return Estimate(np.nan, np.nan, np.nan, np.empty(0))
    means = draws[measured].mean(axis=0)
    finite = means[np.isfinite(means)]
    if len(finite) < max(MIN_FINITE * len(means), 1):
        return Estimate(float(values[measured].mean()), np.nan, np.nan, np.empty(0))
    low, high = np.percentile(finite, INTERVAL)
    return Estimate(float(values[measured].mean()), float(low), float(high), finite)


def p_of(difference: Estimate) -> float:
    """Two-sided p-value of an estimated difference; NaN where it has no interval."""
    return two_sided_p(difference.value, difference.draws)


def _effect_size(difference: Estimate, reference: Estimate) -> float:
    """Difference in standard deviations of the reference; NaN where that doesn't vary."""
    spread = float(np.std(reference.draws, ddof=1)) if len(reference.draws) > 1 else 0.0
    return difference.value / spread if spread > 0.0 else np.nan
