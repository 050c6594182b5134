"""Standardisation by training samples."""

import numpy as np

from twinpurify.evaluation.probes.scaling import Standardizer


def test_training_features_get_mean_zero_and_deviation_one():
    features = np.random.default_rng(0).normal(5.0, 3.0, (50, 4))
    values = Standardizer().fit(features).transform(features)
    np.testing.assert_allclose(values.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(values.std(axis=0), 1.0)


def test_a_feature_without_variation_in_training_is_zero_everywhere():
    training = np.array([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
    training = np.column_stack([training, 1e4 + 1e-4 * training[:, 0]])
    values = Standardizer().fit(training).transform(np.array([[2.0, 7.0, 9e4]]))
    assert values.tolist() == [[0.0, 0.0, 0.0]]
