"""A made-up summary of the shape that the evaluation writes."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

FRACTIONS = (1.0, 0.4, 0.2)
TITRATED = {
    ("subtype", "balanced_accuracy"): {
        "raw": (0.91, 0.37, 0.26),
        "linear_twin": (0.88, 0.80, 0.63),
        "twinpurify": (0.87, 0.87, 0.81),
    },
    ("retrieval", "top1_cosine"): {
        "raw": (1.0, 0.10, 0.02),
        "linear_twin": (1.0, 0.98, 0.94),
        "twinpurify": (1.0, 0.97, 0.93),
    },
}
SINGLE = {
    ("purity_left@absolute_within_subtype", "r2_linear"): (0.40, 0.35, 0.30),
    ("purity_left@absolute", "r2_linear"): (0.74, 0.59, 0.42),
    ("survival_os", "c_index"): (0.60, 0.61, 0.62),
    ("control_permuted", "balanced_accuracy"): (0.25, 0.26, 0.24),
}


def _row(method: str, task: str, metric: str, fraction: float, mean: float, raw: float) -> dict:
    """Write one row with an interval of ±0.05."""
    return {
        "cohort": "demo",
        "trained_on": "demo",
        "method": method,
        "task": task,
        "metric": metric,
        "fraction": fraction,
        "n_splits": 3,
        "mean": mean,
        "low": mean - 0.05,
        "high": mean + 0.05,
        "sd_splits": 0.01,
        "difference": mean - raw,
        "difference_low": mean - raw - 0.05,
        "difference_high": mean - raw + 0.05,
    }


@pytest.fixture
def summary() -> pd.DataFrame:
    """Three methods, two titrated tasks, three asked as measured, and one without a fraction."""
    rows = [
        _row(method, task, metric, fraction, mean, methods["raw"][place])
        for (task, metric), methods in TITRATED.items()
        for method, means in methods.items()
        for place, (fraction, mean) in enumerate(zip(FRACTIONS, means, strict=True))
    ]
    rows += [
        _row(method, task, metric, 1.0, mean, means[0])
        for (task, metric), means in SINGLE.items()
        for method, mean in zip(("raw", "linear_twin", "twinpurify"), means, strict=True)
    ]
    rows.append(_row("twinpurify", "purity_estimate@absolute", "spearman", np.nan, 0.6, np.nan))
    return pd.DataFrame(rows)


def _runs(rows: list[dict]) -> pd.DataFrame:
    """Say of each row that it is of the first split of the demo, unless it says otherwise."""
    run = {"cohort": "demo", "trained_on": "demo", "method": "twinpurify", "split": 0}
    return pd.DataFrame([run | row for row in rows])


@pytest.fixture
def runs() -> Callable[[list[dict]], pd.DataFrame]:
    """Make a table beside the scores out of its own columns."""
    return _runs
