"""TwinPurify: what its embedding keeps and ignores, and what it finds where the truth is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from tests.purification.simulated import (
    Data,
    error,
    found_again,
    found_by_rivals,
    make_data,
    neighbour_overlap,
)
from twinpurify.purification.twinpurify import twinpurify as twinpurify_module
from twinpurify.purification.twinpurify.excess import ExcessMap
from twinpurify.purification.twinpurify.mixed_views import mixed_views
from twinpurify.purification.twinpurify.twinpurify import TwinPurify
from twinpurify.representation.registry import load_method

WIDTH = 32


@pytest.fixture(scope="module")
def data() -> Data:
    return make_data(0)


@pytest.fixture(scope="module")
def small() -> Data:
    return make_data(0, n_tumours=60, n_genes=100)


@pytest.fixture(scope="module")
def fitted(data) -> TwinPurify:
    return fit(data)


def fit(data: Data, **settings) -> TwinPurify:
    method = TwinPurify(**{"n_dimensions": WIDTH, **settings})
    return method.fit(data.tumours, background=data.normals)


def linear_outputs(method: TwinPurify, profiles: pd.DataFrame) -> np.ndarray:
    """Outputs before they are brought to one length and turned."""
    excess = ExcessMap(
        method.normal_level_, method.excess_unit_, method.excess_scale_, method.excess_floor_[0]
    )
    return (excess(profiles.to_numpy()) - method.excess_mean_) @ method.directions_


def infiltrate(method: TwinPurify, profiles: pd.DataFrame) -> np.ndarray:
    return method._standardize(profiles.to_numpy()) @ method.infiltrate_weights_


def largest_correlation(outputs: np.ndarray, scores: np.ndarray) -> float:
    return max(abs(np.corrcoef(output, scores)[0, 1]) for output in outputs.T)


def lengths(method: TwinPurify, profiles: pd.DataFrame) -> np.ndarray:
    """Root mean square of each embedding."""
    return np.sqrt(np.square(method.transform(profiles)).mean(axis=1))


# --- Seeds and settings


def test_the_same_seed_gives_the_same_bits(data, fitted):
    first, second = fitted._state(), fit(data)._state()
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


@pytest.mark.parametrize("seed", [1, 2])
def test_another_seed_draws_other_views_and_finds_as_much(data, fitted, seed):
    other = fit(data, seed=seed)
    assert not np.allclose(other.directions_, fitted.directions_, atol=1e-3)
    overlap = neighbour_overlap(other.transform(data.test), fitted.transform(data.test))
    # Of ten neighbours among 59 other tumours, chance would leave 0.17 in common.
    assert 0.65 < overlap < 1.0
    assert found_again(other, data) > found_again(fitted, data) - 0.1
    np.testing.assert_array_equal(
        other.estimate_purity(data.test), fitted.estimate_purity(data.test)
    )


@pytest.mark.parametrize(("n_dimensions", "expected"), [(2, 2), (8, 8), (64, 21)])
def test_the_embedding_is_at_most_half_as_wide_as_there_are_tumours(small, n_dimensions, expected):
    assert len(small.tumours) == 42
    method = fit(small, n_dimensions=n_dimensions)
    assert method.transform(small.test).shape == (len(small.test), expected)
    assert method.n_dimensions_ == expected
    assert method.twin_correlations_.shape == (expected,)
    assert (np.diff(method.twin_correlations_) <= 0.0).all()
    assert 0.0 < method.twin_correlations_.min() < method.twin_correlations_.max() < 1.0


def test_views_are_those_of_the_settings(small, monkeypatch):
    drawn = []

    def note(tumours, normals, n_views, minimum_fraction, n_mixed, rng):
        drawn.append((n_views, minimum_fraction, n_mixed))
        return mixed_views(tumours, normals, n_views, minimum_fraction, n_mixed, rng)

    monkeypatch.setattr(twinpurify_module, "mixed_views", note)
    fit(small, n_views=3, n_mixed_normals=2, minimum_fraction=0.7)
    # Once more for what is full presence.
    assert drawn == [(3, 0.7, 2), (16, 0.7, 2)]


def test_settings_change_the_embedding(small):
    usual = fit(small).transform(small.test)
    for setting in (
        {"n_views": 2},
        {"minimum_fraction": 0.5},
        {"n_mixed_normals": 1},
        {"compression": 1.0},
        {"floor": 0.0},
        {"shrinkage": 3.0},
        {"remove_infiltrate": False},
        {"spectrum_exponent": 1.0},
    ):
        found = fit(small, **setting).transform(small.test)
        assert np.isfinite(found).all(), setting
        assert not np.allclose(found, usual, atol=1e-2), setting


# --- Infiltrate and length


def test_outputs_do_not_tell_the_infiltrate_of_the_training_tumours(data, fitted):
    scores = infiltrate(fitted, data.tumours)
    free = fit(data, remove_infiltrate=False)
    np.testing.assert_array_equal(infiltrate(free, data.tumours), scores)
    assert largest_correlation(linear_outputs(free, data.tumours), scores) > 0.3
    assert largest_correlation(linear_outputs(fitted, data.tumours), scores) < 1e-5
    # The embedding is no longer linear in the features.
    assert largest_correlation(free.transform(data.tumours), scores) > 0.5
    assert largest_correlation(fitted.transform(data.tumours), scores) < 0.1


def test_outputs_have_unit_variance_in_training(data, fitted):
    outputs = linear_outputs(fitted, data.tumours)
    np.testing.assert_allclose(outputs.std(axis=0), 1.0, rtol=1e-3)
    np.testing.assert_allclose(outputs.mean(axis=0), 0.0, atol=1e-3)


def test_embeddings_of_tumours_have_one_length_and_those_of_normals_less(data):
    # Without weights of the dimensions the last step is a rotation, which keeps lengths.
    method = fit(data, spectrum_exponent=0.0)
    product = method.rotation_.T @ method.rotation_
    np.testing.assert_allclose(product, np.eye(WIDTH), atol=1e-4)
    np.testing.assert_allclose(lengths(method, data.test), 1.0, rtol=1e-4)
    # Full presence is where all but a hundredth of the training views are.
    assert np.quantile(lengths(method, data.diluted), 0.05) == pytest.approx(1.0, rel=1e-4)
    assert lengths(method, data.diluted).min() > 0.6
    assert lengths(method, data.test_normals).max() < 0.6
    assert lengths(method, data.test_normals).mean() < 0.25
    assert lengths(method, data.normals).max() < 0.2


def test_before_the_rotation_embeddings_of_tumours_have_one_length(data, fitted):
    turned_back = fitted.transform(data.test) @ np.linalg.inv(fitted.rotation_)
    np.testing.assert_allclose(np.linalg.norm(turned_back, axis=1), np.sqrt(WIDTH), rtol=1e-3)
    outputs = linear_outputs(fitted, data.test)
    cosine = (turned_back * outputs).sum(axis=1) / np.linalg.norm(outputs, axis=1)
    np.testing.assert_allclose(cosine, np.sqrt(WIDTH), rtol=1e-3)
    assert np.ptp(lengths(fitted, data.test)) > 0.03


def test_dimensions_are_ordered_by_what_they_say_of_the_expression(data):
    method = fit(data, spectrum_exponent=1.0)
    strengths = np.linalg.norm(method.rotation_, axis=0)
    assert (np.diff(strengths) <= 1e-6).all()
    assert strengths[0] > 2.0 * strengths[-1]


# --- Many genes, few samples


@pytest.mark.parametrize(("n_spanning", "lost"), [(40, 0.15), (160, 0.07), (200, 0.07)])
def test_a_cohort_of_many_genes_is_embedded_nearly_as_well(
    data, fitted, monkeypatch, n_spanning, lost
):
    monkeypatch.setattr(twinpurify_module, "MAX_FEATURES", 1)
    monkeypatch.setattr(twinpurify_module, "N_SPANNING", n_spanning)
    method = fit(data)
    assert not np.allclose(method.directions_, fitted.directions_, atol=1e-3)
    assert found_again(method, data) > found_again(fitted, data) - lost
    overlap = neighbour_overlap(method.transform(data.test), fitted.transform(data.test))
    assert overlap > (0.65 if n_spanning > len(data.tumours) else 0.35)
    scores = infiltrate(method, data.tumours)
    assert largest_correlation(linear_outputs(method, data.tumours), scores) < 1e-4
    assert lengths(method, data.test_normals).mean() < 0.5 * lengths(method, data.test).mean()


@pytest.mark.parametrize("n_spanning", [40, 200])
def test_the_order_of_many_tumours_decides_nothing(data, monkeypatch, n_spanning):
    monkeypatch.setattr(twinpurify_module, "MAX_FEATURES", 1)
    monkeypatch.setattr(twinpurify_module, "N_SPANNING", n_spanning)
    # The purest last: a span of the first rows alone would miss them.
    order = np.argsort(data.tumours.to_numpy().std(axis=1))
    sorted_rows = data._replace(tumours=data.tumours.iloc[order])
    shares = [found_again(fit(rows), rows) for rows in (data, sorted_rows)]
    assert shares[1] > shares[0] - 0.25


def test_a_large_cohort_has_fewer_views_of_each_tumour(small, monkeypatch):
    monkeypatch.setattr(twinpurify_module, "MAX_VIEWS", 5 * len(small.tumours) + 1)
    usual, five = fit(small, n_views=64), fit(small, n_views=5)
    np.testing.assert_array_equal(usual.directions_, five.directions_)


def test_a_cohort_of_just_so_many_genes_is_not_reduced(data, fitted, monkeypatch):
    monkeypatch.setattr(twinpurify_module, "MAX_FEATURES", data.tumours.shape[1])
    np.testing.assert_array_equal(fit(data).directions_, fitted.directions_)


def test_three_tumours_and_two_normals_will_do(small):
    method = TwinPurify().fit(small.tumours[:3], background=small.normals[:2])
    assert method.transform(small.test).shape == (len(small.test), 2)
    assert np.isfinite(method.transform(small.test)).all()
    assert np.isfinite(method.purify(small.test)).all(axis=None)
    assert np.isnan(method.estimate_purity(small.test)).all()


def test_four_normals_give_no_purity_but_all_else(data):
    method = TwinPurify(n_dimensions=WIDTH).fit(data.tumours, background=data.normals[:4])
    assert np.isnan(method.estimate_purity(data.test)).all()
    assert np.isfinite(method.transform(data.test)).all()
    assert np.isfinite(method.purify(data.test)).all(axis=None)
    # Without a score nothing is barred and nothing moved.
    free = TwinPurify(n_dimensions=WIDTH, remove_infiltrate=False)
    free.fit(data.tumours, background=data.normals[:4])
    np.testing.assert_array_equal(free.transform(data.test), method.transform(data.test))
    assert found_again(method, data) > 0.5


def test_normals_that_equal_the_tumours_leave_everything_its_length(small):
    method = TwinPurify(n_dimensions=8, spectrum_exponent=0.0)
    method.fit(small.tumours, background=small.tumours)
    for profiles in (small.test, small.diluted, small.normals):
        np.testing.assert_allclose(lengths(method, profiles), 1.0, rtol=1e-4)


def test_a_constant_gene_is_ignored(small):
    flat = small.tumours.columns[3]
    method = TwinPurify(n_dimensions=4)
    method.fit(small.tumours.assign(**{flat: 2.5}), background=small.normals)
    other = small.test.assign(**{flat: 9.0})
    assert np.isfinite(method.transform(other)).all()
    np.testing.assert_array_equal(method.transform(other), method.transform(small.test))
    np.testing.assert_array_equal(method.estimate_purity(other), method.estimate_purity(small.test))


def test_a_stored_model_gives_the_same(data, fitted, tmp_path):
    fitted.save(tmp_path / "model")
    loaded = load_method(tmp_path / "model")
    assert isinstance(loaded, TwinPurify)
    profiles = pd.concat([data.diluted, data.test_normals])
    np.testing.assert_allclose(loaded.transform(profiles), fitted.transform(profiles), atol=1e-6)
    np.testing.assert_allclose(loaded.purify(profiles), fitted.purify(profiles), atol=1e-6)
    np.testing.assert_allclose(
        loaded.estimate_purity(profiles), fitted.estimate_purity(profiles), atol=1e-6
    )


# --- Known truth


@pytest.fixture(scope="module", params=[0, 1, 2])
def known(request) -> tuple[TwinPurify, Data]:
    data = make_data(request.param)
    return fit(data), data


def test_purity_is_ranked_without_a_label(known):
    method, data = known
    assert spearmanr(method.estimate_purity(data.test), data.purity)[0] > 0.7


def test_diluted_tumours_are_found_again(known):
    method, data = known
    share = found_again(method, data)
    raw, pca = found_by_rivals(data, n_dimensions=WIDTH)
    assert share > 0.85
    assert share > raw + 0.2
    assert share > pca + 0.4


def test_purified_expression_is_nearer_to_the_truth_than_the_diluted(known):
    method, data = known
    purified = method.purify(data.diluted)
    assert error(purified, data.test) < error(data.diluted, data.test)
    assert error(purified, data.pure) < 0.8 * error(data.diluted, data.pure)


@pytest.mark.parametrize("seed", [0, 1])
def test_normals_come_out_as_impure_as_the_least_pure_tumours(seed):
    data = make_data(seed)
    method = fit(data)
    least = np.quantile(method.estimate_purity(data.test), 0.05)
    assert method.estimate_purity(data.test_normals).mean() < least
