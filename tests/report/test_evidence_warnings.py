"""The page warns of what its own evidence says against its answers, and of nothing else."""

import pandas as pd
import pytest

from twinpurify.report.evidence_warnings import evidence_warnings

RUN = {"cohort": "demo", "trained_on": "demo", "method": "twinpurify", "split": 0}


@pytest.fixture
def score(summary):
    """Make a summary of one score of TwinPurify, with an interval of ±0.05."""

    def make(task: str, mean: float) -> pd.DataFrame:
        row = summary[summary["method"] == "twinpurify"].iloc[:1]
        return row.assign(
            task=task, metric="balanced_accuracy", mean=mean, low=mean - 0.05, high=mean + 0.05
        )

    return make


def _table(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame([RUN | row for row in rows])


def _hazards(*p_values: float) -> dict[str, pd.DataFrame]:
    rows = [
        {"task": "survival_os", "covariate": f"component {n}", "statistic": 1.0, "p_value": p}
        for n, p in enumerate(p_values)
    ]
    return {"proportional_hazards": _table(*rows)}


def test_a_usual_run_warns_of_nothing(summary):
    assert evidence_warnings(summary, {}, "twinpurify") == []


def test_hazards_are_judged_after_holm(summary):
    (warning,) = evidence_warnings(summary, _hazards(0.5, 0.01, 0.9), "twinpurify")
    assert warning.startswith(
        "demo, Survival (overall): hazards are not proportional over time (component 1, p = 0.03 "
        "after Holm’s correction over 3 tests)"
    )
    assert evidence_warnings(summary, _hazards(0.5, 0.02, 0.9), "twinpurify") == []
    assert evidence_warnings(summary, _hazards(float("nan")), "twinpurify") == []
    assert evidence_warnings(summary, _hazards(0.0001), "pca") == []


def test_few_events_are_counted_once_a_patient(summary):
    rows = [
        {"task": "survival_pfi", "sample_id": f"s{n}", "event": n % 2, "split": split}
        for split in (0, 1)
        for n in range(60)
    ]
    (warning,) = evidence_warnings(summary, {"tertiles": _table(*rows)}, "twinpurify")
    assert "Survival (progression-free): 30 events among 60 patients" in warning
    many = [row | {"sample_id": f"{row['sample_id']}-{row['split']}", "event": 1} for row in rows]
    assert evidence_warnings(summary, {"tertiles": _table(*many)}, "twinpurify") == []


def test_genes_that_purification_makes_flat_are_counted(summary):
    task = {"task": "pathway_purity", "genes": 4425}
    rows = [
        task | {"profile": "purified", "without_spread": 5},
        task | {"profile": "purified", "without_spread": 3, "genes": 4427, "split": 1},
        task | {"profile": "raw", "without_spread": 9},
    ]
    tables = {"pathway_genes": _table(*rows)}
    (warning,) = evidence_warnings(summary, tables, "twinpurify")
    assert warning == (
        "demo, Purity left in the pathways: purification leaves 5 genes without spread; pathways "
        "are scored by 4425 others"
    )
    assert evidence_warnings(summary, tables, "pca") == []
    raw = {"pathway_genes": _table(rows[2])}
    assert evidence_warnings(summary, raw, "twinpurify") == []
    none = {"pathway_genes": _table(rows[0] | {"without_spread": 0})}
    assert evidence_warnings(summary, none, "twinpurify") == []


def test_a_purity_estimate_that_may_be_chance_is_uncertain(score):
    (warning,) = evidence_warnings(score("purity_estimate@absolute", 0.03), {}, "twinpurify")
    assert "its rank correlation is 0.03 (−0.02 to 0.08)" in warning
    assert evidence_warnings(score("purity_estimate@absolute", 0.5), {}, "twinpurify") == []


@pytest.mark.parametrize("task", ["control_permuted", "control_random"])
def test_controls_must_be_at_chance(score, task):
    rows = [{"task": "subtype", "truth": name} for name in "ABCD"]
    tables = {"confusion": _table(*rows)}
    (warning,) = evidence_warnings(score(task, 0.4), tables, "twinpurify")
    assert "0.40 (0.35 to 0.45) is above chance (0.25)" in warning
    assert evidence_warnings(score(task, 0.27), tables, "twinpurify") == []
    assert evidence_warnings(score(task, 0.4), {}, "twinpurify") == []


def test_normals_must_be_recognised(score):
    (warning,) = evidence_warnings(score("control_normals", 0.7), {}, "twinpurify")
    assert "normals are recognised with a balanced accuracy of 0.70 only" in warning
    assert evidence_warnings(score("control_normals", 0.95), {}, "twinpurify") == []
