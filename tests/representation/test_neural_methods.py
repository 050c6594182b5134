"""Neural methods: their losses, what moves, and resumption and threads that change no bit."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
import torch

from twinpurify.errors import ModelError
from twinpurify.purification.twin_network.barlow_twins_loss import barlow_twins_loss
from twinpurify.purification.twin_network.perturbation import Perturbation
from twinpurify.purification.twin_network.twin_network import TwinNetwork
from twinpurify.representation.networks.autoencoder import Autoencoder
from twinpurify.representation.networks.barlow_generic import BarlowGeneric
from twinpurify.representation.networks.contrastive_vae import ContrastiveVae
from twinpurify.representation.networks.untrained import UntrainedEncoder
from twinpurify.representation.networks.vae import VariationalAutoencoder
from twinpurify.training import trainer as trainer_module
from twinpurify.training.encoder import build_mlp
from twinpurify.training.trainer import Trainer

SMALL = {
    "n_dimensions": 4,
    "hidden": (32,),
    "n_steps": 20,
    "batch_size": 8,
    "device": "cpu",
    "precision": "float32",
}
TRAINED = [Autoencoder, VariationalAutoencoder, ContrastiveVae, BarlowGeneric, TwinNetwork]
# Of the methods without a projector.
OTHER_SETTING = {
    Autoencoder: {"gene_dropout": 0.5},
    VariationalAutoencoder: {"beta": 0.5},
    ContrastiveVae: {"n_background_dimensions": 2},
}
N_GENES = 30


def profiles(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n, 3)) @ np.random.default_rng(99).normal(size=(3, N_GENES))
    values = np.clip(6.0 + factors + 0.3 * rng.normal(size=(n, N_GENES)), 0, None)
    return values.astype(np.float32)


TUMOURS, NORMALS, TEST = profiles(28, 0), profiles(6, 1) + 1.0, profiles(5, 2)


def fit(method):
    return method.fit(TUMOURS, background=NORMALS)


def same(first, second) -> bool:
    states = first._state(), second._state()
    return states[0].keys() == states[1].keys() and all(
        np.array_equal(states[0][key], states[1][key]) for key in states[0]
    )


def untouched(width: int = 32) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return build_mlp(N_GENES, (width,), 4, generator).state_dict()


every_trained_method = pytest.mark.parametrize("method_class", TRAINED)


# --- Training


@every_trained_method
def test_the_loss_falls(method_class):
    history = fit(method_class(**{**SMALL, "n_steps": 60, "learning_rate": 0.01})).history_
    assert history["step"].iloc[-1] == 60
    assert history["loss"].tail(4).mean() < 0.8 * history["loss"].head(4).mean()


@every_trained_method
def test_the_encoder_moves(method_class):
    trained, initial = fit(method_class(**SMALL)).encoder_.state_dict(), untouched()
    for name in trained:
        assert not torch.equal(trained[name], initial[name]), name


def test_the_untrained_encoder_stays():
    method = fit(UntrainedEncoder(n_dimensions=4, hidden=(32,)))
    initial = untouched()
    assert all(torch.equal(v, initial[name]) for name, v in method.encoder_.state_dict().items())
    assert method.history_ is None
    with pytest.raises(NotImplementedError, match="an untrained encoder has no loss"):
        method._prepare_loss(None, None)


def test_all_start_from_the_weights_of_the_untrained_encoder(monkeypatch):
    monkeypatch.setattr(Trainer, "run", lambda trainer: pd.DataFrame())
    initial = untouched()
    for method_class in TRAINED:
        found = fit(method_class(**SMALL)).encoder_.state_dict()
        assert all(torch.equal(value, initial[name]) for name, value in found.items())


@every_trained_method
def test_a_training_that_diverges_names_the_setting(method_class):
    match = rf"the loss became (nan|inf) at step \d+ of {method_class.name}; lower the learning"
    with pytest.raises(ModelError, match=match):
        fit(method_class(**{**SMALL, "learning_rate": 1e30}))


@every_trained_method
def test_rounding_is_not_blown_up(method_class, monkeypatch):
    expected = fit(method_class(**SMALL)).transform(TUMOURS)
    build = trainer_module.Trainer

    def rounded(module, loss_of_batch, source, *others):
        source.profiles = source.profiles * (1.0 + 3e-7)
        return build(module, loss_of_batch, source, *others)

    monkeypatch.setattr(trainer_module, "Trainer", rounded)
    found = fit(method_class(**SMALL)).transform(TUMOURS)
    np.testing.assert_allclose(found, expected, atol=1e-4)


@every_trained_method
def test_bfloat16_trains_to_nearly_the_same(method_class):
    found = fit(method_class(**{**SMALL, "precision": "bfloat16"})).transform(TUMOURS)
    expected = fit(method_class(**SMALL)).transform(TUMOURS)
    for dimension in range(4):
        assert np.corrcoef(found[:, dimension], expected[:, dimension])[0, 1] > 0.95


# --- The losses


def prepared(method):
    """Stop before the training and hand out the loss of a batch."""
    values = TUMOURS
    method.gene_mean_ = values.mean(axis=0)
    method.gene_scale_ = values.std(axis=0)
    method._device = torch.device("cpu")
    method.encoder_ = build_mlp(N_GENES, (32,), 4, torch.Generator().manual_seed(0))
    return method._prepare_loss(None, torch.Generator().manual_seed(1))


BATCH = torch.from_numpy(TUMOURS[:8])


def test_the_autoencoder_restores_the_clean_profile_from_a_corrupted_one(monkeypatch):
    seen = []

    def halve(perturb, profiles, places):
        seen.append(profiles.clone())
        return profiles.mul_(0.5)

    monkeypatch.setattr(Perturbation, "__call__", halve)
    method = Autoencoder(**SMALL, gene_dropout=0.4)
    decoder, loss_of_batch = prepared(method)
    found = loss_of_batch(BATCH, torch.Generator())["loss"].item()
    clean = torch.from_numpy(method._standardize(TUMOURS[:8]))
    torch.testing.assert_close(seen[0], clean)
    restored = decoder(method.encoder_(0.5 * clean)).detach().numpy()
    expected = np.mean((restored - clean.numpy()) ** 2)
    assert found == pytest.approx(expected, rel=1e-5)
    assert [layer.weight.shape[0] for layer in decoder if hasattr(layer, "weight")] == [32, 32, 30]


def test_the_decoder_of_the_autoencoder_mirrors_the_encoder():
    method = Autoencoder(**{**SMALL, "hidden": (16, 8)})
    decoder, _ = prepared(method)
    linear = [layer for layer in decoder if isinstance(layer, torch.nn.Linear)]
    assert [layer.out_features for layer in linear] == [8, 16, N_GENES]


def test_the_generic_views_are_noise_and_dropout():
    settings = {"redundancy_weight": 0.01, "noise_sd": 0.3, "gene_dropout": 0.1}
    method = BarlowGeneric(**SMALL, **settings)
    _, loss_of_batch = prepared(method)
    found = loss_of_batch(BATCH, torch.Generator().manual_seed(2))["loss"].item()
    pools, draws = torch.Generator().manual_seed(1), torch.Generator().manual_seed(2)
    perturb = Perturbation(0.3, 0.1, N_GENES, pools, torch.device("cpu"))
    clean = torch.from_numpy(method._standardize(TUMOURS[:8]))
    views = [perturb(clean.clone(), perturb.places(8, draws)) for _ in range(2)]
    first, second = method.encoder_(torch.cat(views)).chunk(2)
    assert found == pytest.approx(barlow_twins_loss(first, second, 0.01)["loss"].item(), rel=1e-4)


# --- Seeds and threads


@every_trained_method
def test_the_global_generators_are_neither_used_nor_moved(method_class):
    torch.manual_seed(1)
    np.random.seed(1)
    first = fit(method_class(**SMALL))
    torch.manual_seed(2)
    np.random.seed(2)
    before = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    assert same(fit(method_class(**SMALL)), first)
    assert torch.equal(torch.random.get_rng_state(), before[0])
    assert np.array_equal(np.random.get_state()[1], before[1])


def test_threads_that_train_at_once_give_the_bits_of_one_alone():
    methods = [method_class(**SMALL, seed=seed) for method_class in TRAINED for seed in (0, 1)]
    alone = [fit(type(method)(**method.get_params())) for method in methods]
    with ThreadPoolExecutor(max_workers=2) as pool:
        at_once = list(pool.map(fit, methods))
    assert all(same(first, second) for first, second in zip(alone, at_once, strict=True))


# --- Interruption


class Cut(Exception):
    """The interruption."""


def count_steps(monkeypatch, limit: int | None = None) -> list[int]:
    """Note the steps that are taken, and cut the training after so many."""
    taken, take_step = [], Trainer.take_step

    def counted(trainer, batch):
        if len(taken) == limit:
            raise Cut
        taken.append(trainer.step)
        return take_step(trainer, batch)

    monkeypatch.setattr(Trainer, "take_step", counted)
    return taken


# Before the first checkpoint, right after it, and within an epoch.
@pytest.mark.parametrize("n_before", [2, 3, 11])
@pytest.mark.parametrize("extra", [{}, {"projector": 16}], ids=["plain", "projector"])
@every_trained_method
def test_a_cut_fit_resumes_to_the_same_bits(tmp_path, monkeypatch, method_class, extra, n_before):
    if extra:
        extra = OTHER_SETTING.get(method_class, extra)
    monkeypatch.setattr(trainer_module, "CHECKPOINT_SHARE", float("inf"))
    whole = fit(method_class(**SMALL, **extra))
    with monkeypatch.context() as cut:
        count_steps(cut, limit=n_before)
        with pytest.raises(Cut):
            fit(method_class(**SMALL, **extra).with_checkpoints(tmp_path))
    taken = count_steps(monkeypatch)
    resumed = fit(method_class(**SMALL, **extra).with_checkpoints(tmp_path))
    # 28 tumours in batches of 8 are three steps an epoch.
    assert taken == list(range(n_before - n_before % 3, 20))
    assert same(whole, resumed)
    pd.testing.assert_frame_equal(whole.history_, resumed.history_)


def test_the_checkpoint_of_other_settings_or_data_is_not_used(tmp_path, monkeypatch):
    fit(TwinNetwork(**SMALL).with_checkpoints(tmp_path))
    others = [
        (TwinNetwork(**SMALL, seed=1), TUMOURS, NORMALS),
        (TwinNetwork(**SMALL, minimum_fraction=0.77), TUMOURS, NORMALS),
        (TwinNetwork(**SMALL), TUMOURS[:-1], NORMALS),
        (TwinNetwork(**SMALL), TUMOURS, NORMALS + 0.1),
        (BarlowGeneric(**SMALL), TUMOURS, NORMALS),
    ]
    taken = count_steps(monkeypatch)
    for number, (method, tumours, normals) in enumerate(others, start=1):
        expected = type(method)(**method.get_params()).fit(tumours, background=normals)
        method.with_checkpoints(tmp_path).fit(tumours, background=normals)
        assert len(taken) == 40 * number
        assert same(method, expected)


@pytest.mark.parametrize("damage", [lambda content: content[:500], lambda content: b"text"])
def test_a_damaged_checkpoint_is_ignored(tmp_path, monkeypatch, damage):
    expected = fit(TwinNetwork(**SMALL).with_checkpoints(tmp_path))
    (checkpoint,) = tmp_path.iterdir()
    checkpoint.write_bytes(damage(checkpoint.read_bytes()))
    taken = count_steps(monkeypatch)
    assert same(fit(TwinNetwork(**SMALL).with_checkpoints(tmp_path)), expected)
    assert len(taken) == 20
