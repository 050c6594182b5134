"""The ridge decoder against scikit-learn's, and the choice of its weight."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from twinpurify.purification.profile.decoder import (
    RIDGE_WEIGHTS,
    decode,
    fit_decoder,
    order_by_expression,
    principal_axes,
)

N_TUMOURS, N_VIEWS, N_DIMENSIONS, N_GENES = 23, 4, 6, 9
TUMOUR_OF_ROW = np.tile(np.arange(N_TUMOURS), N_VIEWS)


def views(noise: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Views of tumours whose profiles follow linearly from what is not noise in them."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=(N_TUMOURS, N_DIMENSIONS))
    profiles = truth @ rng.normal(size=(N_DIMENSIONS, N_GENES)) + rng.normal(size=N_GENES)
    embeddings = truth[TUMOUR_OF_ROW] + noise * rng.normal(size=(len(TUMOUR_OF_ROW), N_DIMENSIONS))
    return embeddings.astype(np.float32), profiles.astype(np.float32)


def sklearn_ridge(embeddings: np.ndarray, targets: np.ndarray, weight: float) -> Ridge:
    centred = embeddings - embeddings.mean(axis=0)
    mean_square = (centred.astype(float) ** 2).sum() / centred.shape[1]
    return Ridge(alpha=weight * mean_square).fit(embeddings, targets)


def best_weight(embeddings: np.ndarray, profiles: np.ndarray) -> float:
    errors = []
    for weight in RIDGE_WEIGHTS:
        error = 0.0
        for fold in range(5):
            inside = fold != TUMOUR_OF_ROW % 5
            model = sklearn_ridge(embeddings[inside], profiles[TUMOUR_OF_ROW[inside]], weight)
            missed = model.predict(embeddings[~inside]) - profiles[TUMOUR_OF_ROW[~inside]]
            error += (missed**2).sum()
        errors.append(error)
    return RIDGE_WEIGHTS[int(np.argmin(errors))]


@pytest.mark.parametrize("noise", [0.0, 0.3, 1.0, 3.0])
def test_the_decoder_is_sklearns_ridge_at_the_best_weight(noise):
    embeddings, profiles = views(noise)
    weight = best_weight(embeddings, profiles)
    expected = sklearn_ridge(embeddings, profiles[TUMOUR_OF_ROW], weight)
    found = fit_decoder(embeddings, profiles[TUMOUR_OF_ROW], TUMOUR_OF_ROW)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[:-1], expected.coef_.T, atol=1e-4)
    np.testing.assert_allclose(found[-1], expected.intercept_, atol=1e-4)
    np.testing.assert_allclose(decode(embeddings, found), expected.predict(embeddings), atol=1e-3)


def test_more_noise_takes_more_shrinkage():
    assert best_weight(*views(0.0)) == min(RIDGE_WEIGHTS)
    assert best_weight(*views(3.0)) == max(RIDGE_WEIGHTS)


def test_a_linear_truth_is_recovered():
    embeddings, profiles = views(0.0)
    found = decode(
        embeddings[:N_TUMOURS], fit_decoder(embeddings, profiles[TUMOUR_OF_ROW], TUMOUR_OF_ROW)
    )
    np.testing.assert_allclose(found, profiles, atol=5e-3)


def test_the_order_of_the_views_does_not_matter():
    embeddings, profiles = views(0.5)
    order = np.random.default_rng(0).permutation(len(embeddings))
    found = fit_decoder(embeddings[order], profiles[TUMOUR_OF_ROW[order]], TUMOUR_OF_ROW[order])
    expected = fit_decoder(embeddings, profiles[TUMOUR_OF_ROW], TUMOUR_OF_ROW)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_fewer_tumours_than_folds_will_do():
    embeddings, profiles = views(0.1)
    few = TUMOUR_OF_ROW < 3
    coefficients = fit_decoder(embeddings[few], profiles[TUMOUR_OF_ROW[few]], TUMOUR_OF_ROW[few])
    assert np.isfinite(coefficients).all()


def test_an_embedding_that_says_nothing_decodes_to_the_mean():
    _, profiles = views(0.0)
    nothing = np.zeros((len(TUMOUR_OF_ROW), N_DIMENSIONS), np.float32)
    found = decode(nothing[:2], fit_decoder(nothing, profiles[TUMOUR_OF_ROW], TUMOUR_OF_ROW))
    np.testing.assert_allclose(found, np.tile(profiles.mean(axis=0), (2, 1)), atol=1e-5)


# --- Turned to the axes of what is decoded


@pytest.fixture
def coefficients() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(N_DIMENSIONS + 1, N_GENES)).astype(np.float32)


Z = np.random.default_rng(1).normal(size=(11, N_DIMENSIONS)).astype(np.float32)


@pytest.mark.parametrize("exponent", [0.0, 0.25, 1.0])
def test_turned_dimensions_are_those_that_decode_to_most(coefficients, exponent):
    rotation = order_by_expression(coefficients, exponent)
    assert rotation.dtype == np.float32
    assert rotation.shape == (N_DIMENSIONS, N_DIMENSIONS)
    lengths = np.linalg.norm(rotation, axis=0)
    assert (lengths**2).mean() == pytest.approx(1.0, rel=1e-5)
    strengths = np.linalg.svd(coefficients[:-1], compute_uv=False)
    ratio = (strengths / strengths[0]) ** exponent
    np.testing.assert_allclose(lengths / lengths[0], ratio, rtol=1e-4)
    # What is decoded from one turned dimension at a time: orthogonal profiles, largest first.
    directions = rotation / lengths
    np.testing.assert_allclose(directions.T @ directions, np.eye(N_DIMENSIONS), atol=1e-5)
    decoded = directions.T @ coefficients[:-1]
    np.testing.assert_allclose(decoded @ decoded.T, np.diag(strengths**2), atol=1e-3)
    assert (decoded[range(N_DIMENSIONS), np.abs(decoded).argmax(axis=1)] > 0).all()


def test_at_exponent_zero_distances_stay(coefficients):
    turned = Z @ order_by_expression(coefficients, 0.0)
    np.testing.assert_allclose(turned @ turned.T, Z @ Z.T, atol=1e-4)


def test_at_exponent_one_distances_are_those_of_the_profiles(coefficients):
    turned = Z @ order_by_expression(coefficients, 1.0)
    profiles = decode(Z, coefficients) - coefficients[-1]
    ratio = np.linalg.norm(profiles, axis=1) / np.linalg.norm(turned, axis=1)
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-4)


@pytest.mark.parametrize("exponent", [0.0, 0.25, 1.0])
def test_a_decoder_of_nothing_gives_no_nan(coefficients, exponent):
    for silent in (np.zeros_like(coefficients), coefficients.copy()):
        silent[1] = silent[0]
        assert np.isfinite(order_by_expression(silent, exponent)).all()


def test_fewer_genes_than_dimensions_leave_as_many_dimensions_as_genes(coefficients):
    assert order_by_expression(coefficients[:, :4], 0.25).shape == (N_DIMENSIONS, 4)


def test_principal_axes_are_numpys():
    profiles = np.random.default_rng(0).normal(size=(30, 5)) * [5, 4, 3, 2, 1] + 7.0
    found = principal_axes(profiles, 3)
    _, vectors = np.linalg.eigh(np.cov(profiles.T))
    agreement = np.abs(found.T @ vectors[:, ::-1][:, :3])
    np.testing.assert_allclose(agreement, np.eye(3), atol=1e-4)
    assert principal_axes(profiles, 99).shape == (5, 5)
