"""Batches of profiles in memory: each sample once, in an order that the generator tells."""

import numpy as np
import torch

from twinpurify.training.profile_source import ResidentProfiles


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def drawn(source: ResidentProfiles, seed: int = 0) -> list[torch.Tensor]:
    return list(source.batches(4, 2, seeded(seed)))


PROFILES = np.arange(20.0, dtype=np.float32).reshape(10, 2)


def test_a_batch_holds_whole_profiles_each_once():
    batches = drawn(ResidentProfiles(PROFILES))
    assert [batch.shape for batch in batches] == [(4, 2), (4, 2)]
    rows = torch.cat(batches)[:, 0].numpy() / 2
    assert len(set(rows)) == 8
    np.testing.assert_array_equal(torch.cat(batches).numpy(), PROFILES[rows.astype(int)])


def test_the_order_is_the_generators():
    source = ResidentProfiles(PROFILES)
    first, again, other = drawn(source), drawn(source), drawn(source, seed=1)
    assert torch.equal(torch.cat(first), torch.cat(again))
    assert not torch.equal(torch.cat(first), torch.cat(other))


def test_the_profiles_are_neither_copied_nor_handed_out():
    values = PROFILES.copy()
    source = ResidentProfiles(values)
    for batch in drawn(source):
        batch.zero_()
    np.testing.assert_array_equal(values, PROFILES)
    values[:] = 7.0
    assert all((batch == 7.0).all() for batch in drawn(source))


def test_samples_that_are_set_aside_are_in_no_batch():
    source = ResidentProfiles(PROFILES)
    rest, aside = source.divided(torch.tensor([1, 8]))
    np.testing.assert_array_equal(aside.numpy(), PROFILES[[1, 8]])
    assert rest.shape == (8, 2)
    rows = torch.cat(drawn(rest))[:, 0].numpy() / 2
    assert sorted(rows) == [0, 2, 3, 4, 5, 6, 7, 9]
    assert source.shape == (10, 2)
    np.testing.assert_array_equal(next(source.blocks()), PROFILES)
