"""The titration: the same mixes for every method, whatever else is asked."""

from dataclasses import replace

import numpy as np
import pandas as pd

from tests.evaluation.stand_ins import GENES, divide, settings
from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.splits.data import split_data
from twinpurify.evaluation.splits.titration import build_foreign_mixes, build_titration


def foreign_tissue(n_samples=6, genes=GENES, level=3.0):
    """Tissue of another cohort, with a level of its own for every gene."""
    profiles = np.random.default_rng(4).uniform(level, level + 1.0, (n_samples, len(genes)))
    return pd.DataFrame(profiles, columns=genes).astype(np.float32)


def with_foreign(cohort, **foreign):
    return split_data(cohort, divide(cohort), Resources(foreign=foreign))


def test_a_mix_is_convex_in_linear_space(cohort):
    data = split_data(cohort, divide(cohort))
    one = data.test_normals.iloc[:1]
    data = replace(data, test_normals=one)
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
        other = build_titration(replace(data, **change), settings())
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


def test_foreign_mixes_are_convex_in_linear_space(cohort):
    data = with_foreign(cohort, lymphoid=foreign_tissue(1))
    chosen = settings(fractions=[1.0, 0.3], n_mixed_normals=1)
    mix = build_foreign_mixes(data, chosen)[""][0.3]
    tissue = data.resources.foreign["lymphoid"].to_numpy()
    linear = 0.3 * (2.0**data.test_tumours - 1.0) + 0.7 * (2.0**tissue - 1.0)
    np.testing.assert_allclose(mix, np.log2(linear + 1.0), atol=1e-4)
    assert mix.index.equals(data.test_tumours.index)


def test_genes_that_foreign_tissue_lacks_are_diluted_with_the_mean_training_normal(cohort):
    data = with_foreign(cohort, lymphoid=foreign_tissue(5, GENES[:20]))
    mix = build_foreign_mixes(data, settings(fractions=[1.0, 0.3]))[""][0.3]
    normal = (2.0**data.train_normals - 1.0).mean(axis=0)[GENES[20:]]
    linear = 0.3 * (2.0 ** data.test_tumours[GENES[20:]] - 1.0) + 0.7 * normal
    np.testing.assert_allclose(mix[GENES[20:]], np.log2(linear + 1.0), atol=1e-4)


def test_without_training_normals_the_mean_tumour_stands_in(cohort):
    data = with_foreign(cohort, lymphoid=foreign_tissue(5, GENES[:20]))
    data = replace(data, train_normals=data.train_normals.iloc[:0])
    mix = build_foreign_mixes(data, settings(fractions=[1.0, 0.3]))[""][0.3]
    tumour = (2.0**data.train_tumours - 1.0).mean(axis=0)[GENES[20:]]
    linear = 0.3 * (2.0 ** data.test_tumours[GENES[20:]] - 1.0) + 0.7 * tumour
    np.testing.assert_allclose(mix[GENES[20:]], np.log2(linear + 1.0), atol=1e-4)


def test_foreign_mixes_depend_on_seed_split_fraction_and_place_alone(cohort):
    tissue = foreign_tissue()
    first = build_foreign_mixes(with_foreign(cohort, one=tissue, two=tissue), settings())
    assert list(first) == ["", "two"]
    assert list(first[""]) == [0.8, 0.6, 0.4, 0.2]
    assert not np.allclose(first[""][0.4], first["two"][0.4])
    alone = build_foreign_mixes(with_foreign(cohort, one=tissue), settings(fractions=[1.0, 0.4]))
    pd.testing.assert_frame_equal(alone[""][0.4], first[""][0.4])
    data = with_foreign(cohort, one=tissue)
    for change in ({"seed": 1}, {"split": 1}):
        other = build_foreign_mixes(replace(data, **change), settings())
        assert not np.allclose(other[""][0.4], first[""][0.4])


def test_without_other_cohorts_there_are_no_foreign_mixes(cohort):
    assert build_foreign_mixes(split_data(cohort, divide(cohort)), settings()) == {}
