"""Presence of tumour: what weighs nothing, what weighs all, and what is in between."""

import numpy as np
import pytest

from twinpurify.purification.twinpurify.presence import TumourPresence
from twinpurify.purification.twinpurify.twin_correlation import twin_moments

N_FEATURES = 50
SHIFT = np.r_[np.full(10, 2.5), np.zeros(N_FEATURES - 10)]


def draw_normals(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, N_FEATURES)).astype(np.float32)


def draw_views(n: int, seed: int) -> np.ndarray:
    """Views of tumours, which differ from normals along a shift and each in its own way."""
    rng = np.random.default_rng(seed)
    own = 2.0 * rng.normal(size=(n, N_FEATURES)) * (SHIFT == 0.0)
    return (rng.uniform(0.7, 1.3, (n, 1)) * SHIFT + own).astype(np.float32)


def fit(normals: np.ndarray, views: np.ndarray) -> TumourPresence:
    return TumourPresence.fit(twin_moments([views, views[::-1].copy()]), [views], normals)


NORMALS, VIEWS = draw_normals(40, 0), draw_views(300, 1)
FITTED = fit(NORMALS, VIEWS)
MEAN_NORMAL = NORMALS.mean(axis=0)


def test_the_mean_normal_weighs_nothing():
    np.testing.assert_allclose(FITTED(MEAN_NORMAL[None]), 0.0, atol=1e-6)


def test_clear_tumours_weigh_all_of_it():
    held_out = draw_views(100, 2)
    assert np.mean(FITTED(VIEWS) == 1.0) >= 0.98
    np.testing.assert_array_equal(FITTED(held_out + 2.0 * SHIFT.astype(np.float32)), 1.0)


def test_held_out_normals_weigh_little_and_tumours_much():
    assert FITTED(draw_normals(200, 3)).mean() < 0.3
    assert FITTED(draw_views(200, 4)).mean() > 0.95


def test_weights_are_between_0_and_1():
    rng = np.random.default_rng(5)
    anything = (20.0 * rng.normal(size=(500, N_FEATURES))).astype(np.float32)
    weights = FITTED(np.vstack([anything, VIEWS, NORMALS, -VIEWS]))
    assert weights.min() == 0.0
    assert weights.max() == 1.0


def test_weights_never_fall_with_the_tumour_fraction():
    fractions = np.linspace(0.0, 1.0, 41)[:, None]
    for view in VIEWS[:50]:
        weights = FITTED((fractions * view + (1.0 - fractions) * MEAN_NORMAL).astype(np.float32))
        assert (np.diff(weights) >= -1e-6).all()
        assert weights[0] < 1e-6 < 0.5 < weights[-1]


def test_all_but_the_lowest_of_a_hundred_views_reach_full_weight():
    scores = VIEWS @ FITTED.direction
    lowest = np.sort(scores)[:4].mean()
    assert FITTED.present == pytest.approx(np.quantile(scores, 0.01), rel=1e-4)
    assert lowest <= FITTED.present < np.median(scores)
    # Between absent and present the weight is the square of the way.
    halfway = (FITTED.absent + FITTED.present) / 2.0
    along = FITTED.direction / (FITTED.direction @ FITTED.direction)
    point = MEAN_NORMAL + (halfway - FITTED.absent) * along
    np.testing.assert_allclose(FITTED(point[None]), 0.25, atol=1e-3)


def test_the_direction_is_the_shrunk_discriminant():
    within = np.zeros((N_FEATURES, N_FEATURES))
    for group in (VIEWS, NORMALS):
        within += np.cov(group.T.astype(float), bias=True) / 2.0
    within += np.trace(within) / N_FEATURES * np.eye(N_FEATURES)
    expected = np.linalg.inv(within) @ (VIEWS.mean(axis=0) - MEAN_NORMAL)
    np.testing.assert_allclose(FITTED.direction, expected, atol=1e-4)
    assert FITTED.direction.dtype == np.float32


@pytest.mark.parametrize("scale", [1.0, 0.0])
def test_tumours_that_equal_normals_weigh_all_of_it(scale):
    values = scale * NORMALS
    fitted = fit(values, values)
    np.testing.assert_allclose(fitted.direction, 0.0, atol=1e-5)
    np.testing.assert_array_equal(fitted(values), 1.0)
    np.testing.assert_array_equal(fitted(20.0 * VIEWS), 1.0)


def test_tumours_that_lie_among_normals_all_count():
    views = draw_normals(300, 6)
    fitted = fit(NORMALS, views)
    assert fitted.absent == fitted.present
    for profiles in (views, NORMALS, 20.0 * VIEWS, -VIEWS):
        np.testing.assert_array_equal(fitted(profiles), 1.0)
