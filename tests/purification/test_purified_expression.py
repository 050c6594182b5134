"""The ridge decoder against scikit-learn's, and the choice of its weight."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from twinpurify.purification.purified_expression import RIDGE_WEIGHTS, decode, fit_decoder

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
    found = fit_decoder(embeddings, profiles, TUMOUR_OF_ROW)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[:-1], expected.coef_.T, atol=1e-4)
    np.testing.assert_allclose(found[-1], expected.intercept_, atol=1e-4)
    np.testing.assert_allclose(decode(embeddings, found), expected.predict(embeddings), atol=1e-3)


def test_more_noise_takes_more_shrinkage():
    assert best_weight(*views(0.0)) == min(RIDGE_WEIGHTS)
    assert best_weight(*views(3.0)) == max(RIDGE_WEIGHTS)


def test_a_linear_truth_is_recovered():
    embeddings, profiles = views(0.0)
    found = decode(embeddings[:N_TUMOURS], fit_decoder(embeddings, profiles, TUMOUR_OF_ROW))
    np.testing.assert_allclose(found, profiles, atol=5e-3)


def test_the_order_of_the_views_does_not_matter():
    embeddings, profiles = views(0.5)
    order = np.random.default_rng(0).permutation(len(embeddings))
    found = fit_decoder(embeddings[order], profiles, TUMOUR_OF_ROW[order])
    expected = fit_decoder(embeddings, profiles, TUMOUR_OF_ROW)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_fewer_tumours_than_folds_will_do():
    embeddings, profiles = views(0.1)
    few = TUMOUR_OF_ROW < 3
    coefficients = fit_decoder(embeddings[few], profiles[:3], TUMOUR_OF_ROW[few])
    assert np.isfinite(coefficients).all()


def test_an_embedding_that_says_nothing_decodes_to_the_mean():
    _, profiles = views(0.0)
    nothing = np.zeros((len(TUMOUR_OF_ROW), N_DIMENSIONS), np.float32)
    found = decode(nothing[:2], fit_decoder(nothing, profiles, TUMOUR_OF_ROW))
    np.testing.assert_allclose(found, np.tile(profiles.mean(axis=0), (2, 1)), atol=1e-5)
