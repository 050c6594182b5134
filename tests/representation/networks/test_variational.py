"""Variational auto-encoders: their terms against slow ones, and what the salient latent holds."""

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from twinpurify.representation.networks.contrastive_vae import ContrastiveVae
from twinpurify.representation.networks.vae import VariationalAutoencoder
from twinpurify.representation.networks.variational import Posterior, divergence, sample
from twinpurify.training.encoder import build_mlp

RNG = np.random.default_rng(0)
N_GENES = 30
SMALL = {"n_dimensions": 4, "hidden": (32,), "device": "cpu", "precision": "float32"}
SHARED, OWN = RNG.normal(size=(2, N_GENES)), RNG.normal(size=(2, N_GENES))
IN_BOTH, IN_TUMOURS = RNG.normal(size=(120, 2)), RNG.normal(size=(120, 2))


def tissue(in_both: np.ndarray, in_tumours: np.ndarray) -> np.ndarray:
    values = 9.0 + 0.8 * in_both @ SHARED + 0.4 * in_tumours @ OWN
    return (values + 0.1 * RNG.normal(size=values.shape)).astype(np.float32)


TUMOURS = tissue(IN_BOTH, IN_TUMOURS)
NORMALS = tissue(RNG.normal(size=(60, 2)), np.zeros((60, 2)))


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def prepared(method):
    """Stop before the training and hand out the heads and the loss of a batch."""
    method.gene_mean_, method.gene_scale_ = TUMOURS.mean(axis=0), TUMOURS.std(axis=0)
    method._device = torch.device("cpu")
    method.encoder_ = build_mlp(N_GENES, (32,), 4, generator(0))
    return method._prepare_loss(NORMALS, generator(1))


# --- Terms


def test_the_divergence_is_that_of_torch():
    mean, log_variance = torch.randn((5, 3), generator=generator(0)), torch.tensor([-1.0, 0, 2])
    log_variance = log_variance.expand(5, 3)
    posterior = Normal(mean, (0.5 * log_variance).exp())
    expected = kl_divergence(posterior, Normal(torch.zeros(5, 3), torch.ones(5, 3))).sum(dim=1)
    torch.testing.assert_close(divergence(mean, log_variance), expected)
    assert divergence(torch.zeros(1, 3), torch.zeros(1, 3)).item() == 0.0


def test_draws_have_the_mean_and_the_variance_of_the_posterior():
    mean, log_variance = torch.full((40_000, 1), 2.0), torch.full((40_000, 1), np.log(0.25))
    found = sample(mean, log_variance, generator(3))
    assert found.mean().item() == pytest.approx(2.0, abs=0.01)
    assert found.std().item() == pytest.approx(0.5, abs=0.01)


def test_the_mean_is_the_output_of_the_encoder_and_extremes_are_cut():
    encoder = build_mlp(6, (5,), 2, generator(0))
    head = torch.nn.Linear(5, 2)
    torch.nn.init.constant_(head.bias, 1e9)
    profiles = torch.randn((7, 6), generator=generator(1))
    mean, log_variance = Posterior(encoder, head).eval()(profiles)
    torch.testing.assert_close(mean, encoder.eval()(profiles))
    assert (log_variance == 20.0).all()


# --- Losses


def test_the_loss_of_the_vae_is_the_bound_per_gene():
    method, batch = VariationalAutoencoder(**SMALL, beta=2.5), torch.from_numpy(TUMOURS[:10])
    heads, loss_of_batch = prepared(method)
    found = loss_of_batch(batch, generator(2))
    clean = torch.from_numpy(method._standardize(TUMOURS[:10]))
    hidden = method.encoder_[:-1](clean)
    mean, log_variance = method.encoder_[-1](hidden), heads["log_variance"](hidden)
    noise = torch.randn((10, 4), generator=generator(2))
    restored = heads["decoder"](mean + noise * torch.exp(log_variance / 2))
    likelihood = Normal(restored, 1.0).log_prob(clean).sum(dim=1)
    constant = -0.5 * N_GENES * np.log(2 * np.pi)
    cost = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(dim=1)
    bound = (likelihood - constant - 2.5 * cost).mean() / N_GENES
    assert found["loss"].item() == pytest.approx(-bound.item(), rel=1e-4)
    assert found["divergence"].item() == pytest.approx(cost.mean().item(), rel=1e-4)


def test_normals_are_restored_from_the_background_alone():
    method = ContrastiveVae(**SMALL, n_background_dimensions=3, beta=1.5)
    heads, loss_of_batch = prepared(method)
    found = loss_of_batch(torch.from_numpy(TUMOURS[:8]), generator(2))
    draws = generator(2)
    chosen = torch.randint(60, (8,), generator=draws).numpy()
    tumours, normals = (
        torch.from_numpy(method._standardize(values)) for values in (TUMOURS[:8], NORMALS[chosen])
    )
    both = torch.cat([tumours, normals])
    mean, log_variance = Posterior(method.encoder_, heads["log_variance"])(tumours)
    own = mean + torch.randn((8, 4), generator=draws) * torch.exp(log_variance / 2)
    shared = Posterior(heads["background"], heads["background_log_variance"])(both)
    background = shared[0] + torch.randn((16, 3), generator=draws) * torch.exp(shared[1] / 2)
    latents = torch.cat([torch.cat([own, torch.zeros(8, 4)]), background], dim=1)
    error = (heads["decoder"](latents) - both).square().sum(dim=1)
    cost = divergence(*shared)
    cost[:8] += divergence(mean, log_variance)
    expected = (0.5 * error + 1.5 * cost).mean() / N_GENES
    assert found["loss"].item() == pytest.approx(expected.item(), rel=1e-4)


# --- What is learnt


def explained(embedding: np.ndarray, factors: np.ndarray) -> float:
    design = np.column_stack([np.ones(len(embedding)), embedding])
    fitted = design @ np.linalg.lstsq(design, factors, rcond=None)[0]
    return 1.0 - (factors - fitted).var() / factors.var()


def test_the_salient_latent_holds_what_only_tumours_have():
    settings = {**SMALL, "n_dimensions": 2, "n_background_dimensions": 2, "batch_size": 64}
    settings |= {"n_steps": 400, "max_epochs": 400, "learning_rate": 0.005}
    method = ContrastiveVae(**settings).fit(TUMOURS, background=NORMALS)
    embedding = method.transform(TUMOURS)
    assert explained(embedding, IN_TUMOURS) > 0.8
    assert explained(embedding, IN_BOTH) < 0.5
    plain = VariationalAutoencoder(
        **{key: value for key, value in settings.items() if key != "n_background_dimensions"}
    ).fit(TUMOURS)
    assert explained(plain.transform(TUMOURS), IN_BOTH) > 0.8


def test_a_dimension_that_does_not_pay_for_itself_vanishes():
    settings = {**SMALL, "n_dimensions": 8, "batch_size": 64, "n_steps": 400, "max_epochs": 400}
    spread = {
        beta: np.sort(
            VariationalAutoencoder(**settings, learning_rate=0.005, beta=beta)
            .fit(TUMOURS)
            .transform(TUMOURS)
            .std(axis=0)
        )
        for beta in (0.01, 1.0)
    }
    # Four factors make the profiles; the embedding isn't standardised, so the others stay small.
    assert 3.0 * spread[1.0][0] < spread[1.0][-1]
    assert spread[0.01][0] > 2.0 * spread[1.0][0]
