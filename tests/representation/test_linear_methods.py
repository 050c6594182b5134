"""Raw profiles, principal components and mean subtraction against slow ones."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from twinpurify.representation.linear.mean_subtraction import MeanSubtraction
from twinpurify.representation.linear.pca import PrincipalComponents, principal_components
from twinpurify.representation.linear.raw import RawExpression

RNG = np.random.default_rng(0)
FACTORS = RNG.normal(size=(25, 4)) * [3.0, 2.0, 1.4, 1.0]
TUMOURS = np.clip(
    7.0 + FACTORS @ RNG.normal(size=(4, 12)) * 0.5 + RNG.normal(size=(25, 12)) * 0.2, 0, None
)
NORMALS = np.clip(TUMOURS[:6] + RNG.uniform(-1.0, 3.0, 12), 0, None)
STANDARDISED = (TUMOURS - TUMOURS.mean(axis=0)) / TUMOURS.std(axis=0)


def test_raw_is_the_standardised_profile():
    np.testing.assert_allclose(RawExpression().fit_transform(TUMOURS), STANDARDISED, atol=1e-5)


def test_components_are_sklearns_but_for_the_sign():
    expected = PCA(n_components=4, svd_solver="full").fit_transform(STANDARDISED)
    found = PrincipalComponents(n_dimensions=4).fit_transform(TUMOURS)
    for component in range(4):
        sign = np.sign(found[:, component] @ expected[:, component])
        np.testing.assert_allclose(found[:, component], sign * expected[:, component], atol=1e-4)


def test_the_strongest_gene_of_a_component_counts_upwards():
    axes = principal_components(STANDARDISED, 4)
    strongest = np.abs(axes).argmax(axis=0)
    assert (axes[strongest, range(4)] > 0).all()
    np.testing.assert_allclose(principal_components(-STANDARDISED, 4), axes, atol=1e-5)


def test_components_are_orthonormal_and_at_most_as_many_as_there_can_be():
    axes = principal_components(STANDARDISED, 99)
    assert axes.shape == (12, 12)
    np.testing.assert_allclose(axes.T @ axes, np.eye(12), atol=1e-5)
    assert PrincipalComponents().fit(TUMOURS).n_dimensions_ == 12
    assert PrincipalComponents().fit(TUMOURS[:5]).n_dimensions_ == 5


def test_mean_subtraction_equals_a_slow_one():
    contrast = ((NORMALS - TUMOURS.mean(axis=0)) / TUMOURS.std(axis=0)).mean(axis=0)
    direction = contrast / np.sqrt((contrast**2).sum())
    remaining = np.array([row - (row @ direction) * direction for row in STANDARDISED])
    expected = PCA(n_components=3, svd_solver="full").fit_transform(remaining)
    found = MeanSubtraction(n_dimensions=3).fit_transform(TUMOURS, background=NORMALS)
    for component in range(3):
        sign = np.sign(found[:, component] @ expected[:, component])
        np.testing.assert_allclose(found[:, component], sign * expected[:, component], atol=1e-4)


@pytest.mark.parametrize("n_dimensions", [3, 64])
def test_a_step_towards_the_mean_normal_changes_nothing(n_dimensions):
    method = MeanSubtraction(n_dimensions=n_dimensions).fit(TUMOURS, background=NORMALS)
    step = 0.5 * (NORMALS.mean(axis=0) - TUMOURS.mean(axis=0))
    nearer = np.clip(TUMOURS, 2.0, None) + step
    found, expected = method.transform(nearer), method.transform(np.clip(TUMOURS, 2.0, None))
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_normals_like_the_tumours_leave_the_components():
    found = MeanSubtraction(n_dimensions=3).fit_transform(TUMOURS, background=TUMOURS)
    expected = PrincipalComponents(n_dimensions=3).fit_transform(TUMOURS)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, expected, atol=0.05)
