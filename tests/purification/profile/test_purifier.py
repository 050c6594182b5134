"""Purity and purified profiles, alike for the solved twins and for the network."""

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from tests.purification.simulated import SMALL_NETWORK, Data, error, make_data
from twinpurify.purification.dilution import dilute
from twinpurify.purification.profile import purifier as purifier_module
from twinpurify.purification.profile.purifier import N_DECODER_VIEWS, Purifier
from twinpurify.purification.twin_network.twin_network import TwinNetwork
from twinpurify.purification.twinpurify.twinpurify import TwinPurify
from twinpurify.representation.registry import load_method

SETTINGS = {
    TwinPurify: {"n_dimensions": 4},
    TwinNetwork: SMALL_NETWORK,
}


@pytest.fixture(scope="module")
def small() -> Data:
    return make_data(0, n_tumours=60, n_genes=100)


@pytest.fixture(scope="module", params=SETTINGS)
def method_class(request) -> type[Purifier]:
    return request.param


@pytest.fixture(scope="module")
def fitted(small, method_class) -> Purifier:
    return create(method_class).fit(small.tumours, background=small.normals)


def create(method_class: type[Purifier], **changes) -> Purifier:
    return method_class(**SETTINGS[method_class], **changes)


# --- What the fit goes by


def test_normals_of_the_training_alone_decide(small, fitted, method_class):
    again = create(method_class).fit(small.tumours, background=small.normals)
    np.testing.assert_array_equal(again.transform(small.test), fitted.transform(small.test))
    other = create(method_class).fit(small.tumours, background=small.normals + 0.5)
    assert not np.allclose(other.transform(small.test), fitted.transform(small.test), atol=1e-3)


def test_the_decoder_sees_the_dilutions_of_the_settings(small, method_class, monkeypatch):
    drawn = []

    def note(tumours, normals, fractions, rng, n_mixed):
        drawn.append((fractions.min(), n_mixed))
        return dilute(tumours, normals, fractions, rng, n_mixed)

    monkeypatch.setattr(purifier_module, "dilute", note)
    method = create(method_class, n_mixed_normals=2, minimum_fraction=0.7)
    method.fit(small.tumours, background=small.normals)
    assert len(drawn) == N_DECODER_VIEWS - 1
    assert all(lowest >= 0.7 and n_mixed == 2 for lowest, n_mixed in drawn)


# --- Purified profiles


def test_purified_profiles_are_profiles(small, fitted):
    purified = fitted.purify(small.test)
    assert purified.index.equals(small.test.index)
    assert purified.columns.equals(small.test.columns)
    assert (purified.dtypes == np.float32).all()
    assert (purified.to_numpy() >= 0.0).all()


def test_purified_profiles_keep_their_ids_whatever_the_container(small, fitted):
    expected = fitted.purify(small.test)
    cohort = anndata.AnnData(small.test)
    pd.testing.assert_frame_equal(fitted.purify(cohort), expected)
    np.testing.assert_array_equal(fitted.purify(small.test.to_numpy()), expected)
    # A list comes in another order of memory, which sums round by.
    from_list = fitted.purify(small.test.to_numpy().tolist())
    np.testing.assert_allclose(from_list, expected, atol=1e-5)


def test_a_sample_alone_is_purified_as_in_a_batch(small, fitted):
    together = fitted.purify(small.test)
    alone = pd.concat([fitted.purify(small.test[i : i + 1]) for i in range(len(small.test))])
    pd.testing.assert_frame_equal(alone, together, atol=1e-4, rtol=0.0)


def test_a_constant_gene_is_purified_to_its_mean(small, method_class):
    flat = small.tumours.columns[3]
    method = create(method_class)
    method.fit(small.tumours.assign(**{flat: 2.5}), background=small.normals)
    assert (method.purify(small.test)[flat] == 2.5).all()
    assert np.isfinite(method.purify(small.test)).all(axis=None)
    assert np.isfinite(method.estimate_purity(small.test)).all()


def test_purified_profiles_have_the_infiltrate_of_the_least_infiltrated(small, fitted):
    standardized = fitted._standardize(small.test.to_numpy())
    moved = fitted._without_infiltrate(standardized)
    before, after = (values @ fitted.infiltrate_weights_ for values in (standardized, moved))
    assert (before > fitted.least_infiltrate_ + 0.5).any()
    expected = np.minimum(before, fitted.least_infiltrate_)
    np.testing.assert_allclose(after, expected, atol=1e-3)


def test_undiluted_profiles_keep_their_infiltrate(small, fitted):
    undiluted, purified = fitted.undilute(small.test), fitted.purify(small.test)
    assert undiluted.index.equals(small.test.index)
    moved = fitted._without_infiltrate(fitted._standardize(undiluted.to_numpy()))
    unbounded = (purified > 0.0).to_numpy() & (undiluted > 0.0).to_numpy()
    found = fitted._standardize(purified.to_numpy())
    np.testing.assert_allclose(found[unbounded], moved[unbounded], atol=0.05)
    assert error(fitted.undilute(small.diluted), small.test) < error(small.diluted, small.test)


def test_reliable_genes_are_those_that_come_back(small, fitted):
    reliability = fitted.gene_reliability_
    assert reliability.shape == (small.test.shape[1],)
    assert 0.0 <= reliability.min() < reliability.max() <= 1.0
    back = fitted.undilute(small.diluted).to_numpy()
    own = small.test.to_numpy()
    shared = [np.corrcoef(back[:, gene], own[:, gene])[0, 1] for gene in range(own.shape[1])]
    assert spearmanr(reliability, np.nan_to_num(shared))[0] > 0.4


# --- Purity


def test_purity_falls_with_the_score_and_is_average_on_average(small, fitted):
    purity = fitted.estimate_purity(small.tumours)
    assert purity.dtype == np.float32
    scores = fitted._standardize(small.tumours.to_numpy()) @ fitted.infiltrate_weights_
    np.testing.assert_allclose(purity, np.clip(0.6 - 0.12 * scores, 0.0, 1.0), atol=1e-4)
    assert purity.mean() == pytest.approx(0.6, abs=0.01)


def test_too_few_normals_give_no_purity_but_an_embedding(small, method_class):
    method = create(method_class).fit(small.tumours, background=small.normals[:4])
    assert np.isnan(method.estimate_purity(small.test)).all()
    assert method.estimate_purity(small.test).shape == (len(small.test),)
    assert np.isfinite(method.transform(small.test)).all()
    assert np.isfinite(method.purify(small.test)).all(axis=None)


# --- Storage


@pytest.mark.parametrize("n_normals", [4, None])
def test_a_stored_model_gives_the_same(small, method_class, tmp_path, n_normals):
    method = create(method_class).fit(small.tumours, background=small.normals[:n_normals])
    method.save(tmp_path / "model")
    loaded = load_method(tmp_path / "model")
    for found, expected in (
        (loaded.transform(small.diluted), method.transform(small.diluted)),
        (loaded.purify(small.diluted), method.purify(small.diluted)),
        (loaded.estimate_purity(small.diluted), method.estimate_purity(small.diluted)),
    ):
        np.testing.assert_allclose(found, expected, atol=1e-6)
