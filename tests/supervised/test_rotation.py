"""The basis of the samples' space."""

import numpy as np

from twinpurify.supervised.rotation import sample_space


def test_doubled_samples_add_no_direction():
    features = np.random.default_rng(0).normal(size=(10, 30))
    assert sample_space(np.concatenate([features, features])).shape == (30, 10)
