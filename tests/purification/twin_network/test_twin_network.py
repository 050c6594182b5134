"""The network of twins: what is trained and kept, and what it finds where the truth is known."""

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from tests.purification.simulated import (
    SMALL_NETWORK,
    Data,
    error,
    found_again,
    found_by_rivals,
    make_data,
)
from twinpurify.purification.twin_network.twin_network import TwinNetwork
from twinpurify.training.encoder import build_mlp

SMALL = {**SMALL_NETWORK, "redundancy_weight": 0.005}


@pytest.fixture(scope="module")
def small() -> Data:
    return make_data(0, n_tumours=60, n_genes=100)


@pytest.fixture(scope="module")
def fitted(small) -> TwinNetwork:
    return TwinNetwork(**SMALL).fit(small.tumours, background=small.normals)


# --- What is trained and kept


@pytest.mark.parametrize("projector", [None, 16])
def test_the_loss_falls_and_its_terms_are_logged(small, projector):
    method = TwinNetwork(**{**SMALL, "n_steps": 60, "projector": projector})
    history = method.fit(small.tumours, background=small.normals).history_
    assert history["loss"].tail(5).mean() < 0.7 * history["loss"].head(5).mean()
    terms = ["invariance", "redundancy", "mean_correlation", "effective_rank", "mean_sd"]
    assert list(history.columns) == ["epoch", "step", "loss", *terms]
    np.testing.assert_allclose(
        history["loss"], history["invariance"] + 0.005 * history["redundancy"], rtol=1e-4
    )
    assert history["effective_rank"].between(1.0, projector or 4).all()


@pytest.mark.parametrize("projector", [None, 16])
def test_the_encoder_moves_and_the_projector_is_dropped(small, projector):
    method = TwinNetwork(**SMALL, projector=projector)
    method.fit(small.tumours, background=small.normals)
    generator = torch.Generator().manual_seed(0)
    initial = build_mlp(100, (32,), 4, generator).state_dict()
    trained = method.encoder_.state_dict()
    assert trained.keys() == initial.keys()
    for name in trained:
        assert not torch.equal(trained[name], initial[name]), name
    stored = [name for name in method._state() if name.startswith("encoder.")]
    assert sorted(stored) == sorted(f"encoder.{name}" for name in initial)


def test_extreme_settings_train(small):
    everything = {
        "noise_sd": 0.3,
        "gene_dropout": 0.2,
        "library_size_jitter": 0.1,
        "infiltrate_shift_sd": 0.0,
        "n_mixed_normals": 50,
        "hidden": [16, 8],
        "batch_size": 4096,
        "n_steps": 9,
    }
    method = TwinNetwork(**{**SMALL, **everything})
    method.fit(small.tumours, background=small.normals)
    assert np.isfinite(method.transform(small.test)).all()
    assert len(method.history_) == 9


def test_bfloat16_gives_nearly_the_same(small, fitted):
    method = TwinNetwork(**{**SMALL, "precision": "bfloat16"})
    method.fit(small.tumours, background=small.normals)
    found, expected = method.transform(small.test), fitted.transform(small.test)
    for dimension in range(4):
        assert np.corrcoef(found[:, dimension], expected[:, dimension])[0, 1] > 0.95


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no GPU")
def test_a_model_trained_on_a_gpu_is_used_on_the_cpu(small, fitted):
    method = TwinNetwork(**{**SMALL, "device": "cuda"})
    method.fit(small.tumours, background=small.normals)
    assert next(method.encoder_.parameters()).device.type == "cpu"
    np.testing.assert_allclose(
        method.transform(small.test), fitted.transform(small.test), atol=0.05
    )


# --- Known truth


@pytest.fixture(scope="module", params=[0, 1, 2])
def known(request) -> tuple[TwinNetwork, Data]:
    data = make_data(request.param)
    method = TwinNetwork(
        n_dimensions=32, hidden=(128,), n_steps=100, device="cpu", precision="float32"
    )
    return method.fit(data.tumours, background=data.normals), data


def test_purity_is_ranked_without_a_label(known):
    method, data = known
    assert spearmanr(method.estimate_purity(data.test), data.purity)[0] > 0.7


def test_diluted_tumours_are_found_again(known):
    method, data = known
    share = found_again(method, data)
    raw, pca = found_by_rivals(data, n_dimensions=32)
    assert share > 0.55
    assert share > raw + 0.2
    assert share > pca + 0.4


def test_purified_expression_is_nearer_to_the_truth_than_the_diluted(known):
    method, data = known
    purified = method.purify(data.diluted)
    assert error(purified, data.pure) < 0.9 * error(data.diluted, data.pure)
