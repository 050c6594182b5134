"""Patterns of hidden values: exact rates, chances that fall with expression, blocks of groups."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import ConfigurationError
from twinpurify.evaluation.known_truths.missingness import (
    PATTERNS,
    SLOPE,
    hide_gene_block,
    hide_low_expression,
)


@pytest.fixture
def profiles():
    values = np.random.default_rng(0).uniform(0, 12, size=(30, 50))
    return pd.DataFrame(values, index=[f"S{place}" for place in range(30)])


@pytest.fixture
def groups(profiles):
    return pd.Series(["a", "b", "c"] * 10, index=profiles.index)


def rng():
    return np.random.default_rng(7)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("rate", [0.1, 0.33, 0.5, 0.9, 0.999, 0.001])
def test_the_rate_is_exact_to_rounding_and_never_all_or_nothing(pattern, rate, profiles, groups):
    hidden = PATTERNS[pattern](profiles, rate, rng(), groups)
    expected = min(max(round(rate * 50), 1), 49)
    assert hidden.dtype == bool
    assert (hidden.sum(axis=1) == expected).all()


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_generator_alone_decides(pattern, profiles, groups):
    first, second = (PATTERNS[pattern](profiles, 0.4, rng(), groups) for _ in range(2))
    other = PATTERNS[pattern](profiles, 0.4, np.random.default_rng(8), groups)
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("rate", [0.0, 1.0, -0.2])
def test_rates_out_of_range_are_refused(pattern, rate, profiles, groups):
    with pytest.raises(ConfigurationError, match=r"rate of hidden values is .*imputation\.rates"):
        PATTERNS[pattern](profiles, rate, rng(), groups)


def test_at_random_takes_no_notice_of_expression(profiles, groups):
    hidden = PATTERNS["at_random"](pd.concat([profiles] * 40), 0.3, rng(), groups)
    level = np.tile(profiles.to_numpy(), (40, 1))
    assert level[hidden].mean() == pytest.approx(level[~hidden].mean(), abs=0.05)


def test_a_single_draw_has_the_stated_chances():
    """One of three genes is hidden in each of many samples."""
    row = np.array([2.0, 5.0, 9.0])
    many = pd.DataFrame(np.tile(row, (40_000, 1)))
    hidden = hide_low_expression(many, 0.34, rng(), pd.Series("", index=many.index))
    weights = np.exp(-SLOPE * (row - row.mean()) / row.std())
    np.testing.assert_allclose(hidden.mean(axis=0), weights / weights.sum(), atol=0.01)


def test_a_group_lacks_one_block_and_groups_lack_different_ones(profiles, groups):
    hidden = pd.DataFrame(hide_gene_block(profiles, 0.4, rng(), groups), index=profiles.index)
    blocks = [part.drop_duplicates() for _, part in hidden.groupby(groups)]
    assert [len(block) for block in blocks] == [1, 1, 1]
    assert len(pd.concat(blocks).drop_duplicates()) == 3


def test_the_order_of_samples_does_not_matter_for_blocks(profiles, groups):
    turned = hide_gene_block(profiles.iloc[::-1], 0.4, rng(), groups.iloc[::-1])
    assert np.array_equal(turned[::-1], hide_gene_block(profiles, 0.4, rng(), groups))
