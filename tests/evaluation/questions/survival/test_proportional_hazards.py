"""The test of proportional hazards against lifelines, and what it finds."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.statistics import proportional_hazard_test

from tests.evaluation.stand_ins import embed
from twinpurify.evaluation.questions.survival.endpoint import endpoint_of
from twinpurify.evaluation.questions.survival.proportional_hazards import (
    check_hazards,
    proportionality_test,
)
from twinpurify.evaluation.splits.held_out import of_split


def patients(n=200, seed=0):
    rng = np.random.default_rng(seed)
    risk = rng.normal(size=n)
    death, end = rng.exponential(np.exp(-0.8 * risk)), rng.uniform(0.2, 3.0, n)
    return risk, np.minimum(death, end), (death < end).astype(float), rng.integers(0, 3, n)


@pytest.mark.parametrize("stratified", [False, True])
def test_it_is_that_of_lifelines(stratified):
    risk, time, event, strata = patients()
    strata = strata if stratified else np.zeros(200, dtype=int)
    table = pd.DataFrame({"risk": risk, "time": time, "event": event, "stratum": strata})
    # lifelines counts events stratum by stratum; time itself must be what it is tried on.
    fitter = CoxPHFitter().fit(
        table, "time", "event", strata=["stratum"], fit_options={"precision": 1e-10}
    )
    ranks = pd.Series(time).where(event > 0).rank().to_numpy()

    def transform(durations, events, weights):
        position = pd.Series(ranks, index=time)
        return pd.Series(position.loc[durations].to_numpy(), index=durations.index)

    expected = proportional_hazard_test(fitter, table, time_transform=transform)
    found = proportionality_test(risk, time, event, strata)
    assert found[0] == pytest.approx(float(np.ravel(expected.test_statistic)[0]), rel=1e-4)
    assert found[1] == pytest.approx(float(np.ravel(expected.p_value)[0]), rel=1e-3)


def test_a_risk_that_fades_is_found():
    rng = np.random.default_rng(1)
    risk = rng.normal(size=600)
    early = rng.exponential(np.exp(-1.5 * risk))
    # Whoever is still there after one year dies regardless of her risk.
    time = np.where(early < 1.0, early, 1.0 + rng.exponential(1.0, 600))
    assert proportionality_test(risk, time, np.ones(600), np.zeros(600))[1] < 1e-6


def test_under_proportional_hazards_p_values_are_uniform():
    drawn = [patients(150, seed)[:3] for seed in range(200)]
    p_values = [proportionality_test(*one, np.zeros(150))[1] for one in drawn]
    assert 0.01 < np.mean(np.array(p_values) < 0.05) < 0.10


def test_a_risk_that_does_not_vary_is_not_tested(cohort):
    endpoint = endpoint_of(of_split(embed(cohort)), "os")
    assert check_hazards(endpoint, np.zeros(len(endpoint.time))).tables == {}


def test_separated_follow_up_is_not_tested(monkeypatch):
    from twinpurify.evaluation.questions.survival import proportional_hazards

    monkeypatch.setattr(proportional_hazards, "fit_cox_ridge", lambda *_: None)
    assert proportionality_test(*patients()) is None
