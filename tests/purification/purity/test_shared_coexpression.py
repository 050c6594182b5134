"""Axes of infiltration: shared co-expression against loops, and axes that are known."""

import numpy as np
import pytest

from twinpurify.purification.purity.shared_coexpression import (
    find_infiltrate_axes,
    shared_coexpression,
)

N_GENES, N_SHARED = 60, 12


def slow_shared_coexpression(tumours: np.ndarray, normals: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        in_tumours = np.nan_to_num(np.corrcoef(tumours.T.astype(float)))
        in_normals = np.nan_to_num(np.corrcoef(normals.T.astype(float)))
    found = np.zeros(len(in_tumours))
    for gene in range(len(found)):
        others = [other for other in range(len(found)) if other != gene]
        a, b = in_tumours[gene, others], in_normals[gene, others]
        if a.any() and b.any():
            found[gene] = (a @ b) / np.sqrt((a @ a) * (b @ b))
    return found


def cohort(n_tumours: int = 80, n_normals: int = 30, seed: int = 0):
    """Standardised profiles whose first genes follow an infiltrate, the next a tumour programme.

    The amount of infiltrate varies in tumours and in normals; the programme in tumours alone.
    """
    rng = np.random.default_rng(seed)
    amount = [rng.normal(size=n) for n in (n_tumours, n_normals)]
    programme = rng.normal(size=n_tumours)
    tumours, normals = (0.5 * rng.normal(size=(n, N_GENES)) for n in (n_tumours, n_normals))
    half = 8
    tumours[:, :half] += amount[0][:, None]
    normals[:, :half] += amount[1][:, None]
    second = [rng.normal(size=n) for n in (n_tumours, n_normals)]
    tumours[:, half:N_SHARED] += 0.7 * second[0][:, None]
    normals[:, half:N_SHARED] += 0.7 * second[1][:, None]
    tumours[:, N_SHARED : 3 * N_SHARED] += 2.0 * programme[:, None]
    mean, sd = tumours.mean(axis=0), tumours.std(axis=0)
    profiles = ((tumours - mean) / sd, (normals - mean) / sd)
    return tuple(p.astype(np.float32) for p in profiles), amount[0], second[0], programme


@pytest.mark.parametrize(("n_tumours", "n_normals", "n_genes"), [(20, 8, 6), (5, 30, 9), (6, 6, 2)])
def test_shared_coexpression_equals_a_slow_one(n_tumours, n_normals, n_genes):
    rng = np.random.default_rng(n_genes)
    mixing = rng.normal(size=(n_genes, n_genes))
    tumours = (rng.normal(size=(n_tumours, n_genes)) @ mixing).astype(np.float32)
    normals = (rng.normal(size=(n_normals, n_genes)) @ mixing).astype(np.float32)
    found = shared_coexpression(tumours, normals)
    np.testing.assert_allclose(found, slow_shared_coexpression(tumours, normals), atol=1e-5)


def test_constant_genes_share_nothing():
    rng = np.random.default_rng(0)
    tumours, normals = rng.normal(size=(9, 5)), rng.normal(size=(7, 5))
    tumours[:, 1], normals[:, 3] = 2.0, -1.0
    found = shared_coexpression(tumours, normals)
    assert (found[[1, 3]] == 0.0).all()
    np.testing.assert_allclose(found, slow_shared_coexpression(tumours, normals), atol=1e-9)


def test_equal_coexpression_is_one_and_independent_of_scale():
    (tumours, _), *_ = cohort()
    np.testing.assert_allclose(shared_coexpression(tumours, tumours), 1.0, atol=1e-5)
    scaled = tumours * np.linspace(0.5, 5.0, N_GENES) + np.arange(N_GENES)
    np.testing.assert_allclose(shared_coexpression(tumours, scaled), 1.0, atol=1e-5)


def test_the_genes_of_the_infiltrate_share_most():
    (tumours, normals), *_ = cohort()
    shared = shared_coexpression(tumours, normals)
    assert set(np.argsort(-shared)[:N_SHARED]) == set(range(N_SHARED))


def test_the_axes_are_the_infiltrates_and_not_the_programme():
    (tumours, normals), amount, second, programme = cohort()
    scores = tumours @ find_infiltrate_axes(tumours, normals).weights
    assert np.corrcoef(scores[:, 0], amount)[0, 1] > 0.85
    assert np.corrcoef(scores[:, 1], second)[0, 1] > 0.8
    assert np.abs(np.corrcoef(scores.T, programme)[-1, :2]).max() < 0.3


def test_scores_are_of_unit_variance_and_uncorrelated_in_training():
    (tumours, normals), *_ = cohort()
    axes = find_infiltrate_axes(tumours, normals)
    scores = tumours @ axes.weights
    np.testing.assert_allclose(scores.std(axis=0), 1.0, rtol=1e-4)
    assert abs(np.corrcoef(scores.T)[0, 1]) < 1e-4
    assert axes.weights.dtype == axes.directions.dtype == np.float32


def test_directions_are_correlations_with_the_scores_and_point_upwards():
    (tumours, normals), *_ = cohort()
    axes = find_infiltrate_axes(tumours, normals)
    scores = tumours @ axes.weights
    for axis in range(2):
        for gene in range(N_GENES):
            expected = np.corrcoef(scores[:, axis], tumours[:, gene])[0, 1]
            assert axes.directions[axis, gene] == pytest.approx(expected, abs=1e-4)
    assert (axes.directions.mean(axis=1) > 0).all()


def test_a_fifth_of_the_genes_weighs():
    (tumours, normals), *_ = cohort()
    weights = find_infiltrate_axes(tumours, normals).weights
    assert (weights != 0).any(axis=1).sum() == N_GENES // 5


def test_order_of_samples_and_genes_does_not_matter():
    (tumours, normals), *_ = cohort()
    rng = np.random.default_rng(1)
    genes = rng.permutation(N_GENES)
    expected = find_infiltrate_axes(tumours, normals)
    shuffled = (rng.permutation(tumours)[:, genes], rng.permutation(normals)[:, genes])
    found = find_infiltrate_axes(*shuffled)
    np.testing.assert_allclose(found.weights, expected.weights[genes], atol=1e-4)
    np.testing.assert_allclose(found.directions, expected.directions[:, genes], atol=1e-4)


def test_too_little_to_go_by_gives_no_axes():
    (tumours, normals), *_ = cohort()
    assert find_infiltrate_axes(tumours, normals[:4]) is None
    assert find_infiltrate_axes(tumours, normals[:5]) is not None
    assert find_infiltrate_axes(tumours[:, :24], normals[:, :24]) is None
    assert find_infiltrate_axes(tumours[:, :25], normals[:, :25]) is not None


def test_tumours_that_do_not_vary_give_no_axes():
    (tumours, normals), *_ = cohort()
    assert find_infiltrate_axes(np.zeros_like(tumours), normals) is None
    one_axis = np.outer(tumours[:, 0], np.ones(N_GENES, np.float32))
    assert find_infiltrate_axes(one_axis, normals) is None
