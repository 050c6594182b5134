"""The solved twins: moments against numpy's, directions against canonical correlation."""

from itertools import permutations

import numpy as np
import pytest
from scipy import linalg
from sklearn.cross_decomposition import CCA

from twinpurify.purification.twinpurify.twin_correlation import (
    TwinMoments,
    agreeing_directions,
    twin_moments,
)

N_FEATURES, N_LATENT, N_VIEWS = 10, 7, 400


def pair_of_views(seed: int = 0, n_views: int = N_VIEWS) -> tuple[np.ndarray, np.ndarray]:
    """Views that agree along seven latent scores; in their last feature twins are opposites."""
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n_views, N_LATENT)) * np.linspace(3.0, 1.0, N_LATENT)
    mixing = np.random.default_rng(99).normal(size=(N_LATENT, N_FEATURES))
    level = np.linspace(-2.0, 3.0, N_FEATURES)
    first, second = (
        level + latent @ mixing + 1.2 * rng.normal(size=(n_views, N_FEATURES)) for _ in range(2)
    )
    opposite = rng.normal(size=n_views)
    first[:, -1] += 3.0 * opposite
    second[:, -1] -= 3.0 * opposite
    return first, second


FIRST, SECOND = pair_of_views()
MOMENTS = twin_moments([FIRST, SECOND])
ALL_VIEWS = np.vstack([FIRST, SECOND])
NOTHING_BARRED = np.zeros((N_FEATURES, 0))


def shrunk(total: np.ndarray, shrinkage: float) -> np.ndarray:
    return total + shrinkage * np.trace(total) / len(total) * np.eye(len(total))


def barred_score(seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """A score that views tell, and its covariance with each feature."""
    rng = np.random.default_rng(seed)
    score = ALL_VIEWS @ rng.normal(size=N_FEATURES) + rng.normal(size=len(ALL_VIEWS))
    deviations = ALL_VIEWS - ALL_VIEWS.mean(axis=0)
    return score, (deviations.T @ score / len(score))[:, None]


# --- Moments


def test_moments_equal_numpys_of_all_views_stacked():
    swapped = np.vstack([SECOND, FIRST])
    both = np.cov(ALL_VIEWS.T, swapped.T, bias=True)
    np.testing.assert_allclose(MOMENTS.mean, ALL_VIEWS.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(MOMENTS.total, both[:N_FEATURES, :N_FEATURES], atol=1e-8)
    np.testing.assert_allclose(MOMENTS.between, both[:N_FEATURES, N_FEATURES:], atol=1e-8)
    assert MOMENTS.mean.dtype == np.float32


@pytest.mark.parametrize("n_views", [2, 3, 5])
def test_all_pairs_of_views_of_a_tumour_are_twins(n_views):
    rng = np.random.default_rng(n_views)
    views = [FIRST[:30] + rng.normal(size=(30, N_FEATURES)) for _ in range(n_views)]
    found = twin_moments(view for view in views)
    rows = np.vstack(views)
    np.testing.assert_allclose(found.total, np.cov(rows.T, bias=True), atol=1e-9)
    pairs = list(permutations(views, 2))
    cross = sum(one.T @ other for one, other in pairs) / (30 * len(pairs))
    centre = np.outer(rows.mean(axis=0), rows.mean(axis=0))
    np.testing.assert_allclose(found.between, cross - centre, atol=1e-9)


def test_moments_of_single_precision_views_are_nearly_those_of_double():
    found = twin_moments([FIRST.astype(np.float32), SECOND.astype(np.float32)])
    assert found.total.dtype == found.between.dtype == np.float64
    np.testing.assert_allclose(found.between, MOMENTS.between, atol=1e-4)
    np.testing.assert_allclose(found.total, MOMENTS.total, atol=1e-4)


def test_moments_do_not_depend_on_which_view_is_the_first():
    found = twin_moments([SECOND, FIRST])
    np.testing.assert_allclose(found.between, MOMENTS.between, atol=1e-9)
    np.testing.assert_allclose(MOMENTS.between, MOMENTS.between.T, atol=1e-12)


def test_what_is_handed_in_stays_as_it_is():
    first, second = FIRST.copy(), SECOND.copy()
    moments = twin_moments([first, second])
    before = moments.between.copy(), moments.total.copy()
    agreeing_directions(moments, 3, 0.3, barred_score()[1])
    np.testing.assert_array_equal(first, FIRST)
    np.testing.assert_array_equal(second, SECOND)
    np.testing.assert_array_equal(moments.between, before[0])
    np.testing.assert_array_equal(moments.total, before[1])


# --- Directions


def test_directions_are_those_of_canonical_correlation():
    # CCA counts an opposite as much as agreement: leave out the feature whose twins are.
    first, second = FIRST[:, :-1], SECOND[:, :-1]
    directions, correlations = agreeing_directions(
        twin_moments([first, second]), 3, 1e-9, NOTHING_BARRED[:-1]
    )
    # Each view is a first one and a second one, so that both sides have the same weights.
    views, swapped = np.vstack([first, second]), np.vstack([second, first])
    oracle = CCA(n_components=3, scale=False, max_iter=20000, tol=1e-14).fit(views, swapped)
    scores = oracle.transform(views, swapped)
    for component in range(3):
        expected = np.corrcoef(scores[0][:, component], scores[1][:, component])[0, 1]
        assert correlations[component] == pytest.approx(expected, abs=1e-4)
        output = views @ directions[:, component]
        assert abs(np.corrcoef(output, scores[0][:, component])[0, 1]) > 0.999
        twin = np.corrcoef(output, swapped @ directions[:, component])[0, 1]
        assert correlations[component] == pytest.approx(twin, abs=1e-4)


@pytest.mark.parametrize("shrinkage", [1e-6, 0.3, 2.0])
def test_directions_solve_the_generalised_eigenproblem(shrinkage):
    values, vectors = linalg.eig(np.linalg.inv(shrunk(MOMENTS.total, shrinkage)) @ MOMENTS.between)
    order = np.argsort(-values.real)[:4]
    directions, correlations = agreeing_directions(MOMENTS, 4, shrinkage, NOTHING_BARRED)
    assert directions.shape == (N_FEATURES, 4)
    assert directions.dtype == np.float32
    np.testing.assert_allclose(correlations, values.real[order], atol=1e-6)
    for component, column in enumerate(order):
        expected = vectors[:, column].real / np.linalg.norm(vectors[:, column])
        found = directions[:, component] / np.linalg.norm(directions[:, component])
        assert abs(expected @ found) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_correlations_are_correlations_and_descend(seed):
    moments = twin_moments(pair_of_views(seed, n_views=25))
    for shrinkage in (1e-6, 0.3):
        _, correlations = agreeing_directions(moments, N_FEATURES, shrinkage, NOTHING_BARRED)
        assert (np.abs(correlations) <= 1.0 + 1e-6).all()
        assert (np.diff(correlations) <= 0.0).all()
    # The feature that has the opposite sign in the twin comes last.
    assert correlations[-1] < -0.2


@pytest.mark.parametrize("shrinkage", [0.01, 0.3])
@pytest.mark.parametrize("barred", [NOTHING_BARRED, barred_score()[1]], ids=["free", "barred"])
def test_directions_are_orthonormal_by_the_shrunk_total_covariance(shrinkage, barred):
    directions, _ = agreeing_directions(MOMENTS, 4, shrinkage, barred)
    product = directions.T @ shrunk(MOMENTS.total, shrinkage) @ directions
    np.testing.assert_allclose(product, np.eye(4), atol=1e-4)


def test_no_output_is_correlated_with_what_is_barred():
    score, barred = barred_score()

    def largest(columns: np.ndarray) -> float:
        outputs = ALL_VIEWS @ agreeing_directions(MOMENTS, 4, 0.3, columns)[0]
        return max(abs(np.corrcoef(output, score)[0, 1]) for output in outputs.T)

    assert largest(NOTHING_BARRED) > 0.3
    assert largest(barred) < 1e-4


def test_two_scores_may_be_barred():
    barred = np.hstack([barred_score(seed)[1] for seed in (5, 6)])
    directions, _ = agreeing_directions(MOMENTS, 3, 0.3, barred)
    for seed in (5, 6):
        for output in (ALL_VIEWS @ directions).T:
            assert abs(np.corrcoef(output, barred_score(seed)[0])[0, 1]) < 1e-4


def test_directions_are_the_best_of_what_is_not_barred():
    _, barred = barred_score()
    free = linalg.null_space(barred.T)
    between, total = MOMENTS.between, shrunk(MOMENTS.total, 0.3)
    expected = linalg.eigh(free.T @ between @ free, free.T @ total @ free, eigvals_only=True)
    _, correlations = agreeing_directions(MOMENTS, 3, 0.3, barred)
    np.testing.assert_allclose(correlations, expected[::-1][:3], atol=1e-6)


def test_there_are_at_most_as_many_directions_as_features():
    directions, correlations = agreeing_directions(MOMENTS, 64, 0.3, NOTHING_BARRED)
    assert directions.shape == (N_FEATURES, N_FEATURES)
    assert correlations.shape == (N_FEATURES,)


def test_no_direction_is_empty_where_all_that_there_are_are_asked_for():
    _, barred = barred_score()
    directions, _ = agreeing_directions(MOMENTS, N_FEATURES, 0.3, barred)
    assert np.linalg.norm(directions, axis=0).min() > 1e-3


def test_features_that_do_not_vary_give_finite_directions():
    nothing = TwinMoments(np.zeros(3, np.float32), np.zeros((3, 3)), np.zeros((3, 3)))
    directions, correlations = agreeing_directions(nothing, 2, 0.3, np.zeros((3, 0)))
    assert np.isfinite(directions).all()
    assert np.isfinite(correlations).all()
