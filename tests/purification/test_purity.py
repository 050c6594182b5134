"""Relative purity: what the scores of infiltrate are turned into."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from twinpurify.purification.purity import relative_purity, score_range


def test_purity_falls_linearly_from_one_to_zero_over_the_range():
    found = relative_purity(np.array([-9.0, -1.0, 0.0, 1.0, 3.0, 99.0]), np.array([-1.0, 3.0]))
    np.testing.assert_allclose(found, [1.0, 1.0, 0.75, 0.5, 0.0, 0.0])


def test_the_range_leaves_out_a_per_cent_on_each_side():
    scores = np.random.default_rng(0).permutation(np.arange(101.0))
    np.testing.assert_allclose(score_range(scores), [1.0, 99.0])
    assert score_range(scores).dtype == np.float32
    purity = relative_purity(scores, score_range(scores))
    assert (purity == 0.0).sum() == (purity == 1.0).sum() == 2


def test_less_infiltrate_is_more_purity():
    scores = np.random.default_rng(0).normal(size=50)
    purity = relative_purity(scores, np.array([-3.0, 3.0]))
    assert spearmanr(purity, scores)[0] == pytest.approx(-1.0)


def test_a_sample_keeps_its_purity_whatever_else_is_scored():
    scores, limits = np.random.default_rng(0).normal(size=9), np.array([-1.0, 1.0])
    alone = [relative_purity(scores[i : i + 1], limits)[0] for i in range(9)]
    np.testing.assert_array_equal(relative_purity(scores, limits), alone)


def test_a_range_of_no_width_gives_no_nan():
    found = relative_purity(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0]))
    np.testing.assert_array_equal(found, [1.0, 0.0, 0.0])
