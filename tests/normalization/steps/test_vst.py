"""The variance-stabilising scale of counts."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from twinpurify.errors import ExpressionError
from twinpurify.normalization.steps.log2 import Log2
from twinpurify.normalization.steps.vst import SMALLEST_OVERDISPERSION, VarianceStabilizingScale

OVERDISPERSION = 0.05


def draw(mean, n=4_000, overdispersion=OVERDISPERSION, seed=0):
    """Draw counts of genes with these means, all libraries of about the same size."""
    rng = np.random.default_rng(seed)
    size = 1.0 / overdispersion
    counts = rng.negative_binomial(size, size / (size + np.asarray(mean)), (n, len(mean)))
    # A gene that takes most reads keeps the libraries at one size.
    ballast = pd.Series(10_000_000.0, range(n))
    genes = [f"G{i}" for i in range(len(mean))]
    return pd.DataFrame(counts.astype(float), columns=genes).assign(ballast=ballast)


LEVELS = [5.0, 20.0, 80.0, 320.0, 1280.0, 5120.0, 20480.0]


def test_the_overdispersion_is_found():
    fitted = VarianceStabilizingScale().fit(draw(LEVELS * 20, n=500))
    assert fitted.overdispersion_ == pytest.approx(OVERDISPERSION, rel=0.1)


def test_a_given_overdispersion_is_used():
    assert VarianceStabilizingScale(0.4).fit(draw(LEVELS, n=20)).overdispersion_ == 0.4


def test_counts_without_overdispersion_take_the_smallest():
    counts = pd.DataFrame(np.random.default_rng(1).poisson(50.0, (60, 40)).astype(float))
    assert VarianceStabilizingScale().fit(counts).overdispersion_ < 0.02
    same = pd.DataFrame(np.full((6, 4), 50.0))
    assert VarianceStabilizingScale().fit(same).overdispersion_ == SMALLEST_OVERDISPERSION
    rare = pd.DataFrame(np.eye(6, 12))
    assert VarianceStabilizingScale().fit(rare).overdispersion_ == SMALLEST_OVERDISPERSION


def test_the_spread_of_the_logarithm_does_not_depend_on_the_level():
    counts = draw(LEVELS)
    fitted = VarianceStabilizingScale(OVERDISPERSION).fit(counts)
    spread = Log2().transform(fitted.transform(counts)).drop(columns="ballast").std()
    plain = np.log2(counts + 1.0).drop(columns="ballast").std()
    assert spread.max() / spread.min() < 1.3
    assert plain.max() / plain.min() > 1.8


def test_it_is_close_to_the_hyperbolic_cosine_that_it_stands_for():
    counts = draw(LEVELS, n=50)
    fitted = VarianceStabilizingScale(OVERDISPERSION).fit(counts)
    ours = Log2().transform(fitted.transform(counts)).drop(columns="ballast")
    y = fitted._at_equal_depth(counts).drop(columns="ballast")
    exact = np.arccosh(2 * OVERDISPERSION * y + 1) / np.log(2)
    assert np.abs(ours - exact).where(y > 20).max(axis=None) < 0.25


def test_mixing_of_tissues_stays_linear():
    counts = draw(LEVELS, n=2)
    fitted = VarianceStabilizingScale(OVERDISPERSION).fit(counts)
    mixed = (counts.iloc[[0]].to_numpy() + counts.iloc[[1]].to_numpy()) / 2
    linear = fitted.transform(counts).mean(axis=0)
    of_mixture = fitted.transform(pd.DataFrame(mixed, columns=counts.columns)).iloc[0]
    np.testing.assert_allclose(of_mixture, linear, rtol=1e-2)


def test_depth_is_taken_out():
    counts = draw(LEVELS, n=4)
    fitted = VarianceStabilizingScale(OVERDISPERSION).fit(counts)
    np.testing.assert_allclose(fitted.transform(counts * 3), fitted.transform(counts))


def test_a_sample_without_reads_stays_at_zero():
    counts = draw(LEVELS, n=4)
    counts.iloc[2] = 0.0
    assert (VarianceStabilizingScale().fit(counts).transform(counts).iloc[2] == 0.0).all()


def test_a_training_without_reads_is_refused():
    with pytest.raises(ExpressionError, match="no training tumour has reads"):
        VarianceStabilizingScale().fit(pd.DataFrame(np.zeros((3, 4))))


def test_it_must_be_fitted_first():
    with pytest.raises(NotFittedError, match="VarianceStabilizingScale"):
        VarianceStabilizingScale().transform(draw(LEVELS, n=2))
