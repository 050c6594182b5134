"""Contrastive PCA against a slow one, on a structure that is known, and its choice of contrast."""

import time

import numpy as np
import pytest
from sklearn.decomposition import PCA

from twinpurify.representation.linear.contrast_choice import (
    LOG_GRID,
    representative_contrast,
    subspace_affinity,
)
from twinpurify.representation.linear.contrastive_pca import ContrastivePca, leading_eigenvectors

RNG = np.random.default_rng(0)
N_GENES = 30
LOUD, QUIET = RNG.normal(size=(2, N_GENES)), RNG.normal(size=(2, N_GENES))
CLASSES = RNG.choice([-1.0, 1.0], size=(60, 2))


def tissue(n: int, quiet: np.ndarray, level: float) -> np.ndarray:
    """Draw samples with strong factors that all tissues have, and weak ones that are given."""
    loud = 0.8 * RNG.normal(size=(n, 2)) @ LOUD
    return level + loud + quiet @ QUIET * 0.3 + 0.1 * RNG.normal(size=(n, N_GENES))


TUMOURS, NORMALS = tissue(60, CLASSES, 9.0), tissue(25, np.zeros((25, 2)), 10.0)


def fit(**parameters) -> ContrastivePca:
    return ContrastivePca(**parameters).fit(TUMOURS, background=NORMALS)


def covariance(values: np.ndarray) -> np.ndarray:
    standardised = (values - TUMOURS.mean(axis=0)) / TUMOURS.std(axis=0)
    return np.cov(standardised, rowvar=False, bias=True)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 3.0, 200.0])
def test_it_equals_a_slow_one(alpha):
    values, vectors = np.linalg.eigh(covariance(TUMOURS) - alpha * covariance(NORMALS))
    expected = vectors[:, np.argsort(values)[::-1][:3]]
    found = fit(n_dimensions=3, alpha=alpha).components_
    signs = np.sign((found * expected).sum(axis=0))
    np.testing.assert_allclose(found * signs, expected, atol=1e-4)
    assert (found[np.abs(found).argmax(axis=0), range(3)] > 0).all()


def test_no_contrast_gives_principal_components():
    standardised = (TUMOURS - TUMOURS.mean(axis=0)) / TUMOURS.std(axis=0)
    expected = PCA(n_components=3, svd_solver="full").fit_transform(standardised)
    found = fit(n_dimensions=3, alpha=0.0).transform(TUMOURS)
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=1e-4)


@pytest.mark.parametrize("n_genes", [10, 25, 200])
def test_more_or_fewer_genes_than_samples(n_genes):
    tumours, normals = RNG.normal(8.0, 1.0, (20, n_genes)), RNG.normal(8.0, 1.0, (9, n_genes))
    method = ContrastivePca(n_dimensions=4, alpha=0.7).fit(tumours, background=normals)
    standardised = [(v - tumours.mean(axis=0)) / tumours.std(axis=0) for v in (tumours, normals)]
    first, second = (np.cov(v, rowvar=False, bias=True) for v in standardised)
    values, vectors = np.linalg.eigh(first - 0.7 * second)
    expected = vectors[:, np.argsort(values)[::-1][:4]]
    np.testing.assert_allclose(np.abs(method.components_), np.abs(expected), atol=1e-4)


def separation(embedding: np.ndarray) -> float:
    """Share of the variance of the first two dimensions that the classes explain."""
    design = np.column_stack([np.ones(60), CLASSES])
    fitted = design @ np.linalg.lstsq(design, embedding[:, :2], rcond=None)[0]
    return fitted.var(axis=0).sum() / embedding[:, :2].var(axis=0).sum()


@pytest.mark.parametrize("alpha", [5.0, "auto"])
def test_structure_of_the_tumours_alone_comes_first(alpha):
    assert separation(fit(n_dimensions=2, alpha=alpha).transform(TUMOURS)) > 0.9
    assert separation(fit(n_dimensions=2, alpha=0.0).transform(TUMOURS)) < 0.2


def test_the_means_of_the_tissues_have_no_part():
    shifted = ContrastivePca(n_dimensions=3, alpha=2.0).fit(TUMOURS, background=NORMALS + 3.0)
    np.testing.assert_allclose(
        shifted.components_, fit(n_dimensions=3, alpha=2.0).components_, atol=1e-4
    )


def test_more_dimensions_than_directions():
    few = ContrastivePca(n_dimensions=64, alpha=1.0).fit(TUMOURS[:5], background=NORMALS[:2])
    assert few.n_dimensions_ == 7
    assert np.isfinite(few.transform(TUMOURS)).all()


def test_leading_eigenvectors_are_ordered_and_orthonormal():
    found = leading_eigenvectors(np.diag([1.0, 5.0, -2.0, 3.0]), 2)
    np.testing.assert_allclose(np.abs(found), [[0, 0], [1, 0], [0, 0], [0, 1]], atol=1e-12)
    assert leading_eigenvectors(np.eye(3), 9).shape == (3, 3)


# --- The choice of the contrast


def axes(*numbers: int) -> np.ndarray:
    return np.eye(9)[:, list(numbers)]


def test_affinity_is_the_mean_squared_cosine():
    found = subspace_affinity([axes(0, 1), axes(1, 2), axes(3, 4)])
    np.testing.assert_allclose(found, [[1.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 1.0]])
    turned = axes(0, 1) @ np.array([[0.6, 0.8], [-0.8, 0.6]])
    assert subspace_affinity([axes(0, 1), turned])[0, 1] == pytest.approx(1.0)


def test_the_middle_of_the_strongest_cluster_is_chosen():
    rng = np.random.default_rng(1)

    def near(basis: np.ndarray) -> np.ndarray:
        return np.linalg.qr(basis + 0.05 * rng.normal(size=basis.shape))[0]

    clusters = [axes(0, 1, 2), axes(0, 1, 3), axes(0, 4, 3), axes(5, 4, 3)]
    bases = [near(basis) for basis in clusters for _ in range(3)]
    bases[10] = clusters[3]
    assert representative_contrast(dict(zip(range(12), bases, strict=True))) == 10.0


def test_the_chosen_contrast_is_of_the_grid_and_kept(tmp_path):
    method = fit(n_dimensions=4)
    assert float(method.alpha_) in LOG_GRID[1:]
    again = ContrastivePca(n_dimensions=4, alpha=float(method.alpha_))
    again.fit(TUMOURS, background=NORMALS)
    np.testing.assert_array_equal(again.components_, method.components_)
    assert float(fit(n_dimensions=4, alpha=2).alpha_) == 2.0


def test_the_order_of_the_genes_does_not_matter_to_the_choice():
    order = RNG.permutation(N_GENES)
    other = ContrastivePca(n_dimensions=4).fit(TUMOURS[:, order], background=NORMALS[:, order])
    method = fit(n_dimensions=4)
    assert other.alpha_ == method.alpha_
    np.testing.assert_allclose(other.components_, method.components_[order], atol=1e-4)


def test_many_genes_take_seconds():
    tumours, normals = RNG.normal(8.0, 1.0, (200, 5000)), RNG.normal(8.0, 1.0, (40, 5000))
    start = time.process_time()
    ContrastivePca().fit(tumours, background=normals)
    assert time.process_time() - start < 20.0
