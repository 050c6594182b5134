"""Twin views: the formula for the drawn values, and the distribution of what is drawn."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from twinpurify.interface import row_blocks
from twinpurify.purification.twin_network.perturbation import POOL_PLACES
from twinpurify.purification.twin_network.views import TwinViews, ViewSettings

N_TUMOURS, N_NORMALS, N_GENES = 6, 5, 7
SETTINGS = ViewSettings(minimum_fraction=0.2, n_mixed_normals=3)
ROWS = [4, 0, 2]


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def draw(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).gamma(4.0, 1.5, (n, N_GENES)).astype(np.float32)


TUMOURS, NORMALS = draw(N_TUMOURS, 0), draw(N_NORMALS, 1)
BATCH = torch.from_numpy(TUMOURS[ROWS])
MEAN, SCALE = TUMOURS.mean(axis=0), TUMOURS.std(axis=0)
DIRECTIONS = np.random.default_rng(2).normal(size=(2, N_GENES)).astype(np.float32)


def make(
    settings: ViewSettings = SETTINGS, directions=None, normals=NORMALS, mean=MEAN, scale=SCALE
) -> TwinViews:
    cpu = torch.device("cpu")
    return TwinViews(normals, mean, scale, settings, cpu, seeded(9), directions)


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
    all_normals = torch.arange(N_NORMALS).repeat(3, 1)
    monkeypatch.setattr(views, "_fractions", lambda *_: next(fractions))
    monkeypatch.setattr(views, "_background", lambda *_: (all_normals, next(weights)))


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


LINEAR = np.array([[linear(value) for value in TUMOURS[row]] for row in ROWS])


def replay(n_columns: int) -> np.ndarray:
    """Draw the normal deviates of both views, which places in the pools are drawn after."""
    generator, found = seeded(), []
    torch.rand(3, 1, generator=generator)
    for _ in range(2):
        found.append(torch.randn(3, n_columns, generator=generator).numpy())
        torch.randint(POOL_PLACES, (3, 2), generator=generator)
    return np.stack(found)


def test_a_pair_equals_the_formula_for_the_drawn_values(monkeypatch):
    views = make()
    fix_draws(views, monkeypatch)
    found = views.pair(BATCH, seeded())
    assert found.dtype == torch.float32
    np.testing.assert_allclose(found, slow_pair(LINEAR), atol=3e-5)


def test_library_size_scales_the_linear_profile(monkeypatch):
    views = make(replace(SETTINGS, library_size_jitter=0.3))
    fix_draws(views, monkeypatch)
    factors = np.exp(0.3 * replay(1)[..., 0])
    expected = slow_pair(LINEAR, factors=factors)
    np.testing.assert_allclose(views.pair(BATCH, seeded()), expected, atol=3e-5)


def test_infiltrate_shifts_the_standardised_view(monkeypatch):
    views = make(replace(SETTINGS, infiltrate_shift_sd=1.5), DIRECTIONS)
    fix_draws(views, monkeypatch)
    shift = 1.5 * np.concatenate(replay(2))
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
    members, weights = make(replace(SETTINGS, tumour_mixing=0.4))._virtual_tumours(2000, seeded())
    np.testing.assert_allclose(weights.sum(dim=1), 1.0, atol=1e-6)
    assert torch.equal(members[:, 0], torch.arange(2000))
    assert torch.equal(members[:, 1].sort().values, torch.arange(2000))
    assert not torch.equal(members[:, 0], members[:, 1])
    assert weights[:, 1].max() <= 0.4
    assert weights[:, 1].mean().item() == pytest.approx(0.2, abs=0.01)


def test_a_share_of_the_pairs_shows_background_alone(monkeypatch):
    views = make(replace(SETTINGS, background_share=0.5))
    fix_draws(views, monkeypatch)
    shown = (torch.rand(3, 1, generator=seeded()) >= 0.5).numpy()[:, 0]
    assert 0 < shown.sum() < 3
    expected = slow_pair(LINEAR, fractions=FRACTIONS * shown)
    np.testing.assert_allclose(views.pair(BATCH, seeded()), expected, atol=3e-5)


def test_pairs_of_background_alone_are_as_many_as_stated():
    views = make(replace(SETTINGS, background_share=0.3), normals=np.zeros_like(NORMALS))
    pair = views.pair(torch.full((20000, N_GENES), 20.0), seeded())
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
    chosen, shares = make()._background(50000, seeded())
    assert shares.shape == (50000, 3)
    np.testing.assert_allclose(shares.sum(dim=1), 1.0, atol=1e-6)
    ordered = chosen.sort(dim=1).values
    assert (ordered[:, 1:] > ordered[:, :-1]).all()
    times = torch.bincount(chosen.ravel(), minlength=N_NORMALS) / 150_000
    np.testing.assert_allclose(times, 1.0 / N_NORMALS, rtol=0.03)
    # Dirichlet(1, 1, 1): mean 1/3, variance 1/18.
    assert shares.mean().item() == pytest.approx(1.0 / 3.0, rel=1e-3)
    assert shares.var().item() == pytest.approx(1.0 / 18.0, rel=0.02)


def test_there_may_be_fewer_normals_than_are_mixed():
    chosen, _ = make(replace(SETTINGS, n_mixed_normals=50))._background(9, seeded())
    assert torch.equal(chosen.sort(dim=1).values, torch.arange(N_NORMALS).repeat(9, 1))


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
    views, batch = make(everything, DIRECTIONS), BATCH.clone()
    before = views.normals.clone()
    views.pair(batch, seeded())
    assert torch.equal(batch, BATCH)
    assert torch.equal(views.normals, before)


def test_a_pair_is_left_as_it_was_by_the_next():
    views = make()
    first = views.pair(BATCH, seeded())
    kept = first.clone()
    views.pair(BATCH.flip(0), seeded(1))
    assert torch.equal(first, kept)


def test_batches_of_any_size_follow_each_other():
    views = make()
    for n in (3, 2, 3):
        expected = make().pair(BATCH[:n], seeded())
        assert torch.equal(views.pair(BATCH[:n], seeded()), expected)


def test_blocks_of_rows_do_not_change_a_view(monkeypatch):
    everything = replace(SETTINGS, tumour_mixing=0.4, infiltrate_shift_sd=1.0, noise_sd=0.5)
    expected = make(everything, DIRECTIONS).pair(BATCH, seeded())
    monkeypatch.setattr(row_blocks, "BLOCK_VALUES", N_GENES)
    found = make(everything, DIRECTIONS).pair(BATCH, seeded())
    torch.testing.assert_close(found, expected)


def test_values_that_rounding_took_below_zero_are_none():
    normals, batch = np.zeros_like(NORMALS), torch.full((3, N_GENES), -1e-3)
    pair = make(normals=normals).pair(batch, seeded())
    np.testing.assert_allclose(pair, np.tile(-MEAN / SCALE, (6, 1)), rtol=1e-5)


def test_a_constant_gene_stays_at_zero():
    scale = SCALE.copy()
    scale[2] = np.inf
    pair = make(scale=scale).pair(BATCH, seeded())
    assert torch.equal(pair[:, 2], torch.zeros(6))


def test_views_are_made_in_float32_and_rounded_within_lower_precision():
    views = make(replace(SETTINGS, infiltrate_shift_sd=1.0), DIRECTIONS)
    expected = views.pair(BATCH, seeded())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = views.pair(BATCH, seeded())
    assert found.dtype == torch.bfloat16
    assert torch.equal(found, expected.bfloat16())
