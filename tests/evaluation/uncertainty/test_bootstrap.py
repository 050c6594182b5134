"""The patient bootstrap, the tables of scores, and the summary with paired differences."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import CohortError, TableError
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import Measurement
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap, collect, summarize
from twinpurify.evaluation.uncertainty.comparison import two_sided_p

PATIENTS = [f"P{index}" for index in range(50)]
SUMMARY = ["cohort", "trained_on", "method", "task", "metric", "fraction", "n_splits"]
SUMMARY += ["mean", "low", "high", "sd_splits"]
SUMMARY += ["difference", "difference_low", "difference_high"]
SUMMARY += ["effect_size", "p_value", "p_adjusted"]


def scored(
    value: float, draws: np.ndarray, method: str, split: int, fraction: float = 1.0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    measurement = Measurement(Task("subtype"), "macro_f1", fraction, value, np.float32(draws))
    return collect([measurement], "demo", "demo", method, split, 0)


def together(*parts: tuple[pd.DataFrame, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    scores, replicates = zip(*parts, strict=True)
    return pd.concat(scores, ignore_index=True), pd.concat(replicates, ignore_index=True)


def test_weights_belong_to_patients_whatever_the_order_and_the_subset():
    first = PatientBootstrap(PATIENTS, 30, seed=1)
    second = PatientBootstrap([*PATIENTS[::-1], "P3"], 30, seed=1)
    weights = first.weights(PATIENTS)
    np.testing.assert_array_equal(weights, second.weights(PATIENTS))
    np.testing.assert_array_equal(weights[:, [7, 3, 7]], first.weights(["P7", "P3", "P7"]))
    assert (weights.sum(axis=1) == len(PATIENTS)).all()
    assert (weights != PatientBootstrap(PATIENTS, 30, seed=2).weights(PATIENTS)).any()


def test_an_unknown_patient_is_named():
    with pytest.raises(CohortError, match=r"outside the 50 of the bootstrap: 'X1', 'X2' \(2 in"):
        PatientBootstrap(PATIENTS, 5, 0).weights(["P1", "X1", "X2", "X1"])


def test_collected_tables_are_tidy():
    scores, replicates = scored(0.5, np.arange(3), "raw", 4, np.nan)
    keys = ["cohort", "trained_on", "method", "task", "metric", "fraction", "split", "seed"]
    assert list(scores.columns) == [*keys, "value"]
    assert list(replicates.columns) == [*keys, "r0", "r1", "r2"]
    assert (replicates[["r0", "r1", "r2"]].dtypes == np.float32).all()
    assert scores.loc[0, ["method", "split", "value"]].tolist() == ["raw", 4, 0.5]


def test_nothing_measured_is_an_empty_table():
    scores, replicates = collect([], "demo", "demo", "raw", 0, 0)
    assert scores.empty and replicates.empty and "value" in scores


def test_replicates_are_averaged_over_splits_before_the_percentiles():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 400)).astype(np.float32)
    summary = summarize(*together(scored(0.4, a, "raw", 0), scored(0.8, b, "raw", 1)))
    assert list(summary.columns) == SUMMARY
    row = summary.iloc[0]
    assert row["mean"] == pytest.approx(0.6)
    assert row["n_splits"] == 2
    assert row["sd_splits"] == pytest.approx(np.std([0.4, 0.8], ddof=1))
    low, high = np.percentile((a + b) / 2.0, [2.5, 97.5])
    assert row[["low", "high"]].tolist() == pytest.approx([low, high], abs=1e-6)
    assert row[["difference", "difference_low", "difference_high"]].isna().all()


def test_the_difference_is_paired_with_raw_by_split_and_replicate():
    rng = np.random.default_rng(0)
    raw = rng.normal(size=(2, 400)).astype(np.float32)
    noise = 0.01 * rng.normal(size=(2, 400)).astype(np.float32)
    parts = [scored(0.5, raw[split], "raw", split, np.nan) for split in (0, 1)]
    parts += [
        scored(0.7, raw[split] + 0.2 + noise[split], "pca", split, np.nan) for split in (1, 0)
    ]
    scores, replicates = together(*parts)
    row = summarize(scores, replicates.sample(frac=1.0, random_state=0)).iloc[1]
    assert row["method"] == "pca"
    assert row["difference"] == pytest.approx(0.2)
    expected = np.percentile(0.2 + noise.mean(axis=0), [2.5, 97.5])
    found = row[["difference_low", "difference_high"]].tolist()
    assert found == pytest.approx(expected, abs=1e-5)
    assert row["high"] - row["low"] > 10 * (found[1] - found[0])


def test_a_difference_has_its_size_and_its_p_values():
    rng = np.random.default_rng(0)
    raw, noise = 0.5 + 0.1 * rng.normal(size=400), 0.05 * rng.normal(size=400)
    parts = [scored(0.5, raw, "raw", 0), scored(0.8, raw + 0.3 + noise, "pca", 0)]
    parts += [scored(0.6, raw + 0.1 + noise, "linear_twin", 0)]
    summary = summarize(*together(*parts)).set_index("method")
    assert summary.loc["raw", ["effect_size", "p_value", "p_adjusted"]].isna().all()
    assert summary.loc["pca", "effect_size"] == pytest.approx(0.3 / np.std(raw, ddof=1), rel=1e-4)
    for method, shift in (("pca", 0.3), ("linear_twin", 0.1)):
        expected = two_sided_p(shift, shift + noise)
        assert summary.loc[method, "p_value"] == pytest.approx(expected, rel=1e-3)
    p_values = summary["p_value"]
    assert summary.loc["pca", "p_adjusted"] == pytest.approx(2 * p_values["pca"])
    assert summary.loc["linear_twin", "p_adjusted"] == pytest.approx(p_values["linear_twin"])


def test_where_raw_never_varies_there_is_no_size():
    parts = scored(1.0, np.ones(20), "raw", 0), scored(0.8, np.linspace(0.7, 0.9, 20), "pca", 0)
    row = summarize(*together(*parts)).iloc[1]
    assert np.isnan(row["effect_size"]) and row["p_value"] < 0.05


def test_a_method_without_a_raw_counterpart_has_no_difference():
    other = scored(0.5, np.ones(10), "raw", 0, 0.2)
    summary = summarize(*together(other, scored(0.7, np.ones(10), "pca", 0)))
    assert summary.loc[1, ["difference", "difference_low"]].isna().all()
    assert summary.loc[1, "mean"] == 0.7


def test_a_split_without_a_value_is_left_out():
    nothing = scored(np.nan, np.full(10, np.nan), "raw", 0)
    row = summarize(*together(nothing, scored(0.5, np.full(10, 0.5), "raw", 1))).iloc[0]
    assert row[["n_splits", "mean", "low", "high"]].tolist() == [1, 0.5, 0.5, 0.5]
    empty = summarize(*nothing).iloc[0]
    assert empty["n_splits"] == 0 and np.isnan(empty["mean"])


@pytest.mark.parametrize(("n_nan", "known"), [(4, True), (6, False)])
def test_replicates_without_a_value_are_left_out_until_too_few_remain(n_nan, known):
    draws = np.where(np.arange(10) < n_nan, np.nan, 0.5)
    row = summarize(*scored(0.5, draws, "raw", 0)).iloc[0]
    assert row["mean"] == 0.5
    assert np.isfinite(row["low"]) == known


def test_a_score_measured_twice_is_refused():
    part = scored(0.5, np.ones(3), "raw", 0)
    with pytest.raises(TableError, match=r"measured twice: 'raw/subtype/macro_f1/0' \(1 in all\)"):
        summarize(*together(part, part))


def test_a_score_without_replicates_is_refused():
    scores, _ = scored(0.5, np.ones(3), "pca", 0)
    _, replicates = scored(0.5, np.ones(3), "raw", 0)
    with pytest.raises(TableError, match=r"without bootstrap replicates: 'pca/subtype/macro_f1/0'"):
        summarize(scores, replicates)
