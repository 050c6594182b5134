"""Curves that are learnt from training patients, against lifelines and scikit-survival."""

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from sksurv.linear_model import CoxPHSurvivalAnalysis
from sksurv.nonparametric import CensoringDistributionEstimator
from sksurv.util import Surv

from twinpurify.evaluation.questions.survival.curves import (
    baseline_hazard,
    censoring_curve,
    survival_curve,
)


@pytest.fixture(params=[6, 0], ids=["untied", "tied"])
def follow_up(request):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(120, 2))
    death, end = rng.exponential(30.0 * np.exp(-values[:, 0])), rng.uniform(1.0, 80.0, 120)
    time = np.round(np.minimum(death, end), request.param) + 1.0
    return values, time, (death < end).astype(float)


def test_survival_is_that_of_lifelines(follow_up):
    _, time, event = follow_up
    when = np.linspace(0.0, 70.0, 30)
    expected = KaplanMeierFitter().fit(time, event).survival_function_at_times(when)
    np.testing.assert_allclose(survival_curve(time, event).at(when), expected)


def test_censoring_is_that_of_scikit_survival(follow_up):
    _, time, event = follow_up
    oracle = CensoringDistributionEstimator().fit(Surv.from_arrays(event > 0, time))
    when = np.linspace(0.0, time.max(), 50)
    np.testing.assert_allclose(censoring_curve(time, event).at(when), oracle.predict_proba(when))


def test_the_baseline_is_that_of_scikit_survival(follow_up):
    values, time, event = follow_up
    oracle = CoxPHSurvivalAnalysis(ties="efron").fit(values, Surv.from_arrays(event > 0, time))
    found = baseline_hazard(oracle.predict(values), time, event)
    np.testing.assert_allclose(found.at(oracle.unique_times_), oracle.cum_baseline_hazard_.y)
    assert found.at(np.array([0.0]))[0] == 0.0
