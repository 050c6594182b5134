"""Dilution: the mixture of tissues in linear space, against loops and known distributions."""

import numpy as np
import pytest

from twinpurify.purification.dilution import dilute, random_backgrounds, to_linear


@pytest.fixture
def profiles() -> np.ndarray:
    return np.random.default_rng(0).gamma(4.0, 1.5, (6, 7)).astype(np.float32)


@pytest.fixture
def normals() -> np.ndarray:
    return np.random.default_rng(1).gamma(4.0, 1.5, (5, 7)).astype(np.float32)


def test_to_linear_undoes_the_logarithm_and_cuts_rounding():
    found = to_linear(np.array([0.0, 1.0, 3.0, -1e-7, -2.0]))
    np.testing.assert_allclose(found, [0.0, 1.0, 7.0, 0.0, 0.0])


def test_dilution_equals_a_slow_one(profiles, normals):
    fractions = np.array([0.1, 0.3, 0.5, 0.7, 0.9, 1.0])
    found = dilute(profiles, normals, fractions, np.random.default_rng(7), n_mixed=3)
    linear = 2.0 ** normals.astype(float) - 1.0
    backgrounds = random_backgrounds(linear, 6, np.random.default_rng(7), n_mixed=3)
    for sample in range(6):
        for gene in range(7):
            x = 2.0 ** float(profiles[sample, gene]) - 1.0
            a = fractions[sample]
            expected = np.log2(a * x + (1.0 - a) * backgrounds[sample, gene] + 1.0)
            assert found[sample, gene] == pytest.approx(expected, rel=1e-5)
    assert found.dtype == np.float32


def test_backgrounds_are_convex_combinations_of_a_few_normals():
    # With one gene a normal, the backgrounds are the weights.
    n_normals, n_mixed, n = 9, 4, 20000
    weights = random_backgrounds(np.eye(n_normals), n, np.random.default_rng(0), n_mixed)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-6)
    assert ((weights > 0).sum(axis=1) == n_mixed).all()
    np.testing.assert_allclose(weights.mean(axis=0), 1.0 / n_normals, rtol=0.04)
    # Dirichlet(1, 1, 1, 1): mean 1/4, variance 3/80.
    shares = weights[weights > 0]
    assert shares.mean() == pytest.approx(0.25, rel=1e-3)
    assert shares.var() == pytest.approx(3.0 / 80.0, rel=0.02)


def test_a_weight_stays_with_its_normal(normals):
    linear = to_linear(normals)
    weights = random_backgrounds(np.eye(5), 8, np.random.default_rng(3))
    found = random_backgrounds(linear, 8, np.random.default_rng(3))
    np.testing.assert_allclose(found, weights @ linear, rtol=1e-5)


def test_there_may_be_fewer_normals_than_are_mixed(profiles, normals):
    alone = dilute(profiles, normals[:1], 0.4, np.random.default_rng(0), n_mixed=4)
    expected = np.log2(0.4 * (2.0**profiles - 1.0) + 0.6 * (2.0 ** normals[0] - 1.0) + 1.0)
    np.testing.assert_allclose(alone, expected, rtol=1e-5)


def test_fraction_one_leaves_the_profile(profiles, normals):
    found = dilute(profiles, normals, 1.0, np.random.default_rng(0))
    np.testing.assert_allclose(found, profiles, atol=1e-5)


def test_a_profile_diluted_with_itself_stays(profiles):
    found = dilute(profiles[:1], profiles[:1], 0.3, np.random.default_rng(0))
    np.testing.assert_allclose(found, profiles[:1], rtol=1e-5)


def test_each_profile_has_a_background_of_its_own(profiles, normals):
    same = np.repeat(profiles[:1], 6, axis=0)
    found = dilute(same, normals, 0.5, np.random.default_rng(0))
    assert len(np.unique(found, axis=0)) == 6


def test_the_draws_are_the_generators(profiles, normals):
    first = dilute(profiles, normals, 0.5, np.random.default_rng(1))
    again = dilute(profiles, normals, 0.5, np.random.default_rng(1))
    other = dilute(profiles, normals, 0.5, np.random.default_rng(2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
