"""Views of tumours: what is in them, and how their fractions are spread."""

import numpy as np
import pytest

from twinpurify.purification.twinpurify.mixed_views import mixed_views

# The first gene is of tumours alone, the second of normals alone: a view shows both shares.
TUMOURS = np.log2(np.array([[1000.0, 0.0, 50.0]] * 20) + 1.0).astype(np.float32)
NORMALS = np.log2(np.array([[0.0, 400.0, 50.0], [0.0, 800.0, 50.0]] * 3) + 1.0).astype(np.float32)


def draw(n_views: int = 8, minimum_fraction: float = 0.2, n_mixed: int = 2, seed: int = 0):
    rng = np.random.default_rng(seed)
    return np.array(list(mixed_views(TUMOURS, NORMALS, n_views, minimum_fraction, n_mixed, rng)))


def test_a_view_is_a_tumour_and_a_background_in_linear_space():
    views = draw()
    assert views.shape == (8, 20, 3)
    assert views.dtype == np.float32
    fractions = views[..., 0] / 1000.0
    background = views[..., 1] / (1.0 - fractions)
    assert background.min() > 399.0
    assert background.max() < 801.0
    assert background.std() > 50.0
    np.testing.assert_allclose(views[..., 2], 50.0, rtol=1e-4)


@pytest.mark.parametrize("lowest", [0.1, 0.5])
def test_each_part_of_the_range_holds_one_view_of_a_tumour(lowest):
    fractions = draw(n_views=10, minimum_fraction=lowest)[..., 0] / 1000.0
    place = (fractions - lowest) / (1.0 - lowest) * 10
    np.testing.assert_array_equal(
        np.sort(np.floor(place + 1e-4), axis=0), [[i] * 20 for i in range(10)]
    )


def test_tumours_run_through_the_parts_in_orders_of_their_own():
    fractions = draw(n_views=4)[..., 0]
    assert len({tuple(order) for order in fractions.argsort(axis=0).T}) > 5


def test_one_normal_alone_is_a_background():
    views = draw(n_mixed=1)
    background = views[..., 1] / (1.0 - views[..., 0] / 1000.0)
    assert set(background.round(-1).ravel()) == {400.0, 800.0}


def test_another_seed_draws_other_views_and_the_same_the_same():
    np.testing.assert_array_equal(draw(seed=1), draw(seed=1))
    assert not np.allclose(draw(seed=1), draw(seed=2))


def test_no_view_is_no_view():
    assert list(mixed_views(TUMOURS, NORMALS, 0, 0.1, 4, np.random.default_rng(0))) == []
