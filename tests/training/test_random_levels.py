"""Draws of 16 bits: uniform, independent, and by the generator alone."""

import numpy as np
import pytest
import torch

from twinpurify.training.random_levels import LOWEST_LEVEL, N_LEVELS, levels_of, random_levels


def drawn(*shape: int, seed: int = 0) -> np.ndarray:
    return random_levels(shape, torch.Generator().manual_seed(seed)).numpy()


def test_levels_are_uniform_over_all_16_bits():
    levels = drawn(400_001).astype(int)
    assert (levels.min(), levels.max()) == (LOWEST_LEVEL, -LOWEST_LEVEL - 1)
    counts = np.bincount((levels - LOWEST_LEVEL) // 4096, minlength=16)
    # Chi-squared of 15 degrees of freedom is above 37.7 once in a thousand times.
    assert ((counts - counts.mean()) ** 2 / counts.mean()).sum() < 37.7


def test_neighbours_have_nothing_to_do_with_each_other():
    levels = drawn(200_000).astype(float)
    for lag in range(1, 6):
        assert abs(np.corrcoef(levels[:-lag], levels[lag:])[0, 1]) < 0.01


@pytest.mark.parametrize("shape", [(7,), (3, 5), (2, 3, 4)])
def test_the_shape_is_the_one_asked_for(shape):
    assert drawn(*shape).shape == shape


def test_the_generator_tells_the_draws():
    np.testing.assert_array_equal(drawn(5, 3), drawn(5, 3))
    assert (drawn(5, 3) != drawn(5, 3, seed=1)).any()


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 2**15), (0.3, 19661), (1e-9, 1), (0.999999, N_LEVELS - 1)]
)
def test_a_share_is_a_number_of_levels_neither_none_nor_all(share, expected):
    assert levels_of(share) == expected
