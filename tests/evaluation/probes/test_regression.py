"""Regression probes: what is linear, what isn't, and what is noise."""

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge

from twinpurify.evaluation.probes import regression
from twinpurify.evaluation.probes.regression import LinearProbe, RbfProbe, squared_distances


def sample(n: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    features = rng.normal(3.0, 2.0, (n, 4))
    return features, np.arange(n).astype(str), rng


def rbf(seed: int = 0) -> RbfProbe:
    return RbfProbe(np.random.default_rng(seed))


def r2(truth, predicted):
    return 1.0 - ((truth - predicted) ** 2).sum() / ((truth - truth.mean()) ** 2).sum()


def test_the_linear_probe_is_ridge_regression_on_standardised_features():
    features, patients, rng = sample(80)
    target = features[:, 0] + rng.normal(size=80)
    probe = LinearProbe().fit(features, target, patients)
    values = (features - features.mean(axis=0)) / features.std(axis=0)
    oracle = Ridge(alpha=probe.penalty_ * 4).fit(values, target)
    np.testing.assert_allclose(probe.coefficients_, oracle.coef_)
    np.testing.assert_allclose(probe.predict(features), oracle.predict(values))


def test_the_rbf_probe_is_kernel_ridge_regression_around_an_intercept():
    features, patients, rng = sample(80)
    target = 10.0 + np.sin(features[:, 0]) + 0.1 * rng.normal(size=80)
    probe = rbf().fit(features, target, patients)
    values = (features - features.mean(axis=0)) / features.std(axis=0)
    oracle = KernelRidge(alpha=probe.penalty_, kernel="rbf", gamma=probe.gamma_)
    oracle.fit(values, target - probe.intercept_)
    np.testing.assert_allclose(probe.predict(features), oracle.predict(values) + probe.intercept_)
    assert probe.dual_.sum() == pytest.approx(0.0, abs=1e-8)


def test_a_line_is_read_by_both_and_a_parabola_by_one():
    features, patients, _ = sample(300)
    new, _, _ = sample(200, seed=1)
    for target in (lambda x: x[:, 1], lambda x: (x[:, 1] - 3.0) ** 2):
        fits = [p.fit(features, target(features), patients) for p in (LinearProbe(), rbf())]
        linear, curved = (r2(target(new), fit.predict(new)) for fit in fits)
        assert curved > 0.8
        assert linear > 0.95 or linear < 0.3
    assert linear < 0.3


def test_noise_is_not_read():
    features, patients, rng = sample(200)
    target = rng.normal(size=200)
    new, _, rng = sample(200, seed=1)
    truth = rng.normal(size=200)
    for probe in (LinearProbe(), rbf()):
        assert r2(truth, probe.fit(features, target, patients).predict(new)) == pytest.approx(
            0.0, abs=0.1
        )


def test_the_width_is_chosen_on_whole_patients_within_the_limit(monkeypatch):
    monkeypatch.setattr(regression, "MAX_TUNING_SAMPLES", 50)
    patients = np.repeat(np.arange(30), 4)
    chosen = rbf()._tuning_samples(patients)
    assert 46 < len(chosen) <= 50
    assert (np.unique(patients[chosen], return_counts=True)[1] == 4).all()


def test_a_collapsed_embedding_predicts_the_mean():
    target, patients = np.arange(20.0), np.arange(20)
    for probe in (LinearProbe(), rbf()):
        fitted = probe.fit(np.ones((20, 3)), target, patients)
        np.testing.assert_allclose(fitted.predict(np.ones((2, 3))), 9.5)


def test_squared_distances():
    first, second = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[3.0, 4.0]])
    assert squared_distances(first, second).tolist() == [[25.0], [13.0]]
