"""Tables of the results page."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

SOURCE = Path(__file__).resolve().parents[2] / "benchmarks" / "results_tables.py"


@pytest.fixture(scope="module")
def tables():
    specification = importlib.util.spec_from_file_location("results_tables", SOURCE)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def summary():
    """Subtype and purity left of three methods; TwinPurify wins the one and loses the other."""
    rows = []
    for task, metric, scores in (
        ("subtype", "balanced_accuracy", {"raw": 0.8, "pca": 0.82, "twinpurify": 0.9}),
        ("purity_left@absolute", "r2_linear", {"raw": 0.3, "pca": 0.2, "twinpurify": 0.4}),
    ):
        for method, mean in scores.items():
            difference = mean - scores["raw"]
            rows.append(
                {
                    "method": method,
                    "task": task,
                    "metric": metric,
                    "fraction": 1.0,
                    "mean": mean,
                    "low": mean - 0.02,
                    "high": mean + 0.02,
                    "difference": difference,
                    "difference_low": difference - 0.02,
                    "difference_high": difference + 0.02,
                    "p_adjusted": 0.0004,
                }
            )
    return pd.DataFrame(rows)


def test_twinpurify_is_set_against_raw_and_the_best_other(tables, summary):
    *_, subtype, purity = tables.answers(summary).splitlines()
    assert "| 0.80 | 0.82, PCA | **0.90 (0.88 to 0.92)** | +0.10 (+0.08 to +0.12) ▲ |" in subtype
    assert "| 0.30 | 0.20, PCA | 0.40 (0.38 to 0.42) | +0.10 (+0.08 to +0.12) ▼ |" in purity
    assert subtype.endswith("| < .001 |")


def test_all_methods_stand_side_by_side(tables, summary):
    head, _, subtype, purity = tables.everything(summary).splitlines()
    assert head == "| Question | TwinPurify | Raw expression | PCA |"
    assert subtype.endswith("| **0.90** | 0.80 | 0.82 |")
    assert purity.endswith("| 0.40 | 0.30 | **0.20** |")


def test_only_questions_of_several_cohorts_are_compared(tables, summary):
    one = summary[summary["task"] == "subtype"]
    lines = tables.across({"a": summary, "b": one}, ["raw", "twinpurify"]).splitlines()
    assert lines[0] == "| Question | Method | a | b |"
    assert [line.split(" | ")[1:] for line in lines[2:]] == [
        ["Raw expression", "0.80", "0.80 |"],
        ["TwinPurify", "0.90 ▲", "0.90 ▲ |"],
    ]
