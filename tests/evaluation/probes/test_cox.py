"""Cox regression against lifelines, with and without ties."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter

from twinpurify.evaluation.probes import cox
from twinpurify.evaluation.probes.cox import fit_cox_ridge, partial_likelihood


def follow_up(n=150, n_features=6, decimals=3, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.normal(0.0, np.linspace(2.0, 0.5, n_features), (n, n_features))
    death, end = rng.exponential(np.exp(-0.7 * values[:, 0])), rng.uniform(0.2, 3.0, n)
    time = np.round(np.minimum(death, end), decimals) + 0.1
    return values, time, (death < end).astype(float)


def by_lifelines(values, time, event, penalty, strata=None):
    table = pd.DataFrame(values).add_prefix("x").assign(time=time, event=event)
    # lifelines penalises coefficients of standardised columns; this undoes the standardisation.
    penalties = penalty / values.var(axis=0, ddof=1)
    options = {"precision": 1e-10}
    fitter = CoxPHFitter(penalizer=penalties)
    columns = None if strata is None else ["stratum"]
    table = table if strata is None else table.assign(stratum=strata)
    fitted = fitter.fit(table, "time", "event", strata=columns, fit_options=options)
    return fitted.params_.to_numpy()


@pytest.mark.parametrize("decimals", [6, 1, 0])
@pytest.mark.parametrize("penalty", [1.0, 0.01])
def test_it_is_the_estimate_of_lifelines(decimals, penalty):
    data = follow_up(decimals=decimals)
    expected = by_lifelines(*data, penalty)
    np.testing.assert_allclose(fit_cox_ridge(*data, penalty), expected, atol=2e-5)


@pytest.mark.parametrize("decimals", [6, 1, 0])
def test_strata_have_baselines_of_their_own(decimals):
    values, time, event = follow_up(decimals=decimals)
    strata = np.random.default_rng(3).choice(["brca", "gbm", "luad"], len(time))
    # A cancer with another hazard, which without strata would be taken for an effect.
    values[strata == "gbm", 1] += 2.0
    time = np.where(strata == "gbm", time / 4.0, time)
    expected = by_lifelines(values, time, event, 0.05, strata)
    found = fit_cox_ridge(values, time, event, 0.05, strata)
    np.testing.assert_allclose(found, expected, atol=2e-5)
    assert np.abs(found - fit_cox_ridge(values, time, event, 0.05)).max() > 0.05


def test_one_stratum_is_none():
    data = follow_up(decimals=1)
    one = fit_cox_ridge(*data, 0.1, np.full(len(data[1]), "brca"))
    np.testing.assert_array_equal(one, fit_cox_ridge(*data, 0.1))


def test_the_order_of_samples_does_not_matter():
    values, time, event = follow_up(decimals=1)
    order = np.random.default_rng(1).permutation(len(time))
    shuffled = fit_cox_ridge(values[order], time[order], event[order], 0.1)
    np.testing.assert_allclose(shuffled, fit_cox_ridge(values, time, event, 0.1), atol=1e-8)


def test_more_features_than_samples_are_held_by_the_penalty():
    found = fit_cox_ridge(*follow_up(n=40, n_features=80), 0.1)
    assert np.isfinite(found).all()


def test_separated_follow_up_still_converges_under_a_penalty():
    time = np.arange(1.0, 31.0)
    found = fit_cox_ridge(-time[:, None] / 10.0, time, np.ones(30), 0.01)
    assert found[0] > 1.0


@pytest.mark.parametrize("decimals", [6, 1, 0])
@pytest.mark.parametrize("n_strata", [1, 3])
def test_the_partial_likelihood_is_that_of_lifelines(decimals, n_strata):
    values, time, event = follow_up(n_features=2, decimals=decimals)
    strata = np.arange(len(time)) % n_strata
    table = pd.DataFrame(values, columns=["a", "b"])
    table = table.assign(time=time, event=event, stratum=strata)
    model = CoxPHFitter().fit(table, "time", "event", strata=["stratum"])
    risk = values @ model.params_.to_numpy()
    assert partial_likelihood(risk, time, event, strata) == pytest.approx(model.log_likelihood_)


def test_tied_events_leave_the_risk_set_one_by_one():
    risk, time, event = np.array([0.3, -0.2, 0.7]), np.array([2.0, 2.0, 1.0]), np.ones(3)
    everybody, pair = np.log(np.exp(risk).sum()), np.exp(risk[:2]).sum()
    expected = (risk[2] - everybody) + (risk[0] - np.log(pair)) + (risk[1] - np.log(pair / 2.0))
    assert partial_likelihood(risk, time, event) == pytest.approx(expected)


@pytest.mark.parametrize("decimals", [6, 0])
def test_a_fit_maximises_the_partial_likelihood(decimals):
    values, time, event = follow_up(n_features=3, decimals=decimals)
    strata = np.arange(len(time)) % 2
    found = fit_cox_ridge(values, time, event, 0.05, strata)

    def objective(coefficients):
        likelihood = partial_likelihood(values @ coefficients, time, event, strata)
        return likelihood / len(time) - 0.025 * coefficients @ coefficients

    moved = found + 0.01 * np.concatenate([np.eye(3), -np.eye(3)])
    assert all(objective(found) > objective(one) for one in moved)


def test_the_likelihood_of_risks_far_apart_is_not_lost_in_rounding():
    values, time, event = follow_up(n_features=2, decimals=0)
    strata = np.arange(len(time)) % 2
    risk = 20.0 * values[:, 0]
    apart = [partial_likelihood(*(x[strata == k] for x in (risk, time, event))) for k in (0, 1)]
    far = partial_likelihood(risk + 2000.0 * strata, time, event, strata)
    assert far == pytest.approx(sum(apart), rel=1e-9)
    assert np.isfinite(far)


def test_steps_that_lead_nowhere_are_no_estimate(monkeypatch):
    monkeypatch.setattr(cox, "MAX_STEPS", 1)
    assert fit_cox_ridge(*follow_up(), 0.01) is None


def test_a_direction_that_never_helps_is_given_up(monkeypatch):
    monkeypatch.setattr(cox, "MAX_HALVINGS", 0)
    assert fit_cox_ridge(*follow_up(), 0.01) is None
