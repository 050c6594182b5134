"""Diagnostics of a collapse: embeddings of which they are known."""

import numpy as np
import pytest
import torch

from twinpurify.representation.self_supervised.spectrum import (
    collapse_diagnostics,
    singular_values,
)

RNG = np.random.default_rng(0)
VALUES = RNG.normal(size=(200, 6)) @ RNG.normal(size=(6, 6)) + 5.0


def found(values: np.ndarray) -> dict[str, float]:
    entries = collapse_diagnostics(torch.from_numpy(values.astype(np.float32)))
    return {name: value.item() for name, value in entries.items()}


@pytest.mark.parametrize("values", [VALUES, VALUES[:4]], ids=["long", "wide"])
def test_singular_values_are_the_roots_of_the_eigenvalues_of_the_scatter(values):
    centred = values - values.mean(axis=0)
    expected = np.linalg.eigvalsh(centred.T @ centred)[::-1][: min(values.shape)]
    squares = singular_values(torch.from_numpy(values)).numpy() ** 2
    np.testing.assert_allclose(squares, expected, rtol=1e-4, atol=1e-3)


def test_the_diagnostics_are_slow_ones():
    correlation = np.corrcoef(VALUES.T)
    pairs = [abs(correlation[i, j]) for i in range(6) for j in range(6) if i != j]
    eigenvalues = np.linalg.eigvalsh(np.cov(VALUES.T))
    shares = eigenvalues / eigenvalues.sum()
    expected = {
        "effective_rank": np.exp(-np.sum(shares * np.log(shares))),
        "dead_dimensions": 0.0,
        "mean_correlation": np.mean(pairs),
    }
    assert found(VALUES) == pytest.approx(expected, rel=1e-3)


def test_independent_dimensions_are_all_in_use():
    entries = found(RNG.normal(size=(20_000, 10)))
    assert entries["effective_rank"] == pytest.approx(10.0, abs=0.05)
    assert entries["mean_correlation"] < 0.02


def test_copies_of_one_dimension_are_one():
    entries = found(np.outer(RNG.normal(size=50), [1.0, -2.0, 0.5]))
    assert entries["effective_rank"] == pytest.approx(1.0, abs=1e-3)
    assert entries["mean_correlation"] == pytest.approx(1.0, abs=1e-3)


def test_dimensions_that_hardly_move_are_dead():
    scaled = RNG.normal(size=(300, 8)) * [1.0, 1.0, 0.02, 0.02, 0.005, 1e-6, 0.0, 1.0]
    assert found(scaled)["dead_dimensions"] == 3 / 8


def test_a_constant_embedding_is_dead_altogether():
    entries = found(np.full((30, 5), 3.0))
    assert entries["dead_dimensions"] == 1.0
    assert entries["mean_correlation"] == 0.0
    assert entries["effective_rank"] == pytest.approx(1.0)


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_the_scale_of_the_embedding_does_not_matter(scale):
    assert found(scale * VALUES) == pytest.approx(found(VALUES), rel=1e-2)
