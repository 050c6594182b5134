"""Every metric against its oracle, and weights against repeated samples."""

import warnings
from itertools import pairwise

import numpy as np
import pytest
from lifelines.utils import concordance_index
from scipy.stats import spearmanr
from sklearn.calibration import calibration_curve
from sklearn.metrics import balanced_accuracy_score, brier_score_loss, f1_score, r2_score

from twinpurify.evaluation.formulas import weighted as metrics
from twinpurify.evaluation.formulas.concordance import c_index

CLASSES = ["a", "b", "c"]
N = 60


def ingredients(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.choice(CLASSES, N)
    guess = rng.choice([*CLASSES, "d"], N)
    return {
        "labels": truth,
        "called": np.where(rng.random(N) < 0.5, truth, guess),
        "numbers": rng.normal(size=N).round(1),
        "predicted": rng.normal(size=N).round(1),
        "share": rng.uniform(0.01, 1.0, N),
        "time": rng.integers(1, 25, N).astype(float),
        "event": (rng.random(N) < 0.4).astype(float),
        "risk": rng.normal(size=N).round(1),
        "baseline": rng.normal(size=N),
        "strata": rng.integers(0, 3, N),
        "probabilities": rng.dirichlet([0.6] * len(CLASSES), N),
    }


def of_sample(weights: np.ndarray, x: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """All metrics under weights."""
    w = weights
    return {
        "mean": metrics.mean(w, x["numbers"]),
        "balanced_accuracy": metrics.balanced_accuracy(w, x["labels"], x["called"], CLASSES),
        "macro_f1": metrics.macro_f1(w, x["labels"], x["called"], CLASSES),
        "brier": metrics.brier(w, x["labels"], x["probabilities"], CLASSES),
        "calibration_error": metrics.calibration_error(w, x["labels"], x["probabilities"], CLASSES),
        "level_error": metrics.level_error(w, x["share"], x["predicted"]),
        "r2": metrics.r2(w, x["numbers"], x["predicted"]),
        "r2_baseline": metrics.r2(w, x["numbers"], x["predicted"], x["baseline"]),
        "spearman": metrics.spearman(w, x["numbers"], x["predicted"]),
        "c_index": c_index(w, x["time"], x["event"], x["risk"]),
        "c_index_strata": c_index(w, x["time"], x["event"], x["risk"], x["strata"]),
    }


def by_oracle(x: dict[str, np.ndarray]) -> dict[str, float]:
    """All metrics of a sample by somebody else's code, or by loops."""
    residual = ((x["numbers"] - x["predicted"]) ** 2).sum()
    recalled = np.isin(x["labels"], CLASSES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        accuracy = balanced_accuracy_score(x["labels"][recalled], x["called"][recalled])
    return {
        "mean": x["numbers"].mean(),
        "balanced_accuracy": accuracy,
        "macro_f1": f1_score(x["labels"], x["called"], labels=CLASSES, average="macro"),
        "brier": brier_score_loss(
            x["labels"], x["probabilities"], labels=CLASSES, scale_by_half=False
        ),
        "calibration_error": calibration_error_by_sklearn(x),
        "level_error": level_error_by_loops(x),
        "r2": r2_score(x["numbers"], x["predicted"]),
        "r2_baseline": 1.0 - residual / ((x["numbers"] - x["baseline"]) ** 2).sum(),
        "spearman": spearmanr(x["numbers"], x["predicted"]).statistic,
        "c_index": concordance_index(x["time"], -x["risk"], x["event"]),
        "c_index_strata": c_index_by_loops(x),
    }


def level_error_by_loops(x: dict[str, np.ndarray]) -> float:
    gaps = [0.0] * 10
    for estimate, truth in zip(x["share"], x["predicted"], strict=True):
        gaps[min(int(np.ceil(estimate * 10)) - 1, 9)] += estimate - truth
    return np.abs(gaps).sum() / len(x["share"])


def calibration_error_by_sklearn(x: dict[str, np.ndarray]) -> float:
    confidence = x["probabilities"].max(axis=1)
    right = np.array(CLASSES)[x["probabilities"].argmax(axis=1)] == x["labels"]
    observed, mean = calibration_curve(right, confidence, n_bins=10)
    edges = np.linspace(0, 1, 11)
    counts = [((low < confidence) & (confidence <= high)).sum() for low, high in pairwise(edges)]
    return float(np.average(np.abs(observed - mean), weights=[n for n in counts if n]))


def c_index_by_loops(x: dict[str, np.ndarray]) -> float:
    agreed = pairs = 0.0
    for i in np.flatnonzero(x["event"]):
        for j in range(len(x["time"])):
            tied = x["time"][i] == x["time"][j] and not x["event"][j]
            if x["strata"][i] == x["strata"][j] and (x["time"][i] < x["time"][j] or tied):
                pairs += 1.0
                difference = x["risk"][i] - x["risk"][j]
                agreed += 1.0 if difference > 0 else 0.5 if difference == 0 else 0.0
    return agreed / pairs


@pytest.mark.parametrize("seed", range(3))
def test_uniform_weights_give_the_ordinary_metric(seed):
    x = ingredients(seed)
    for weights in (np.ones((1, N)), np.full((1, N), 0.37)):
        found, expected = of_sample(weights, x), by_oracle(x)
        for name, value in expected.items():
            assert found[name] == pytest.approx([value]), name


@pytest.mark.parametrize("seed", range(3))
def test_integer_weights_are_repeated_samples(seed):
    x = ingredients(seed)
    weights = np.random.default_rng(seed).multinomial(N, np.full(N, 1 / N), size=4).astype(float)
    found = of_sample(weights, x)
    for row, repeats in enumerate(weights.astype(int)):
        repeated = {name: np.repeat(values, repeats, axis=0) for name, values in x.items()}
        for name, value in by_oracle(repeated).items():
            assert found[name][row] == pytest.approx(value), name


@pytest.mark.parametrize("seed", range(3))
def test_fractional_weights_are_the_sample_weights_of_sklearn(seed):
    x = ingredients(seed)
    weights = np.random.default_rng(seed).uniform(0.1, 3.0, (2, N))
    found, recalled = of_sample(weights, x), np.isin(x["called"], CLASSES)
    x["called"] = np.where(recalled, x["called"], CLASSES[0])
    called = of_sample(weights, x)
    for row, w in enumerate(weights):
        names = {"labels": CLASSES, "average": "macro", "sample_weight": w}
        expected = {
            "macro_f1": f1_score(x["labels"], x["called"], **names),
            "balanced_accuracy": balanced_accuracy_score(x["labels"], x["called"], sample_weight=w),
        }
        for name, value in expected.items():
            assert called[name][row] == pytest.approx(value), name
        same = {
            "mean": np.average(x["numbers"], weights=w),
            "r2": r2_score(x["numbers"], x["predicted"], sample_weight=w),
            "brier": brier_score_loss(
                x["labels"],
                x["probabilities"],
                labels=CLASSES,
                sample_weight=w,
                scale_by_half=False,
            ),
        }
        for name, value in same.items():
            assert found[name][row] == pytest.approx(value), name


@pytest.mark.parametrize("seed", range(3))
def test_concordance_is_also_that_of_scikit_survival_and_lifelines(seed):
    censored = pytest.importorskip("sksurv.metrics").concordance_index_censored
    x = ingredients(seed)
    x["time"] = np.random.default_rng(seed).permutation(N) + 1.0
    found = c_index(np.ones((1, N)), x["time"], x["event"], x["risk"])
    expected = censored(x["event"].astype(bool), x["time"], x["risk"])[0]
    assert found == pytest.approx([expected])
    assert found == pytest.approx([concordance_index(x["time"], -x["risk"], x["event"])])


def test_certainty_that_comes_true_and_ignorance():
    truth, known = np.array(["a", "b", "c"]), np.eye(3)
    for metric in (metrics.brier, metrics.calibration_error):
        assert metric(np.ones((1, 3)), truth, known, CLASSES) == pytest.approx([0.0])
    ignorant = np.full((3, 3), 1 / 3)
    assert metrics.brier(np.ones((1, 3)), truth, ignorant, CLASSES) == pytest.approx([2 / 3])
    assert metrics.calibration_error(np.ones((1, 3)), truth, ignorant, CLASSES) == pytest.approx(
        [0.0]
    )
    wrong = metrics.brier(np.ones((1, 3)), truth, known[[1, 2, 0]], CLASSES)
    assert wrong == pytest.approx([2.0])


def test_a_class_that_is_absent_makes_the_replicate_nan_and_only_that():
    truth, called = np.array(["a", "a", "b", "c"]), np.array(["a", "b", "b", "c"])
    weights = np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 2.0, 0.0]])
    for metric in (metrics.balanced_accuracy, metrics.macro_f1):
        assert np.isfinite(metric(weights, truth, called, CLASSES)).tolist() == [True, False]


def test_no_comparable_pair_is_nan():
    time, risk = np.array([1.0, 2.0]), np.array([0.0, 1.0])
    censored = c_index(np.ones((1, 2)), time, np.zeros(2), risk)
    alone = c_index(np.array([[2.0, 0.0]]), time, np.ones(2), risk)
    apart = c_index(np.ones((1, 2)), time, np.ones(2), risk, np.array([0, 1]))
    assert np.isnan([*censored, *alone, *apart]).all()


def test_no_variation_is_nan():
    numbers, flat = np.array([0.1, 0.2, 0.3]), np.full(3, 0.1)
    weights = np.array([[3.0, 0.0, 0.0]])
    assert np.isnan(metrics.r2(weights, numbers, numbers)).all()
    assert np.isnan(metrics.spearman(weights, numbers, numbers)).all()
    assert np.isnan(metrics.spearman(np.ones((1, 3)), numbers, flat)).all()
    assert np.isnan(metrics.mean(np.zeros((1, 3)), numbers)).all()
