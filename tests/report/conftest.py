"""A made-up summary in which raw expression wins one main question and loses another."""

from collections.abc import Callable

import pandas as pd
import pytest

SCORES = {
    ("subtype", "balanced_accuracy", 1.0): {"raw": 0.91, "pca": 0.90, "twinpurify": 0.80},
    ("subtype", "balanced_accuracy", 0.2): {"raw": 0.26, "pca": 0.27, "twinpurify": 0.81},
    ("purity_left@absolute", "r2_linear", 1.0): {"raw": 0.63, "pca": 0.73, "twinpurify": 0.62},
}


def _table(scores: dict) -> pd.DataFrame:
    """Give each score an interval of ±0.04."""
    return pd.DataFrame(
        {
            "cohort": "demo",
            "trained_on": "demo",
            "method": method,
            "task": task,
            "metric": metric,
            "fraction": fraction,
            "n_splits": 3,
            "mean": mean,
            "low": mean - 0.04,
            "high": mean + 0.04,
            "sd_splits": 0.01,
            "difference": mean - methods["raw"],
            "difference_low": mean - methods["raw"] - 0.04,
            "difference_high": mean - methods["raw"] + 0.04,
        }
        for (task, metric, fraction), methods in scores.items()
        for method, mean in methods.items()
    )


@pytest.fixture
def summary() -> pd.DataFrame:
    """Three methods and three main questions."""
    return _table(SCORES)


@pytest.fixture
def table_of() -> Callable[[dict], pd.DataFrame]:
    """Make a summary of other scores."""
    return _table
