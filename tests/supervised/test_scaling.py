"""Standardisation by training samples."""

import numpy as np

from twinpurify.supervised.scaling import CommonStandardizer, Standardizer


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


def test_a_common_scale_keeps_the_sizes_and_brings_the_mean_variance_to_one():
    rng = np.random.default_rng(0)
    features = rng.normal(5.0, [3.0, 0.3, 1.0], (50, 3))
    values = CommonStandardizer().fit(features).transform(features)
    np.testing.assert_allclose(values.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(values.var(axis=0).mean(), 1.0)
    sizes = values.std(axis=0) / features.std(axis=0)
    np.testing.assert_allclose(sizes, sizes[0])


def test_a_feature_that_is_rounding_has_no_say_under_a_common_scale_either():
    training = np.array([[1.0, 1e4], [2.0, 1e4 + 1e-4], [3.0, 1e4]])
    values = CommonStandardizer().fit(training).transform(np.array([[3.0, 9e4]]))
    np.testing.assert_allclose(values, [[np.sqrt(3.0), 0.0]])


def test_one_sample_has_no_scale():
    values = CommonStandardizer().fit(np.ones((1, 2))).transform(np.ones((2, 2)))
    assert values.tolist() == [[0.0, 0.0], [0.0, 0.0]]
