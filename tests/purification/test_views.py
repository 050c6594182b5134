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


FRACTIONS = np.array([[0.25, 0.5, 0.9], [0.3, 1.0, 0.6]])
WEIGHTS = np.array(
    [
        [[0.2, 0.8, 0, 0, 0], [0, 0, 0, 1, 0], [0.1, 0, 0.3, 0, 0.6]],
        [[0, 0.5, 0.5, 0, 0], [0.7, 0, 0, 0.3, 0], [0, 0, 0, 0.4, 0.6]],
    ]
)


def fix_draws(views: TwinViews, monkeypatch) -> None:
    """Hand the two views known fractions and weights."""
    fractions = iter(torch.tensor(FRACTIONS[..., None], dtype=torch.float32))
    weights = iter(torch.tensor(WEIGHTS, dtype=torch.float32))
    monkeypatch.setattr(views, "_fractions", lambda *_: next(fractions))
    monkeypatch.setattr(views, "_background_weights", lambda *_: next(weights))


def linear(log2: float) -> float:
    return 2.0 ** float(log2) - 1.0


def slow_pair(tumours: np.ndarray, fractions=FRACTIONS, factors=None) -> np.ndarray:
    """Mix linear tumours with the known backgrounds, value by value."""
    factors = np.ones((2, 3)) if factors is None else factors
    pair = np.zeros((2, 3, N_GENES))
    for view in range(2):
        for row in range(3):
            for gene in range(N_GENES):
                background = 0.0
                for normal in range(N_NORMALS):
                    background += WEIGHTS[view, row, normal] * linear(NORMALS[normal, gene])
                a = fractions[view, row]
                mixed = factors[view, row] * (a * tumours[row, gene] + (1.0 - a) * background)
                pair[view, row, gene] = (np.log2(mixed + 1.0) - MEAN[gene]) / SCALE[gene]
    return pair.reshape(6, N_GENES)


LINEAR = np.array([[linear(value) for value in TUMOURS[row]] for row in BATCH.tolist()])


def replay(*sizes: tuple[int, int]) -> list[np.ndarray]:
    """Draw what a pair draws after the choice of what is shown: normal deviates."""
    generator = seeded()
    torch.rand(3, 1, generator=generator)
    return [torch.randn(*size, generator=generator).numpy() for size in sizes]


def test_a_pair_equals_the_formula_for_the_drawn_values(monkeypatch):
    views = make()
    fix_draws(views, monkeypatch)
    found = views.pair(BATCH, seeded())
    assert found.dtype == torch.float32
    np.testing.assert_allclose(found, slow_pair(LINEAR), atol=3e-5)


def test_library_size_scales_the_linear_profile(monkeypatch):
    views = make(replace(SETTINGS, library_size_jitter=0.3))
    fix_draws(views, monkeypatch)
    factors = np.exp(0.3 * np.stack(replay((3, 1), (3, 1)))[..., 0])
    expected = slow_pair(LINEAR, factors=factors)
    np.testing.assert_allclose(views.pair(BATCH, seeded()), expected, atol=3e-5)


def test_infiltrate_shifts_the_standardised_view(monkeypatch):
    views = make(replace(SETTINGS, infiltrate_shift_sd=1.5), DIRECTIONS)
    fix_draws(views, monkeypatch)
    shift = 1.5 * np.concatenate(replay((3, 2), (3, 2)))
    expected = slow_pair(LINEAR) + shift @ DIRECTIONS
    np.testing.assert_allclose(views.pair(BATCH, seeded()), expected, atol=3e-5)


def test_no_shift_without_directions_or_spread():
    plain = make().pair(BATCH, seeded())
    assert torch.equal(make(directions=DIRECTIONS).pair(BATCH, seeded()), plain)
    without = make(replace(SETTINGS, infiltrate_shift_sd=1.0))
    assert torch.equal(without.pair(BATCH, seeded()), plain)


def test_both_views_show_the_same_virtual_tumour(monkeypatch):
    views = make(replace(SETTINGS, tumour_mixing=0.4))
    fix_draws(views, monkeypatch)
    generator = seeded()
    share = 0.4 * torch.rand(3, 1, generator=generator).numpy()
    partner = torch.randperm(3, generator=generator).numpy()
    expected = slow_pair((1.0 - share) * LINEAR + share * LINEAR[partner])
    np.testing.assert_allclose(views.pair(BATCH, seeded()), expected, atol=3e-5)


def test_virtual_tumours_are_mixtures_of_two_with_a_share_up_to_the_largest():
    views = make(replace(SETTINGS, tumour_mixing=0.4))
    views.tumours = torch.eye(2000)
    virtual = views._virtual_tumours(torch.arange(2000), seeded())
    np.testing.assert_allclose(virtual.sum(dim=1), 1.0, atol=1e-6)
    partners = virtual - torch.diag(virtual.diagonal())
    shares = partners.max(dim=1).values
    assert ((partners > 0).sum(dim=1) <= 1).all()
    assert shares.max() <= 0.4
    assert shares.mean().item() == pytest.approx(0.2, abs=0.01)


def test_a_share_of_the_pairs_shows_background_alone(monkeypatch):
    views = make(replace(SETTINGS, background_share=0.5))
    fix_draws(views, monkeypatch)
    shown = (torch.rand(3, 1, generator=seeded()) >= 0.5).numpy()[:, 0]
    assert 0 < shown.sum() < 3
    expected = slow_pair(LINEAR, fractions=FRACTIONS * shown)
    np.testing.assert_allclose(views.pair(BATCH, seeded()), expected, atol=3e-5)


def test_pairs_of_background_alone_are_as_many_as_stated():
    views = make(replace(SETTINGS, background_share=0.3))
    views.tumours, views.normals = torch.full((1, N_GENES), 1e6), torch.zeros(5, N_GENES)
    pair = views.pair(torch.zeros(20000, dtype=torch.long), seeded())
    first, second = (pair[:, 0] < 0).chunk(2)
    assert torch.equal(first, second)
    assert first.float().mean().item() == pytest.approx(0.3, abs=0.01)


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


def test_the_two_views_of_a_batch_differ_and_a_seed_repeats_them():
    views, generator = make(), seeded()
    pair = views.pair(BATCH, generator)
    first, second = pair.chunk(2)
    assert not torch.equal(first, second)
    assert not torch.equal(views.pair(BATCH, generator), pair)
    assert torch.equal(views.pair(BATCH, seeded()), pair)


def test_the_tumours_are_left_as_they_were():
    everything = replace(
        SETTINGS,
        tumour_mixing=0.5,
        background_share=0.3,
        infiltrate_shift_sd=1.0,
        noise_sd=1.0,
        gene_dropout=0.5,
        library_size_jitter=0.5,
    )
    views = make(everything, DIRECTIONS)
    before = views.tumours.clone(), views.normals.clone()
    views.pair(BATCH, seeded())
    assert torch.equal(views.tumours, before[0])
    assert torch.equal(views.normals, before[1])


def test_a_constant_gene_stays_at_zero():
    scale = SCALE.copy()
    scale[2] = np.inf
    views = TwinViews(TUMOURS, NORMALS, MEAN, scale, SETTINGS, torch.device("cpu"))
    assert torch.equal(views.pair(BATCH, seeded())[:, 2], torch.zeros(6))


def test_views_are_float32_within_lower_precision():
    views = make(replace(SETTINGS, infiltrate_shift_sd=1.0), DIRECTIONS)
    expected = views.pair(BATCH, seeded())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = views.pair(BATCH, seeded())
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
