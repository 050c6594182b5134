"""Ridge regression in kernel form against plain solutions, and left-out errors against refits."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from twinpurify.evaluation.probes.kernel_ridge import (
    dual_coefficients,
    kernel_spectrum,
    left_out_errors,
    linear_spectrum,
)

PENALTIES = [0.01, 1.0, 100.0]


def problem(n_features: int, n: int = 40):
    rng = np.random.default_rng(0)
    features = rng.normal(1.0, 1.0, (n, n_features))
    target = features[:, 0] + 5.0 + rng.normal(size=n)
    return features, target, rng.integers(0, 17, n)


@pytest.mark.parametrize("n_features", [5, 90])
@pytest.mark.parametrize("penalty", PENALTIES)
def test_the_solution_is_that_of_ridge_regression(n_features, penalty):
    features, target, _ = problem(n_features)
    dual, intercept = dual_coefficients(linear_spectrum(features), target, penalty)
    oracle = Ridge(alpha=penalty).fit(features, target)
    np.testing.assert_allclose(features.T @ dual, oracle.coef_, atol=1e-8)
    assert intercept == pytest.approx(oracle.intercept_)


@pytest.mark.parametrize("n_features", [5, 90])
@pytest.mark.parametrize("penalty", PENALTIES)
def test_left_out_errors_are_those_of_refits_without_the_group(n_features, penalty):
    features, target, groups = problem(n_features)
    found = left_out_errors(linear_spectrum(features), target, penalty, groups)
    for group in np.unique(groups):
        out = groups == group
        oracle = Ridge(alpha=penalty).fit(features[~out], target[~out])
        np.testing.assert_allclose(found[out], target[out] - oracle.predict(features[out]))


def test_a_wide_spectrum_is_that_of_the_kernel():
    features, target, groups = problem(90)
    wide, kernel = linear_spectrum(features), kernel_spectrum(features @ features.T)
    np.testing.assert_allclose(
        left_out_errors(wide, target, 1.0, groups), left_out_errors(kernel, target, 1.0, groups)
    )
