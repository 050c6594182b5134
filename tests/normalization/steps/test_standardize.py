"""Every gene to one level and one spread."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from twinpurify.normalization.steps.standardize import GeneStandardization

SPREADS = ("sd", "mad", "quantile_range")


@pytest.fixture(scope="module")
def profiles():
    """Genes of levels 4 to 9 and spreads 0.3 to 1.5, drawn from normal distributions."""
    rng = np.random.default_rng(3)
    level, spread = np.linspace(4, 9, 7), np.linspace(0.3, 1.5, 7)
    values = level + spread * rng.standard_normal((2_000, 7))
    return pd.DataFrame(values, columns=list("ABCDEFG")).clip(lower=0.0)


@pytest.mark.parametrize("spread", SPREADS)
def test_genes_meet_at_the_level_and_spread_of_the_typical_one(profiles, spread):
    values = GeneStandardization(spread).fit(profiles).transform(profiles)
    np.testing.assert_allclose(values.median(), profiles["D"].median(), atol=0.05)
    np.testing.assert_allclose(values.std(), profiles["D"].std(), rtol=0.1)


def test_mean_and_standard_deviation_are_met_exactly(profiles):
    values = GeneStandardization().fit(profiles).transform(profiles)
    np.testing.assert_allclose(values.mean(), profiles.mean().median(), atol=1e-9)
    np.testing.assert_allclose(values.std(ddof=0), profiles.std(ddof=0).median(), rtol=1e-9)


@pytest.mark.parametrize("spread", ["mad", "quantile_range"])
def test_robust_measures_leave_outliers_aside(profiles, spread):
    spoilt = profiles.copy()
    spoilt.iloc[:100, 1] = 25.0
    clean, fitted = (GeneStandardization(spread).fit(table) for table in (profiles, spoilt))
    assert fitted.slope_[1] == pytest.approx(clean.slope_[1], rel=0.15)
    assert GeneStandardization().fit(spoilt).slope_[1] < clean.slope_[1] / 3


def test_constant_genes_stay(profiles):
    table = profiles.assign(B=2.0)
    values = GeneStandardization().fit(table).transform(table)
    np.testing.assert_array_equal(values["B"], 2.0)
    constant = pd.DataFrame(np.ones((4, 2)))
    pd.testing.assert_frame_equal(GeneStandardization().fit(constant).transform(constant), constant)


def test_where_the_robust_spread_is_zero_the_standard_deviation_is_taken(profiles):
    table = profiles.copy()
    table["A"] = np.where(np.arange(len(table)) < 40, 9.0, 0.0)
    fitted = GeneStandardization("mad").fit(table)
    others = fitted.slope_[1] * GeneStandardization("mad").fit(profiles).genes_.size
    assert 0 < fitted.slope_[0] < others and fitted.slope_[0] != 1.0


def test_a_slope_is_limited(profiles):
    table = profiles.assign(A=5.0 + 1e-6 * profiles["A"])
    assert GeneStandardization().fit(table).slope_[0] == 10.0


def test_values_stay_at_or_above_zero(profiles):
    fitted = GeneStandardization().fit(profiles)
    assert (fitted.transform(profiles - 20.0) == 0.0).all(axis=None)


def test_a_gene_that_one_tumour_expresses_stays_a_log2():
    """Its tumour lies 30 standard deviations from the others."""
    rng = np.random.default_rng(5)
    table = pd.DataFrame(rng.normal(8, 1.5, (1_000, 5)), columns=list("ABCDE"))
    table["A"] = 0.0
    table.loc[3, "A"] = 6.0
    for spread in SPREADS:
        values = GeneStandardization(spread).fit(table).transform(table)
        assert values.loc[3, "A"] == values.max(axis=None) == 30.0


def test_genes_beyond_the_training_are_left_out_and_missing_ones_missed(profiles):
    fitted = GeneStandardization().fit(profiles)
    values = fitted.transform(profiles[list("GA")].assign(X=1.0))
    assert list(values.columns) == ["A", "G"]
    pd.testing.assert_frame_equal(values, fitted.transform(profiles)[["A", "G"]])


def test_it_must_be_fitted_first(profiles):
    with pytest.raises(NotFittedError, match="GeneStandardization"):
        GeneStandardization().transform(profiles)
