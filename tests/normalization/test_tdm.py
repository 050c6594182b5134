"""The whole cohort's distribution to the range of the training tumours."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import ExpressionError
from twinpurify.normalization.alignment.tdm import TrainingDistributionMatching


def draw(n, seed, scale, shape=(1.0,)):
    linear = np.random.default_rng(seed).gamma(shape[0], scale, (n, 6))
    return pd.DataFrame(np.log2(linear + 1), columns=list("ABCDEF"))


def plainly(value, target, reference):
    """One value after another, as Thompson, Tan & Greene describe it."""
    target, reference = (2.0 ** table.to_numpy().ravel() - 1 for table in (target, reference))
    value = 2.0**value - 1
    lower, upper = np.percentile(reference, [25, 75])
    above = (reference.max() - upper) / (upper - lower)
    below = (lower - reference.min()) / (upper - lower)
    lower, upper = np.percentile(target, [25, 75])
    highest = upper + above * (upper - lower)
    lowest = max(lower - below * (upper - lower), target.min())
    value = min(max(value, lowest), highest)
    share = (value - lowest) / (highest - lowest)
    return np.log2(share * (reference.max() - reference.min()) + reference.min() + 1)


@pytest.mark.parametrize("shape", [(0.5,), (1.0,), (6.0,)])
def test_a_plain_computation_gives_the_same(shape):
    reference, target = draw(30, 1, 100.0), draw(20, 2, 7.0, shape)
    aligned = TrainingDistributionMatching().fit(target, reference=reference).transform(target)
    expected = target.map(lambda value: plainly(value, target, reference))
    np.testing.assert_allclose(aligned, expected, atol=1e-5)


def test_another_unit_is_undone():
    reference = draw(30, 1, 100.0)
    target = np.log2((2.0**reference - 1) / 50 + 1)
    aligned = TrainingDistributionMatching().fit(target, reference=reference).transform(target)
    np.testing.assert_allclose(aligned, reference, atol=1e-4)


def test_tails_are_cut():
    reference, target = draw(30, 1, 100.0), draw(20, 2, 7.0)
    alignment = TrainingDistributionMatching().fit(target, reference=reference)
    high = alignment.transform(target + 30.0).to_numpy()
    np.testing.assert_allclose(high, reference.to_numpy().max(), rtol=1e-5)


@pytest.mark.parametrize("cohort", ["training", "target"])
def test_no_spread_in_the_middle(cohort):
    tables = {"training": draw(30, 1, 100.0), "target": draw(20, 2, 7.0)}
    tables[cohort].loc[:, "A":"E"] = 0.0
    with pytest.raises(ExpressionError, match=rf"half of all values of the {cohort} cohort are 0"):
        TrainingDistributionMatching().fit(tables["target"], reference=tables["training"])
