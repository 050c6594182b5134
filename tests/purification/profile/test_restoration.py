"""Restoring what dilution took: where it is known, and with what no training view holds."""

from typing import NamedTuple

import numpy as np
import pytest

from twinpurify.purification.profile.restoration import Restoration

N_TUMOURS, N_GENES, N_VIEWS = 60, 200, 6
SILENT = 7


class Views(NamedTuple):
    """Views of tumours: each is its tumour, moved along one direction, with noise."""

    embeddings: np.ndarray
    views: np.ndarray
    wanted: np.ndarray
    tumour_of_row: np.ndarray


def draw(seed: int) -> Views:
    rng, fixed = np.random.default_rng(seed), np.random.default_rng(99)
    embedding = rng.normal(size=(N_TUMOURS, 5))
    own = embedding @ fixed.normal(size=(5, N_GENES)) + 0.3 * rng.normal(size=(N_TUMOURS, N_GENES))
    own[:, SILENT] = 0.0
    # A gene that is all noise in a view, whatever it is in the tumour.
    taken = np.outer(rng.uniform(0.0, 3.0, N_TUMOURS * N_VIEWS), fixed.normal(size=N_GENES))
    wanted, rows = np.tile(own, (N_VIEWS, 1)), np.tile(np.arange(N_TUMOURS), N_VIEWS)
    views = wanted - taken
    views[:, 3] = rng.normal(size=len(views))
    return Views(np.tile(embedding, (N_VIEWS, 1)), views, wanted, rows)


TRAINING, OTHERS = draw(0), draw(1)


@pytest.fixture(scope="module")
def restoration() -> Restoration:
    return Restoration.fit(*TRAINING)


def errors(profiles: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    return np.sqrt(np.square(profiles - wanted).mean(axis=1))


def test_views_of_other_tumours_come_back(restoration):
    restored = restoration(OTHERS.embeddings, OTHERS.views)
    assert restored.shape == OTHERS.views.shape
    before, after = (errors(p, OTHERS.wanted).mean() for p in (OTHERS.views, restored))
    assert after < 0.35 * before


def test_what_no_view_holds_counts_for_less(restoration):
    rng = np.random.default_rng(2)
    foreign = 8.0 * rng.normal(size=OTHERS.views.shape).astype(np.float32)
    usual = restoration(OTHERS.embeddings, OTHERS.views)
    found = restoration(OTHERS.embeddings, OTHERS.views + foreign)
    trusting = Restoration(
        restoration.axes, restoration.observed, restoration.correction, np.inf, None
    )(OTHERS.embeddings, OTHERS.views + foreign)
    assert errors(found, usual).mean() < 0.6 * errors(trusting, usual).mean()


def test_nine_tenths_of_the_views_keep_their_residual(restoration):
    trusting = Restoration(
        restoration.axes, restoration.observed, restoration.correction, np.inf, None
    )
    args = TRAINING.embeddings, TRAINING.views
    same = np.isclose(restoration(*args), trusting(*args), atol=1e-5).all(axis=1)
    assert same.mean() == pytest.approx(0.9, abs=0.02)


def test_a_profile_alone_is_restored_as_in_a_batch(restoration):
    together = restoration(OTHERS.embeddings[:5], OTHERS.views[:5])
    alone = [restoration(OTHERS.embeddings[i : i + 1], OTHERS.views[i : i + 1]) for i in range(5)]
    np.testing.assert_allclose(np.concatenate(alone), together, atol=1e-4)


def test_reliability_is_what_others_tell_of_the_gene(restoration):
    reliability = restoration.reliability
    assert reliability.dtype == np.float32
    assert reliability[SILENT] == 0.0
    assert reliability[3] < np.delete(reliability, [3, SILENT]).min()
    restored = restoration(OTHERS.embeddings, OTHERS.views)
    for gene in (0, 10, 20):
        shared = np.corrcoef(restored[:, gene], OTHERS.wanted[:, gene])[0, 1] ** 2
        assert reliability[gene] == pytest.approx(shared, abs=0.1)
