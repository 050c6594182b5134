"""Errors and correlations of profiles against slow, plain computations."""

import numpy as np
import pytest

from twinpurify.evaluation.formulas.profiles import gene_correlation, tumour_rmse

RNG = np.random.default_rng(0)
WANTED = RNG.normal(8.0, 1.0, (20, 9))
FOUND = WANTED + RNG.normal(0.0, 1.0, WANTED.shape)


def test_the_error_of_each_tumour():
    expected = [np.sqrt(np.mean((f - w) ** 2)) for f, w in zip(FOUND, WANTED, strict=True)]
    np.testing.assert_allclose(tumour_rmse(FOUND, WANTED), expected)


def test_whole_weights_repeat_tumours():
    weights = RNG.multinomial(20, np.full(20, 0.05), 6)
    expected = []
    for row in weights:
        x, y = np.repeat(FOUND, row, axis=0), np.repeat(WANTED, row, axis=0)
        each = [np.corrcoef(x[:, gene], y[:, gene])[0, 1] for gene in range(x.shape[1])]
        expected.append(np.median(each))
    np.testing.assert_allclose(gene_correlation(weights, FOUND, WANTED), expected, atol=1e-5)


def test_a_gene_that_is_made_constant_counts_as_lost():
    flat = WANTED.copy()
    flat[:, :6] = 3.0
    assert gene_correlation(np.ones((1, 20)), flat, WANTED)[0] == 0.0
    assert gene_correlation(np.ones((1, 20)), WANTED, WANTED)[0] == pytest.approx(1.0, abs=1e-5)


def test_a_gene_that_should_not_vary_is_left_out():
    wanted = WANTED.copy()
    wanted[:, :6] = 3.0
    assert gene_correlation(np.ones((1, 20)), WANTED, wanted)[0] == pytest.approx(1.0, abs=1e-5)
    nothing = np.full_like(WANTED, 3.0)
    assert np.isnan(gene_correlation(np.ones((1, 20)), WANTED, nothing)[0])
