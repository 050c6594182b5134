"""Twin views: the formula for the drawn values, and the distribution of what is drawn."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from twinpurify.purification.views import TwinViews, ViewSettings, perturb

N_TUMOURS, N_NORMALS, N_GENES = 6, 5, 7
SETTINGS = ViewSettings(minimum_fraction=0.2, n_mixed_normals=3)
BATCH = torch.tensor([4, 0, 2])


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def draw(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).gamma(4.0, 1.5, (n, N_GENES)).astype(np.float32)


TUMOURS, NORMALS = draw(N_TUMOURS, 0), draw(N_NORMALS, 1)
MEAN, SCALE = TUMOURS.mean(axis=0), TUMOURS.std(axis=0)
DIRECTIONS = np.random.default_rng(2).normal(size=(2, N_GENES)).astype(np.float32)


def make(settings: ViewSettings = SETTINGS, directions=None) -> TwinViews:
    cpu = torch.device("cpu")
    return TwinViews(TUMOURS, NORMALS, MEAN, SCALE, settings, cpu, directions)


def fix_draws(views: TwinViews, monkeypatch) -> tuple[np.ndarray, np.ndarray]:
    """Hand a view known fractions and weights."""
    fractions = np.array([0.25, 0.5, 0.9])
    weights = np.array([[0.2, 0.8, 0, 0, 0], [0, 0, 0, 1, 0], [0.1, 0, 0.3, 0, 0.6]])
    given = [torch.tensor(value, dtype=torch.float32) for value in (fractions[:, None], weights)]
    monkeypatch.setattr(views, "_fractions", lambda *_: given[0])
    monkeypatch.setattr(views, "_background_weights", lambda *_: given[1])
    return fractions, weights


def slow_view(fractions: np.ndarray, weights: np.ndarray, factor: np.ndarray) -> np.ndarray:
    view = np.zeros((len(BATCH), N_GENES))
    for row, tumour in enumerate(BATCH.tolist()):
        for gene in range(N_GENES):
            background = 0.0
            for normal in range(N_NORMALS):
                background += weights[row, normal] * (2.0 ** float(NORMALS[normal, gene]) - 1.0)
            x = 2.0 ** float(TUMOURS[tumour, gene]) - 1.0
            mixed = fractions[row] * x + (1.0 - fractions[row]) * background
            view[row, gene] = (np.log2(factor[row] * mixed + 1.0) - MEAN[gene]) / SCALE[gene]
    return view


def test_a_view_equals_the_formula_for_the_drawn_values(monkeypatch):
    views = make()
    expected = slow_view(*fix_draws(views, monkeypatch), np.ones(3))
    np.testing.assert_allclose(views(BATCH, seeded()), expected, atol=2e-5)


def test_library_size_scales_the_linear_profile(monkeypatch):
    views = make(replace(SETTINGS, library_size_jitter=0.3))
    drawn = fix_draws(views, monkeypatch)
    factor = np.exp(0.3 * torch.randn(3, 1, generator=seeded()).numpy()[:, 0])
    expected = slow_view(*drawn, factor)
    np.testing.assert_allclose(views(BATCH, seeded()), expected, atol=2e-5)


def test_infiltrate_shifts_the_standardised_view(monkeypatch):
    views = make(replace(SETTINGS, infiltrate_shift_sd=1.5), DIRECTIONS)
    drawn = fix_draws(views, monkeypatch)
    shift = 1.5 * torch.randn(3, 2, generator=seeded()).numpy()
    expected = slow_view(*drawn, np.ones(3)) + shift @ DIRECTIONS
    np.testing.assert_allclose(views(BATCH, seeded()), expected, atol=2e-5)


def test_no_shift_without_directions_or_spread():
    plain = make()(BATCH, seeded())
    assert torch.equal(make(directions=DIRECTIONS)(BATCH, seeded()), plain)
    without = make(replace(SETTINGS, infiltrate_shift_sd=1.0))
    assert torch.equal(without(BATCH, seeded()), plain)


def test_fractions_are_uniform_from_the_minimum_to_one():
    drawn = make()._fractions(50000, seeded())
    assert drawn.shape == (50000, 1)
    assert drawn.min() >= 0.2
    assert drawn.max() <= 1.0
    assert drawn.mean().item() == pytest.approx(0.6, abs=0.005)
    assert drawn.std().item() == pytest.approx(0.8 / 12**0.5, rel=0.01)
    quarter = (drawn < 0.4).float().mean().item()
    assert quarter == pytest.approx(0.25, abs=0.01)


def test_background_weights_are_dirichlet_on_a_few_normals():
    weights = make()._background_weights(50000, seeded())
    assert weights.shape == (50000, N_NORMALS)
    np.testing.assert_allclose(weights.sum(dim=1), 1.0, atol=1e-6)
    assert ((weights > 0).sum(dim=1) == 3).all()
    np.testing.assert_allclose(weights.mean(dim=0), 1.0 / N_NORMALS, rtol=0.03)
    # Dirichlet(1, 1, 1): mean 1/3, variance 1/18.
    shares = weights[weights > 0]
    assert shares.mean().item() == pytest.approx(1.0 / 3.0, rel=1e-3)
    assert shares.var().item() == pytest.approx(1.0 / 18.0, rel=0.02)


def test_there_may_be_fewer_normals_than_are_mixed():
    weights = make(replace(SETTINGS, n_mixed_normals=50))._background_weights(9, seeded())
    assert ((weights > 0).sum(dim=1) == N_NORMALS).all()


def test_two_views_of_a_batch_differ_and_a_seed_repeats_them():
    views, generator = make(), seeded()
    first, second = views(BATCH, generator), views(BATCH, generator)
    assert not torch.equal(first, second)
    assert torch.equal(views(BATCH, seeded()), first)


def test_the_tumours_are_left_as_they_were():
    everything = replace(
        SETTINGS,
        infiltrate_shift_sd=1.0,
        noise_sd=1.0,
        gene_dropout=0.5,
        library_size_jitter=0.5,
    )
    views = make(everything, DIRECTIONS)
    before = views.tumours.clone(), views.normals.clone()
    views(BATCH, seeded())
    assert torch.equal(views.tumours, before[0])
    assert torch.equal(views.normals, before[1])


def test_a_constant_gene_stays_at_zero():
    scale = SCALE.copy()
    scale[2] = np.inf
    views = TwinViews(TUMOURS, NORMALS, MEAN, scale, SETTINGS, torch.device("cpu"))
    assert torch.equal(views(BATCH, seeded())[:, 2], torch.zeros(3))


def test_views_are_float32_within_lower_precision():
    views = make(replace(SETTINGS, infiltrate_shift_sd=1.0), DIRECTIONS)
    expected = views(BATCH, seeded())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = views(BATCH, seeded())
    assert torch.equal(found, expected)


def test_perturbation_has_the_stated_spread_and_share():
    view = perturb(torch.ones(200, 300), seeded(), noise_sd=0.5, gene_dropout=0.2)
    kept = view[view != 0]
    assert len(kept) / view.numel() == pytest.approx(0.8, abs=0.005)
    assert kept.mean().item() == pytest.approx(1.0, abs=0.005)
    assert kept.std().item() == pytest.approx(0.5, rel=0.01)


def test_no_perturbation_draws_nothing():
    generator, view = seeded(), torch.ones(2, 3)
    before = generator.get_state()
    assert torch.equal(perturb(view, generator, 0.0, 0.0), torch.ones(2, 3))
    assert torch.equal(generator.get_state(), before)
