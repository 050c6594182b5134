"""Scores under censoring against scikit-survival, and their weights against repeated samples."""

import numpy as np
import pytest
from sksurv.metrics import (
    concordance_index_ipcw,
    cumulative_dynamic_auc,
    integrated_brier_score,
)
from sksurv.util import Surv

from twinpurify.evaluation.formulas import survival as metrics
from twinpurify.evaluation.questions.survival.curves import (
    baseline_hazard,
    censoring_curve,
    survival_curve,
)


def patients(n, seed, decimals=0):
    rng = np.random.default_rng(seed)
    risk = np.round(rng.normal(size=n), 1)
    death, end = rng.exponential(1500.0 * np.exp(-risk)), rng.uniform(100.0, 4000.0, n)
    time = np.maximum(np.round(np.minimum(death, end), decimals), 1.0)
    return time, (death < end).astype(float), risk


@pytest.fixture(params=[6, 0, -2], ids=["untied", "days", "hundreds of days"])
def drawn(request):
    train, test = patients(200, 0, request.param), patients(120, 1, request.param)
    keep = test[0] < train[0].max()
    return train, tuple(part[keep] for part in test)


def structured(part):
    return Surv.from_arrays(part[1] > 0, part[0])


def one(n):
    return np.ones((1, n))


def test_uno_is_that_of_scikit_survival(drawn):
    train, (time, event, risk) = drawn
    followed = censoring_curve(*train[:2]).at(time)
    for horizon in (800.0, 2000.0):
        found = metrics.c_uno(
            one(len(time)), time, event, risk, followed, np.full(len(time), horizon)
        )
        expected = concordance_index_ipcw(
            structured(train), structured((time, event)), risk, tau=horizon
        )
        assert found[0] == pytest.approx(expected[0])


def test_the_auc_is_that_of_scikit_survival(drawn):
    train, (time, event, risk) = drawn
    followed = censoring_curve(*train[:2]).at(time)
    for when in (365.25, 1095.75):
        found = metrics.dynamic_auc(one(len(time)), time, event, risk, followed, when)
        expected, _ = cumulative_dynamic_auc(
            structured(train), structured((time, event)), risk, [when]
        )
        assert found[0] == pytest.approx(expected[0])


def test_the_integrated_brier_score_is_that_of_scikit_survival(drawn):
    train, (time, event, risk) = drawn
    # scikit-survival asks for times that lie within the follow-up.
    curve, grid = censoring_curve(*train[:2]), np.linspace(110.0, 1500.0, 60)
    hazard = baseline_hazard(train[2], *train[:2]).at(grid)
    survival = np.exp(-np.exp(risk)[:, None] * hazard)
    error = metrics.integrated_squared_error(
        time, event, survival, grid, curve.at(time), curve.at(grid)
    )
    expected = integrated_brier_score(structured(train), structured((time, event)), survival, grid)
    assert error.mean() == pytest.approx(expected)


def scores(weights, time, event, risk, followed, strata):
    grid = metrics.brier_grid(1500.0)
    survival = np.exp(-np.exp(risk)[:, None] * grid / 1500.0)
    on_grid = np.linspace(1.0, 0.5, len(grid))
    error = metrics.integrated_squared_error(time, event, survival, grid, followed, on_grid)
    data = (weights, time, event, risk, followed)
    return {
        "c_uno": metrics.c_uno(*data, np.full(len(time), 1500.0), strata),
        "auc": metrics.dynamic_auc(*data, 800.0, strata),
        "skill": metrics.skill(weights, error, np.full(len(time), 0.25)),
    }


def test_weights_are_repetitions():
    time, event, risk = patients(60, 2)
    rng = np.random.default_rng(3)
    followed, strata = censoring_curve(time, event).at(time), rng.integers(0, 2, 60)
    weights = rng.multinomial(60, np.full(60, 1 / 60), size=4).astype(float)
    weighted = scores(weights, time, event, risk, followed, strata)
    for replicate, times in enumerate(weights.astype(int)):
        at = np.repeat(np.arange(60), times)
        repeated = (time[at], event[at], risk[at], followed[at], strata[at])
        for name, expected in scores(one(len(at)), *repeated).items():
            assert weighted[name][replicate] == pytest.approx(expected[0]), name


def test_strata_are_never_compared_with_each_other():
    time, event, risk = patients(80, 4)
    followed, strata = censoring_curve(time, event).at(time), np.arange(80) % 2
    data = (one(80), time, event)
    before = scores(*data, risk, followed, strata)
    after = scores(*data, risk + 10.0 * strata, followed, strata)
    assert before["c_uno"] == pytest.approx(after["c_uno"])
    assert before["auc"] == pytest.approx(after["auc"])


def test_without_pairs_there_is_no_score():
    time, event = np.array([5.0, 9.0]), np.zeros(2)
    data = (one(2), time, event, np.zeros(2), np.ones(2))
    assert np.isnan(metrics.c_uno(*data, np.full(2, 10.0)))[0]
    assert np.isnan(metrics.dynamic_auc(*data, 6.0))[0]


def test_somebody_who_knows_no_patient_has_no_skill():
    error = np.array([0.1, 0.3, 0.2])
    assert metrics.skill(one(3), error, error)[0] == pytest.approx(0.0)
    assert metrics.skill(one(3), error / 2.0, error)[0] == pytest.approx(0.5)


def test_time_beyond_all_training_follow_up_counts_nothing():
    time, event = np.array([50.0, 5000.0]), np.ones(2)
    curve = censoring_curve(np.array([10.0, 20.0, 1000.0]), np.array([1.0, 0.0, 0.0]))
    grid = metrics.brier_grid(2000.0)
    error = metrics.integrated_squared_error(
        time, event, np.full((2, len(grid)), 0.5), grid, curve.at(time), curve.at(grid)
    )
    assert np.isfinite(error).all()


def test_the_survival_curve_takes_censoring_into_account():
    curve = survival_curve(np.array([1.0, 2.0, 2.0, 3.0]), np.array([1.0, 0.0, 1.0, 1.0]))
    np.testing.assert_allclose(curve.at([0.5, 1.0, 2.5, 3.0, 9.0]), [1.0, 0.75, 0.5, 0.0, 0.0])
