"""Logistic regression against that of scikit-learn."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from twinpurify.supervised.logistic import fit_logistic


def sample(n: int, n_features: int, n_classes: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(n)
    labels = rng.choice([f"class {k}" for k in range(n_classes)], n, p=_shares(n_classes))
    values = rng.normal(size=(n, n_features))
    values[:, 0] += labels == "class 0"
    values[:, 1] -= labels == "class 1"
    return values, labels


def _shares(n_classes: int) -> np.ndarray:
    shares = np.arange(1.0, n_classes + 1)
    return shares / shares.sum()


@pytest.mark.parametrize("n_classes", [2, 3, 5])
@pytest.mark.parametrize(("n", "n_features"), [(60, 10), (200, 30), (40, 80)])
@pytest.mark.parametrize("inverse_penalty", [1e-4, 1e-2, 1.0])
def test_the_fit_is_that_of_scikit_learn(n, n_features, n_classes, inverse_penalty):
    values, labels = sample(n, n_features, n_classes)
    found = fit_logistic(values, labels, inverse_penalty)
    model = LogisticRegression(C=inverse_penalty, class_weight="balanced", max_iter=500)
    expected = model.fit(values, labels)
    assert found.classes.tolist() == expected.classes_.tolist()
    np.testing.assert_allclose(found.coefficients, expected.coef_.T, atol=2e-3)
    decision = found.decision(values)
    odds = np.exp(decision - decision.max(axis=1, keepdims=True))
    likely = odds / odds.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(likely, expected.predict_proba(values), atol=2e-3)


@pytest.mark.parametrize("n_classes", [2, 4])
def test_samples_weigh_alike_if_classes_do_not(n_classes):
    values, labels = sample(60, 10, n_classes)
    found = fit_logistic(values, labels, 0.1, balanced=False)
    expected = LogisticRegression(C=0.1, max_iter=500).fit(values, labels)
    np.testing.assert_allclose(found.coefficients, expected.coef_.T, atol=2e-3)
    balanced = fit_logistic(values, labels, 0.1)
    assert np.abs(found.coefficients - balanced.coefficients).max() > 0.01


@pytest.mark.parametrize("n_classes", [2, 4])
def test_a_slow_minimum_of_the_same_objective_is_no_better(n_classes):
    values, labels = sample(80, 6, n_classes)
    tight = LogisticRegression(C=0.1, class_weight="balanced", max_iter=10000, tol=1e-10)
    expected = tight.fit(values, labels)
    found = fit_logistic(values, labels, 0.1)
    np.testing.assert_allclose(found.coefficients, expected.coef_.T, atol=5e-3)
    np.testing.assert_allclose(found.intercept, expected.intercept_, atol=5e-3)


def test_separable_classes_end_in_the_steps_allowed():
    values = np.array([[-1.0], [-2.0], [1.0], [2.0]])
    found = fit_logistic(values, np.array(["a", "a", "b", "b"]), 1e8)
    assert np.isfinite(found.coefficients).all()
    assert found.classes[found.decision(values).argmax(axis=1)].tolist() == ["a", "a", "b", "b"]
