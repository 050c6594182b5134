"""How many labels a method saves: with how few does it reach what a control reaches?"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.isotonic import isotonic_regression

from twinpurify.evaluation.uncertainty.bootstrap import INTERVAL, aligned
from twinpurify.studies.label_efficiency.settings import CONTROLS
from twinpurify.studies.label_efficiency.tables import CONTESTANT, SEPARATOR

WITHIN, NEVER, AT_ONCE = "within", "never", "at_once"
COLUMNS = [
    "cohort",
    "pretrained_on",
    "method",
    "encoder",
    "task",
    "metric",
    "control",
    "label_fraction",
    "target",
    "n_control",
    "n_method",
    "reached",
    "saved",
    "low",
    "high",
    "share_never",
    "share_at_once",
]
ROUNDING = 1e-9


class Reached(NamedTuple):
    """The number of labels with which a curve reaches a score, and whether it does.

    Attributes
    ----------
    n_labels : float
        The largest that was tried where it never does, the smallest where it does at once.
    how : {"within", "never", "at_once"}
    """

    n_labels: float
    how: str


def rising(curve: np.ndarray) -> np.ndarray:
    """Smooth a curve so that it doesn't fall: more labels can be ignored.

    Parameters
    ----------
    curve : array, shape (sizes,)

    Returns
    -------
    array, shape (sizes,)
        The nearest non-decreasing one by least squares.
    """
    return np.asarray(isotonic_regression(np.asarray(curve, dtype=np.float64)))


def labels_needed(n_labels: np.ndarray, curve: np.ndarray, target: float) -> Reached:
    """Find the fewest labels with which a non-decreasing curve reaches a score.

    Between two sizes the curve is a line over the logarithm of the number of labels.

    Parameters
    ----------
    n_labels : array, shape (sizes,)
        Ascending.
    curve : array, shape (sizes,)
        Non-decreasing.
    target : float

    Returns
    -------
    Reached
    """
    above = np.flatnonzero(curve >= target - ROUNDING)
    if not len(above):
        return Reached(float(n_labels[-1]), NEVER)
    first = above[0]
    if first == 0:
        how = WITHIN if curve[0] <= target + ROUNDING else AT_ONCE
        return Reached(float(n_labels[0]), how)
    low, high = curve[first - 1], curve[first]
    share = (target - low) / (high - low)
    logarithms = np.log(n_labels[[first - 1, first]])
    return Reached(float(np.exp(logarithms[0] + share * np.diff(logarithms)[0])), WITHIN)


def saved(
    n_labels: np.ndarray, method: np.ndarray, control: np.ndarray, place: int
) -> tuple[float, Reached, Reached]:
    """Compare what two curves need for the score of the second at one size.

    Parameters
    ----------
    n_labels : array, shape (sizes,)
    method, control : array, shape (sizes,)
        Non-decreasing curves.
    place : int
        Of the size whose score the control sets. It may reach that with fewer labels, which then
        count: a method that is equal to its control saves none.

    Returns
    -------
    share : float
        1 - labels of the method / labels of the control: at most that where the method never
        reaches it, at least that where it does at once.
    method, control : Reached
    """
    own = labels_needed(n_labels, method, control[place])
    other = labels_needed(n_labels, control, control[place])
    return 1.0 - own.n_labels / other.n_labels, own, other


def labels_saved(scores: pd.DataFrame, replicates: pd.DataFrame, task: str) -> pd.DataFrame:
    """Tell for each method, control and share of labels how many labels are saved.

    Curves are means over repeats; the interval comes from the curves of each bootstrap replicate.

    Parameters
    ----------
    scores, replicates : DataFrame
        As from the cells.
    task : str

    Returns
    -------
    DataFrame
        Columns ``COLUMNS``. ``reached`` says whether ``saved`` is a value or its bound;
        ``share_never`` and ``share_at_once`` in how many replicates it is one.
    """
    rows = scores[scores["task"] == task].reset_index(drop=True)
    draws, parts = aligned(rows, replicates), []
    for (cohort, metric), group in rows.groupby(["cohort", "metric"], sort=False):
        curves = {key: _curves(part, draws) for key, part in group.groupby("method", sort=False)}
        names = {key: key.split(SEPARATOR) for key in curves}
        for key, (n_labels, fractions, own) in curves.items():
            for other, (_, _, control) in curves.items():
                if names[key][0] in CONTROLS or names[other][0] not in CONTROLS:
                    continue
                said = dict(zip(CONTESTANT, names[key], strict=True))
                said |= {"cohort": cohort, "task": task, "metric": metric}
                said |= {"control": names[other][0]}
                parts += [
                    {**said, "label_fraction": fraction, **_compare(n_labels, own, control, place)}
                    for place, fraction in enumerate(fractions)
                ]
    return pd.DataFrame(parts, columns=COLUMNS)


def _curves(rows: pd.DataFrame, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Average over repeats: labels, shares, and curves, of which the first is as measured."""
    by_fraction = {
        fraction: (part["n_labels"].mean(), part["value"].mean(), draws[part.index].mean(axis=0))
        for fraction, part in rows.groupby("fraction")
    }
    n_labels, values, replicates = zip(*by_fraction.values(), strict=True)
    curves = np.column_stack([values, np.array(replicates)]).T
    return np.array(n_labels), np.array(list(by_fraction)), np.array([*map(_whole, curves)])


def _whole(curve: np.ndarray) -> np.ndarray:
    """Smooth a curve; one that misses a class in a replicate is left out as NaN."""
    return rising(curve) if np.isfinite(curve).all() else np.full(len(curve), np.nan)


def _compare(
    n_labels: np.ndarray, own: np.ndarray, control: np.ndarray, place: int
) -> dict[str, float | str]:
    """Compare as measured and in every replicate."""
    (share, method, other), *drawn = [
        saved(n_labels, *pair, place)
        for pair in zip(own, control, strict=True)
        if np.isfinite(pair).all()
    ]
    low, high = np.nan, np.nan
    if drawn:
        low, high = np.percentile([one[0] for one in drawn], INTERVAL)
    return {
        "target": float(control[0, place]),
        "n_control": other.n_labels,
        "n_method": method.n_labels,
        "reached": method.how,
        "saved": share,
        "low": float(low),
        "high": float(high),
        "share_never": float(np.mean([one[1].how == NEVER for one in drawn] or [np.nan])),
        "share_at_once": float(np.mean([one[1].how == AT_ONCE for one in drawn] or [np.nan])),
    }
