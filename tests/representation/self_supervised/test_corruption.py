"""Corrupted views: how many genes, what values, and whose draws."""

import numpy as np
import pytest
import torch

from twinpurify.representation.self_supervised.corruption import Corruption

N_TUMOURS, N_GENES = 400, 60
RNG = np.random.default_rng(0)
PROFILES = torch.from_numpy(RNG.normal(size=(N_TUMOURS, N_GENES)).astype(np.float32))
# Outside of all profiles, so that no value is taken for one that was there before.
LOWEST = torch.linspace(10.0, 20.0, N_GENES)
RANGE = (LOWEST, LOWEST + torch.linspace(0.0, 5.0, N_GENES))


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("gene_range", [None, RANGE], ids=["empirical", "uniform"])
@pytest.mark.parametrize("share", [0.3, 0.05])
def test_the_stated_share_is_replaced_and_the_rest_stays(gene_range, share):
    corrupted, replaced = Corruption(share, gene_range)(PROFILES, seeded())
    assert torch.equal(corrupted != PROFILES, replaced)
    assert replaced.float().mean().item() == pytest.approx(share, abs=0.01)
    # Each gene and each profile on its own.
    for axis, n in ((0, N_TUMOURS), (1, N_GENES)):
        spread = replaced.float().mean(dim=axis).std().item()
        assert spread == pytest.approx((share * (1 - share) / n) ** 0.5, rel=0.3)


def test_uniform_values_fill_the_range_of_their_gene():
    corrupted, replaced = Corruption(0.3, RANGE)(PROFILES.repeat(20, 1), seeded())
    for gene in (0, 7, N_GENES - 1):
        lowest, highest = (end[gene].item() for end in RANGE)
        values = corrupted[replaced[:, gene], gene].numpy()
        assert values.min() >= lowest and values.max() <= highest
        quantiles = lowest + (highest - lowest) * np.array([0.1, 0.5, 0.9])
        found = np.quantile(values, [0.1, 0.5, 0.9])
        np.testing.assert_allclose(found, quantiles, atol=0.04 * (highest - lowest) + 1e-5)


def test_empirical_values_are_those_of_the_gene_in_another_profile():
    corrupted, replaced = Corruption(0.5)(PROFILES, seeded())
    donors = np.full((N_TUMOURS, N_GENES), -1)
    for row, gene in replaced.nonzero().tolist():
        (donors[row, gene],) = np.flatnonzero(PROFILES[:, gene] == corrupted[row, gene])
    taken = donors[replaced.numpy()]
    assert (taken != replaced.nonzero()[:, 0].numpy()).all()
    # Everybody gives alike, and the genes of one profile come from many.
    counts = np.bincount(taken, minlength=N_TUMOURS)
    assert counts.std() == pytest.approx(counts.mean() ** 0.5, rel=0.3)
    assert len(np.unique(donors[0][donors[0] >= 0])) > 20


def test_a_column_is_permuted():
    everything = Corruption(1 - 1e-9)
    values = everything._of_others(PROFILES, seeded())
    assert torch.equal(values.sort(dim=0).values, PROFILES.sort(dim=0).values)


def test_the_generator_tells_the_view():
    for gene_range in (None, RANGE):
        corrupt = Corruption(0.3, gene_range)
        first, again = (corrupt(PROFILES, seeded())[0] for _ in range(2))
        assert torch.equal(first, again)
        assert not torch.equal(first, corrupt(PROFILES, seeded(1))[0])


def test_the_profiles_stay_as_they_are():
    before = PROFILES.clone()
    Corruption(0.3, RANGE)(PROFILES, seeded())
    assert torch.equal(PROFILES, before)


def test_two_profiles_are_enough_to_swap():
    corrupted, replaced = Corruption(0.5)(PROFILES[:2], seeded())
    assert torch.equal(corrupted[0][replaced[0]], PROFILES[1][replaced[0]])
