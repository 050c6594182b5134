"""Removal of the normals' subspace against a slow one, and what it has to leave."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from twinpurify.errors import ConfigurationError
from twinpurify.representation.linear.mean_subtraction import MeanSubtraction
from twinpurify.representation.linear.pca import PrincipalComponents
from twinpurify.representation.linear.subspace_removal import SubspaceRemoval

RNG = np.random.default_rng(0)
N_GENES = 30
SHARED = RNG.normal(size=(3, N_GENES))
OWN = RNG.normal(size=(4, N_GENES))
TUMOURS = 9.0 + 0.4 * (RNG.normal(size=(40, 4)) @ OWN + RNG.normal(size=(40, 3)) @ SHARED)
TUMOURS += 0.1 * RNG.normal(size=TUMOURS.shape)
NORMALS = 9.0 + 0.5 * RNG.normal(size=(12, 3)) @ SHARED + 0.02 * RNG.normal(size=(12, N_GENES))
MEAN, SCALE = TUMOURS.mean(axis=0), TUMOURS.std(axis=0)
STANDARDISED = (TUMOURS - MEAN) / SCALE


def fit(**parameters) -> SubspaceRemoval:
    return SubspaceRemoval(**parameters).fit(TUMOURS, background=NORMALS)


def same_but_for_signs(found, expected, atol=1e-4):
    signs = np.sign((found * expected).sum(axis=0))
    np.testing.assert_allclose(found * signs, expected, atol=atol)


def test_it_equals_a_slow_one():
    normals = (NORMALS - MEAN) / SCALE
    values, vectors = np.linalg.eigh(normals.T @ normals)
    removed = vectors[:, np.argsort(values)[::-1][:3]]
    projector = np.eye(N_GENES) - removed @ removed.T
    expected = PCA(n_components=4, svd_solver="full").fit_transform(STANDARDISED @ projector)
    same_but_for_signs(fit(n_dimensions=4, n_removed=3).transform(TUMOURS), expected)


def test_moving_along_what_normals_share_changes_nothing():
    # The normals vary along three directions and lie apart from the mean tumour along one more.
    method = fit(n_dimensions=4, n_removed=12)
    moved = TUMOURS + 0.3 * RNG.normal(size=(40, 3)) @ (NORMALS - MEAN)[:3]
    np.testing.assert_allclose(method.transform(moved), method.transform(TUMOURS), atol=1e-4)
    plain = PrincipalComponents(n_dimensions=4).fit(TUMOURS)
    assert np.abs(plain.transform(moved) - plain.transform(TUMOURS)).max() > 1.0


def test_what_only_tumours_have_is_kept():
    amounts = RNG.normal(size=(60, 4))
    embedding = fit(n_dimensions=4, n_removed=4).transform(9.0 + 0.4 * amounts @ OWN)
    fitted, *_ = np.linalg.lstsq(embedding, amounts - amounts.mean(axis=0), rcond=None)
    residual = amounts - amounts.mean(axis=0) - embedding @ fitted
    assert residual.var() < 0.25 * amounts.var()


def test_one_direction_of_tight_normals_is_the_mean_normal():
    tight = MEAN + 2.0 * SHARED[0] + 0.01 * RNG.normal(size=(12, N_GENES))
    found = SubspaceRemoval(n_dimensions=3, n_removed=1).fit(TUMOURS, background=tight)
    expected = MeanSubtraction(n_dimensions=3).fit(TUMOURS, background=tight)
    same_but_for_signs(found.transform(TUMOURS), expected.transform(TUMOURS), atol=0.02)


def test_no_more_directions_are_removed_than_there_are_normals():
    few = NORMALS[:2]
    found = SubspaceRemoval(n_dimensions=3, n_removed=50).fit(TUMOURS, background=few)
    expected = SubspaceRemoval(n_dimensions=3, n_removed=2).fit(TUMOURS, background=few)
    np.testing.assert_array_equal(found.components_, expected.components_)


def test_removing_everything_is_an_error():
    match = r"removes 4 directions, which leaves nothing of 4 genes; lower n_removed \(10\)"
    with pytest.raises(ConfigurationError, match=match):
        SubspaceRemoval().fit(TUMOURS[:, :4], background=NORMALS[:, :4])
