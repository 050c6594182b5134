"""Logistic regression probe: rotation, penalty, two classes and more."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from twinpurify.evaluation.probes.classification import ClassificationProbe
from twinpurify.supervised.penalty import INVERSE_PENALTIES
from twinpurify.supervised.rotation import sample_space
from twinpurify.supervised.scaling import CommonStandardizer, Standardizer

LABELS = np.array(["a", "b", "c"])


def clusters(n: int, n_features: int, n_classes: int = 3, seed: int = 0):
    rng = np.random.default_rng(seed)
    labels = LABELS[np.arange(n) % n_classes]
    features = rng.normal(2.0, 1.0, (n, n_features)) * rng.uniform(0.5, 2.0, n_features)
    for position in range(n_classes):
        features[labels == LABELS[position], position] += 3.0
    return features, labels, np.arange(n).astype(str)


def probe(seed: int = 0) -> ClassificationProbe:
    return ClassificationProbe(np.random.default_rng(seed))


def test_the_sample_space_is_orthonormal_and_holds_the_samples():
    features = np.random.default_rng(0).normal(size=(20, 50))
    features -= features.mean(axis=0)
    basis = sample_space(features)
    assert basis.shape == (50, 19)
    np.testing.assert_allclose(basis.T @ basis, np.eye(19), atol=1e-10)
    np.testing.assert_allclose(features @ basis @ basis.T, features, atol=1e-10)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("n_features", [10, 200])
def test_the_fit_is_that_of_all_standardised_features(n_classes, n_features):
    features, labels, patients = clusters(60, n_features, n_classes)
    fitted = probe().fit(features, labels, patients)
    values = (features - features.mean(axis=0)) / features.std(axis=0)
    direct = LogisticRegression(
        C=fitted.inverse_penalty_, class_weight="balanced", max_iter=5000, tol=1e-8
    ).fit(values, labels)
    size = np.abs(direct.coef_).max()
    np.testing.assert_allclose(fitted.coefficients_, direct.coef_.T, atol=0.01 * size)
    new, _, _ = clusters(90, n_features, n_classes, seed=1)
    values = (new - features.mean(axis=0)) / features.std(axis=0)
    assert (fitted.predict(new) == direct.predict(values)).all()


def test_clusters_are_found_in_samples_not_seen():
    features, labels, patients = clusters(200, 20)
    fitted = probe().fit(features[:100], labels[:100], patients[:100])
    assert (fitted.predict(features[100:]) == labels[100:]).mean() > 0.7


def test_of_penalties_with_equal_accuracy_the_likeliest_is_chosen():
    labels = LABELS[np.arange(60) % 2]
    features = (labels == "a").astype(float)[:, None]
    assert probe().fit(features, labels, np.arange(60)).inverse_penalty_ == INVERSE_PENALTIES[-1]


def test_classes_weigh_alike_however_rare():
    rng = np.random.default_rng(0)
    labels = np.where(np.arange(300) < 30, "rare", "often")
    features = rng.normal(size=(300, 1)) + (labels == "rare")[:, None]
    called = probe().fit(features, labels, np.arange(300)).predict(features)
    assert (called[labels == "rare"] == "rare").mean() > 0.5


def test_other_labels_are_fitted_with_the_same_penalty():
    features, labels, patients = clusters(60, 200)
    fitted = probe().fit(features, labels, patients)
    penalty, coefficients = fitted.inverse_penalty_, fitted.coefficients_
    swapped = np.where(labels == "a", "b", np.where(labels == "b", "a", labels))
    fitted.refit(swapped)
    assert fitted.inverse_penalty_ == penalty
    np.testing.assert_allclose(
        fitted.coefficients_[:, [1, 0, 2]], coefficients, atol=0.02 * np.abs(coefficients).max()
    )


def test_one_sample_alone_is_called_as_in_a_batch():
    features, labels, patients = clusters(60, 200)
    fitted = probe().fit(features, labels, patients)
    alone = [fitted.predict(features[i : i + 1])[0] for i in range(60)]
    assert fitted.predict(features).tolist() == alone


@pytest.mark.parametrize("n_classes", [2, 3])
def test_probabilities_are_those_of_a_fit_with_the_classes_as_frequent_as_they_are(n_classes):
    features, labels, patients = clusters(3000, 4, n_classes)
    kept = (labels != LABELS[0]) | (np.arange(len(labels)) % 12 == 0)
    features, labels, patients = features[kept], labels[kept], patients[kept]
    features = features + np.random.default_rng(1).normal(0.0, 2.0, features.shape)
    fitted = probe().fit(features, labels, patients)
    found = fitted.predict_proba(features)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    values = (features - features.mean(axis=0)) / features.std(axis=0)
    plain = LogisticRegression(C=1e3, max_iter=2000).fit(values, labels)
    assert np.abs(found - plain.predict_proba(values)).mean() < 0.01
    frequencies = (labels[:, None] == LABELS[:n_classes]).mean(axis=0)
    np.testing.assert_allclose(found.mean(axis=0), frequencies, atol=0.02)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_likeliest_of_equally_frequent_classes_is_called(n_classes):
    features, labels, patients = clusters(60, 5, n_classes)
    features = features + np.random.default_rng(1).normal(0.0, 2.0, features.shape)
    fitted = probe().fit(features, labels, patients)
    likeliest = fitted.classes_[fitted.predict_proba(features).argmax(axis=1)]
    np.testing.assert_array_equal(fitted.predict(features), likeliest)


def test_a_penalty_that_is_given_is_not_chosen():
    features, labels, patients = clusters(60, 5)
    given = ClassificationProbe(np.random.default_rng(0), inverse_penalty=0.003)
    assert given.fit(features, labels, patients).inverse_penalty_ == 0.003
    chosen = probe().fit(features, labels, patients)
    same = ClassificationProbe(np.random.default_rng(1), inverse_penalty=chosen.inverse_penalty_)
    same.fit(features, labels, patients)
    np.testing.assert_array_equal(same.coefficients_, chosen.coefficients_)


def test_on_a_common_scale_a_small_feature_counts_for_less():
    """Blown up to the size of the others, it would tell classes; as small as it is, it can't."""
    features, labels, patients = clusters(60, 3)
    features[:, 0] *= 1e-4
    penalty = {"inverse_penalty": 1.0}
    effects = []
    for scaler in (Standardizer, CommonStandardizer):
        fitted = ClassificationProbe(np.random.default_rng(0), scaler=scaler, **penalty)
        fitted.fit(features, labels, patients)
        spread = fitted.scaler_.transform(features)[:, 0].std()
        effects.append(spread * np.abs(fitted.coefficients_[0]).max())
    assert effects[1] < 1e-3 * effects[0]
