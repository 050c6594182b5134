"""Non-negative least squares of one sample: by all subsets, and whatever else is in the batch."""

from itertools import chain, combinations

import numpy as np
import pytest

from twinpurify.representation.linear.non_negative import non_negative_amounts

RNG = np.random.default_rng(0)
PROFILES, SAMPLES = RNG.uniform(0, 1, (12, 4)), RNG.normal(0.5, 1.0, (20, 12))


def slow(sample: np.ndarray) -> np.ndarray:
    """Try every set of profiles that may have an amount; the best feasible fit is the answer."""
    best, error = np.zeros(4), (sample**2).sum()
    for chosen in chain.from_iterable(combinations(range(4), k) for k in range(1, 5)):
        amounts = np.linalg.lstsq(PROFILES[:, chosen], sample, rcond=None)[0]
        left = ((sample - PROFILES[:, chosen] @ amounts) ** 2).sum()
        if (amounts >= 0).all() and left < error:
            best, error = np.zeros(4), left
            best[list(chosen)] = amounts
    return best


def test_it_equals_a_slow_one():
    found = non_negative_amounts(PROFILES, SAMPLES)
    assert (found == 0).any()
    np.testing.assert_allclose(found, [slow(sample) for sample in SAMPLES], atol=1e-10)


def test_a_sample_alone_comes_out_as_in_a_batch():
    alone = np.vstack([non_negative_amounts(PROFILES, SAMPLES[i : i + 1]) for i in range(20)])
    np.testing.assert_allclose(alone, non_negative_amounts(PROFILES, SAMPLES), atol=1e-12)


@pytest.mark.parametrize("n_profiles", [3, 12, 30])
def test_mixtures_are_restored_also_with_more_profiles_than_genes(n_profiles):
    profiles = RNG.uniform(0, 1, (12, n_profiles))
    samples = RNG.dirichlet(np.ones(n_profiles), 5) @ profiles.T
    restored = non_negative_amounts(profiles, samples) @ profiles.T
    np.testing.assert_allclose(restored, samples, atol=1e-8)
