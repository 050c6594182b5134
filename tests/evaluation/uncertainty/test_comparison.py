"""p-values of paired differences, and their correction for many."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from twinpurify.evaluation.uncertainty.comparison import adjust_families, holm, two_sided_p


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_where_replicates_cross_zero_they_are_counted(sign):
    draws = sign * np.array([-0.1, -0.2, *np.full(97, 0.3)])
    assert two_sided_p(sign * 0.3, draws) == pytest.approx(2 * 3 / 100)


def test_the_p_value_agrees_with_the_percentile_interval():
    rng = np.random.default_rng(0)
    for shift in np.linspace(0.0, 4.0, 30):
        draws = rng.normal(shift, 1.0, 1999)
        low, high = np.percentile(draws, [2.5, 97.5])
        if abs(low) > 0.05:
            assert (two_sided_p(shift, draws) < 0.05) == (not low <= 0.0 <= high)


def test_beyond_all_replicates_the_normal_tail_goes_on():
    draws = np.random.default_rng(0).normal(0.5, 0.05, 500)
    expected = 2 * norm.sf(0.5 / np.std(draws, ddof=1))
    assert two_sided_p(0.5, draws) == pytest.approx(expected)
    assert two_sided_p(0.5, draws) < 1e-15


def test_a_wide_tail_on_one_side_is_counted_at_most():
    draws = np.array([*np.full(95, 0.001), *np.full(5, 1.0)])
    assert two_sided_p(0.05, draws) == pytest.approx(2 / 101)


def test_no_difference_is_no_surprise():
    assert two_sided_p(0.0, np.zeros(100)) == 1.0


def test_a_difference_that_never_changes_claims_no_more_than_its_replicates():
    assert two_sided_p(1.0, np.ones(99)) == pytest.approx(2 / 100)
    assert two_sided_p(1.0, np.ones(1)) == 1.0


def test_nothing_drawn_is_nan():
    assert np.isnan(two_sided_p(0.1, np.empty(0)))


def test_p_values_are_uniform_where_methods_are_alike():
    rng, found = np.random.default_rng(1), []
    for _ in range(600):
        sample = rng.normal(size=80)
        weights = rng.multinomial(80, np.full(80, 1 / 80), size=200)
        found.append(two_sided_p(sample.mean(), weights @ sample / 80))
    assert np.mean(np.array(found) < 0.05) == pytest.approx(0.05, abs=0.025)
    assert np.mean(np.array(found) < 0.5) == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("seed", range(3))
def test_holm_is_that_of_statsmodels(seed):
    p_values = np.random.default_rng(seed).uniform(size=20) ** 4
    p_values[3] = p_values[7]
    np.testing.assert_allclose(holm(p_values), multipletests(p_values, method="holm")[1])


def test_what_was_not_tested_does_not_count():
    np.testing.assert_array_equal(holm([0.01, np.nan, 0.02]), [0.02, np.nan, 0.02])
    assert np.isnan(holm([np.nan])).all() and len(holm([])) == 0


def test_families_are_corrected_by_themselves_and_controls_left_out():
    tasks = ["subtype", "grade", "control_random", "stability@embedding", "subtype"]
    table = pd.DataFrame({"cohort": ["a"] * 4 + ["b"], "trained_on": "a", "task": tasks})
    found = adjust_families(table.assign(p_value=[0.01, 0.03, 0.001, 0.001, 0.04]))
    np.testing.assert_allclose(found, [0.02, 0.03, np.nan, np.nan, 0.04])
    assert len(adjust_families(table.assign(p_value=1.0).iloc[:0])) == 0
