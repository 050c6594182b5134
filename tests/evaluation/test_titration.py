"""The titration: the same mixes for every method, whatever else is asked."""

import numpy as np
import pandas as pd

from twinpurify.evaluation.data import split_data
from twinpurify.evaluation.titration import build_titration

from .stand_ins import divide, settings


def test_a_mix_is_convex_in_linear_space(cohort):
    data = split_data(cohort, divide(cohort))
    one = data.test_normals.iloc[:1]
    data = type(data)(**{**vars(data), "test_normals": one})
    mix = build_titration(data, settings(fractions=[1.0, 0.3], n_mixed_normals=1)).mixes[0.3]
    linear = 0.3 * (2.0**data.test_tumours - 1.0) + 0.7 * (2.0 ** one.to_numpy() - 1.0)
    np.testing.assert_allclose(mix, np.log2(linear + 1.0), atol=1e-4)
    assert mix.index.equals(data.test_tumours.index)
    assert mix.columns.equals(data.test_tumours.columns)


def test_mixes_depend_on_seed_split_and_fraction_alone(cohort):
    data = split_data(cohort, divide(cohort))
    first = build_titration(data, settings())
    fewer = build_titration(data, settings(fractions=[1.0, 0.4, 0.2]))
    for fraction in (0.4, 0.2):
        pd.testing.assert_frame_equal(first.mixes[fraction], fewer.mixes[fraction])
    pd.testing.assert_frame_equal(first.random, build_titration(data, settings()).random)
    for change in ({"seed": 1}, {"split": 1}):
        other = build_titration(type(data)(**{**vars(data), **change}), settings())
        assert not np.allclose(other.mixes[0.4], first.mixes[0.4])
        assert not np.allclose(other.random_fractions, first.random_fractions)


def test_random_fractions_lie_between_the_lowest_and_the_highest_below_one(cohort):
    titration = build_titration(split_data(cohort, divide(cohort)), settings())
    assert titration.random_fractions.min() >= 0.2
    assert titration.random_fractions.max() <= 0.8
    assert len(titration.random_fractions) == len(titration.random)


def test_without_test_normals_there_are_no_mixes(cohort):
    data = split_data(cohort[cohort.obs["tissue"] == "tumour"].copy(), divide(cohort))
    titration = build_titration(data, settings())
    assert titration.mixes == {} and titration.random is None


def test_without_fractions_below_one_there_are_no_mixes(cohort):
    titration = build_titration(split_data(cohort, divide(cohort)), settings(fractions=[1.0]))
    assert titration.mixes == {} and titration.random is None
