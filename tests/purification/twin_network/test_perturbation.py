"""Noise and dropout out of a pool: as good as drawn anew, and changed in place."""

import numpy as np
import pytest
import torch
from scipy.stats import kstest

from twinpurify.purification.twin_network.perturbation import Perturbation

CPU = torch.device("cpu")
N_GENES = 300


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def perturbed(n: int, noise_sd: float, gene_dropout: float, seed: int = 0, level: float = 0.0):
    perturb = Perturbation(noise_sd, gene_dropout, N_GENES, seeded(), CPU)
    return perturb(torch.full((n, N_GENES), level), perturb.places(n, seeded(1 + seed))).numpy()


def test_spread_and_share_are_as_stated():
    view = perturbed(400, noise_sd=0.5, gene_dropout=0.2, level=1.0)
    kept = view[view != 0]
    assert len(kept) / view.size == pytest.approx(0.8, abs=0.005)
    assert kept.mean() == pytest.approx(1.0, abs=0.005)
    assert kept.std() == pytest.approx(0.5, rel=0.01)


def test_noise_is_normal_in_all_its_values_and_in_each_gene():
    noise = perturbed(2000, noise_sd=1.0, gene_dropout=0.0)
    assert kstest(noise[::7].ravel()[:50_000], "norm").pvalue > 1e-3
    of_genes = [kstest(noise[:, gene], "norm").pvalue for gene in range(0, N_GENES, 10)]
    assert min(of_genes) > 1e-3 / len(of_genes)


def off_diagonal(values: np.ndarray) -> np.ndarray:
    correlation = np.corrcoef(values)
    return correlation[np.triu_indices(len(correlation), 1)]


def test_genes_and_profiles_are_independent():
    noise = perturbed(2000, noise_sd=1.0, gene_dropout=0.0)
    for values, n in ((noise.T, 2000), (noise[:500], N_GENES)):
        found = off_diagonal(values)
        # Correlations of independent columns: mean 0, standard deviation 1 / sqrt(n).
        assert abs(found.mean()) < 5 / np.sqrt(n * len(found))
        assert found.std() == pytest.approx(n**-0.5, rel=0.05)


def test_neighbouring_genes_are_no_more_alike_than_others():
    noise = perturbed(4000, noise_sd=1.0, gene_dropout=0.0)
    for lag in (1, 2, 17):
        product = (noise[:, lag:] * noise[:, :-lag]).mean()
        assert abs(product) < 5 / np.sqrt(noise[:, lag:].size)


def test_dropped_genes_are_independent_of_the_noise():
    view = perturbed(2000, noise_sd=1.0, gene_dropout=0.5, level=0.0)
    assert view[view != 0].std() == pytest.approx(1.0, rel=0.01)
    shares = (view == 0).mean(axis=0)
    assert shares.std() == pytest.approx(np.sqrt(0.25 / 2000), rel=0.15)


def test_another_call_draws_other_noise_and_a_seed_repeats_it():
    first, again, other = (perturbed(5, 1.0, 0.2, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_profiles_are_changed_in_place_and_the_pools_are_not():
    perturb = Perturbation(0.5, 0.3, N_GENES, seeded(), CPU)
    pools = perturb.noise[::99].clone(), perturb.kept[::99].clone()
    profiles = torch.ones(3, N_GENES)
    assert perturb(profiles, perturb.places(3, seeded(1))) is profiles
    assert torch.equal(perturb.noise[::99], pools[0])
    assert torch.equal(perturb.kept[::99], pools[1])


def test_without_noise_and_dropout_there_are_no_pools():
    generator = seeded()
    before = generator.get_state()
    perturb = Perturbation(0.0, 0.0, N_GENES, generator, CPU)
    assert torch.equal(generator.get_state(), before)
    profiles = torch.ones(2, N_GENES)
    assert torch.equal(perturb(profiles, perturb.places(2, seeded())), torch.ones(2, N_GENES))
