"""Cox regression against lifelines, with and without ties."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter

from twinpurify.evaluation.probes import cox
from twinpurify.evaluation.probes.cox import fit_cox_ridge


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


def test_steps_that_lead_nowhere_are_no_estimate(monkeypatch):
    monkeypatch.setattr(cox, "MAX_STEPS", 1)
    assert fit_cox_ridge(*follow_up(), 0.01) is None


def test_a_direction_that_never_helps_is_given_up(monkeypatch):
    monkeypatch.setattr(cox, "MAX_HALVINGS", 0)
    assert fit_cox_ridge(*follow_up(), 0.01) is None
