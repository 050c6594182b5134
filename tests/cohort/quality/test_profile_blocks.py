"""Profiles in blocks against the same in one piece."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.cohort.quality import profile_blocks
from twinpurify.cohort.quality.profile_blocks import (
    gene_variance,
    library_sizes,
    log2_profiles,
    most_variable,
    robust_scale,
)
from twinpurify.cohort.units.unit import Unit

UNITS = [
    {"quantity": "counts", "scale": "linear"},
    {"quantity": "counts", "scale": "log2", "offset": 0.5},
    {"quantity": "tpm", "scale": "linear"},
    {"quantity": "tpm", "scale": "log2", "offset": 1.0},
    {"quantity": "fpkm", "scale": "log2", "offset": 0.1},
    {"quantity": "intensity", "scale": "log2", "offset": 0.0},
]


def matrix() -> pd.DataFrame:
    values = np.random.default_rng(3).uniform(0, 12, (23, 17)).astype(np.float32)
    return pd.DataFrame(values)


@pytest.mark.parametrize("settings", UNITS, ids=str)
def test_blocks_give_what_one_piece_gives(settings, monkeypatch):
    monkeypatch.setattr(profile_blocks, "VALUES_PER_BLOCK", 50)
    unit = Unit(**settings)
    linear = unit.to_linear(matrix().to_numpy(np.float64))
    sizes = library_sizes(matrix(), unit)
    if unit.quantity == "counts":
        whole = np.log2(linear / linear.sum(axis=1, keepdims=True) * 1e6 + 1)
    else:
        whole = np.log2(linear + 1)
    samples, genes = np.array([20, 3, 4, 5, 11]), np.array([2, 9])
    profiles = log2_profiles(matrix(), unit, sizes, genes, samples)
    assert profiles.dtype == np.float32
    np.testing.assert_allclose(profiles, whole[np.ix_(samples, genes)], rtol=1e-4, atol=1e-5)
    variance = gene_variance(matrix(), unit, sizes, samples)
    np.testing.assert_allclose(variance, whole[samples].var(axis=0), rtol=1e-3)
    if unit.quantity == "intensity":
        assert np.isnan(sizes).all()
    else:
        np.testing.assert_allclose(sizes, linear.sum(axis=1), rtol=1e-5)


def test_an_empty_library_has_an_empty_profile():
    empty = pd.DataFrame(np.zeros((2, 3), np.float32))
    unit = Unit(quantity="counts", scale="linear")
    sizes = library_sizes(empty, unit)
    np.testing.assert_array_equal(log2_profiles(empty, unit, sizes, np.arange(3)), 0.0)


def test_the_most_variable_genes_stay_in_order():
    np.testing.assert_array_equal(most_variable(np.array([0.0, 3.0, 1.0, 2.0]), 2), [1, 3])
    np.testing.assert_array_equal(most_variable(np.array([0.0, 3.0, 0.0]), 5), [1])


def test_the_scale_is_robust():
    values = np.random.default_rng(0).normal(5, 2, 2_001)
    values[:200] = 1e6
    assert robust_scale(values) == pytest.approx(2.3, abs=0.2)
