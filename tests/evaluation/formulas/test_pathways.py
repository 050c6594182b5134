"""Scores of pathways against slow, plain ones."""

import numpy as np
import pytest
from scipy import stats

from twinpurify.evaluation.formulas.pathways import hedges_g, mean_abs_spearman, row_spearman


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def slow_g(first, second):
    freedom = len(first) + len(second) - 2
    pooled = (
        (len(first) - 1) * first.var(ddof=1) + (len(second) - 1) * second.var(ddof=1)
    ) / freedom
    return (first.mean() - second.mean()) / np.sqrt(pooled) * (1 - 3 / (4 * freedom - 1))


def test_an_effect_is_that_of_the_plain_formula(rng):
    scores, positive = rng.normal(5.0, 2.0, (30, 3)), np.arange(30) < 11
    scores[positive] += [0.0, 2.0, -3.0]
    found = hedges_g(np.ones((1, 30)), scores, positive)[0]
    expected = [slow_g(one[positive], one[~positive]) for one in scores.T]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert found[1] > 0 > found[2]


def test_weights_are_copies(rng):
    scores, positive = rng.normal(size=(12, 2)), np.arange(12) % 3 == 0
    weights = rng.integers(0, 4, (5, 12)).astype(float)
    found = hedges_g(weights, scores, positive)
    for row, copies in enumerate(weights.astype(int)):
        again, sides = np.repeat(scores, copies, axis=0), np.repeat(positive, copies)
        expected = [slow_g(one[sides], one[~sides]) for one in again.T]
        np.testing.assert_allclose(found[row], expected, rtol=1e-9)


def test_a_side_without_tumours_or_variation_has_no_effect():
    scores, positive = np.arange(6.0)[:, None], np.arange(6) < 3
    absent = np.array([[1.0, 0, 0, 1, 1, 1]])
    assert np.isnan(hedges_g(absent, scores, positive)).all()
    assert np.isnan(hedges_g(np.ones((1, 6)), np.ones((6, 1)), positive)).all()


def test_correlations_are_averaged_without_their_signs(rng):
    purity = rng.uniform(size=40)
    scores = np.column_stack([purity, -purity, rng.normal(size=40)])
    third = abs(stats.spearmanr(scores[:, 2], purity).statistic)
    found = mean_abs_spearman(np.ones((1, 40)), scores, purity)
    assert found == pytest.approx([(2.0 + third) / 3])


def test_rows_are_ranked_against_a_reference(rng):
    rows, reference = rng.normal(size=(4, 9)), rng.normal(size=9)
    expected = [stats.spearmanr(row, reference).statistic for row in rows]
    np.testing.assert_allclose(row_spearman(rows, reference), expected)
    rows[1, 2] = np.nan
    assert np.isnan(row_spearman(rows, reference)).tolist() == [False, True, False, False]
