"""The position between tumours and normals, against a slow and plain computation of the same."""

import numpy as np
import pytest

from twinpurify.cohort.quality.tissue_position import (
    SHRINKAGE,
    _discriminant,
    if_apart,
    tissue_position,
)


def profiles(n_tumours=60, n_normals=16, n_genes=80, seed=0):
    """Normals lie elsewhere in ten genes; tumours differ by their purity and along an axis."""
    rng = np.random.default_rng(seed)
    away = np.where(np.arange(n_genes) < 10, 4.0, 0.0)
    tumours = rng.normal(5, 0.4, (n_tumours, n_genes))
    tumours += rng.uniform(0, 0.45, (n_tumours, 1)) * away
    normals = rng.normal(5, 0.4, (n_normals, n_genes)) + away
    return np.concatenate([tumours, normals]), np.repeat([False, True], [n_tumours, n_normals])


def test_the_discriminant_is_that_of_the_whole_matrix():
    values, is_normal = profiles(n_genes=12)
    sides = [values[~is_normal], values[is_normal]]
    centres = [np.median(side, axis=0) for side in sides]
    covariance = (
        sum(
            (side - centre).T @ (side - centre) / len(side)
            for side, centre in zip(sides, centres, strict=True)
        )
        / 2
    )
    spread = np.sqrt(np.diag(covariance)) + 0.1
    shrunken = SHRINKAGE * np.eye(12) + (1 - SHRINKAGE) * covariance / np.outer(spread, spread)
    expected = np.linalg.solve(shrunken, (centres[1] - centres[0]) / spread) / spread
    found = _discriminant(*sides)
    np.testing.assert_allclose(found / found[0], expected / expected[0], rtol=1e-8)


def test_tumours_lie_at_0_and_normals_at_1():
    values, is_normal = profiles()
    position = tissue_position(values, is_normal)
    assert np.median(position[~is_normal]) == pytest.approx(0.0)
    assert np.median(position[is_normal]) == pytest.approx(1.0)
    assert position[~is_normal].max() < 0.5 < position[is_normal].min()


@pytest.mark.parametrize("n_wrong", [1, 2, 4])
def test_wrong_labels_do_not_hide_themselves(n_wrong):
    values, truth = profiles(n_normals=16)
    labelled = truth.copy()
    labelled[:n_wrong] = True
    position = tissue_position(values, labelled)
    assert position[:n_wrong].max() < 0.5
    assert position[truth].min() > 0.5


def test_an_axis_knows_nothing_of_whom_it_places():
    """One normal beyond all bounds is placed there, and by no axis of its own."""
    values, is_normal = profiles()
    before = tissue_position(values, is_normal)
    values[-1] -= 2 * (values[-1] - values[~is_normal].mean(axis=0))
    after = tissue_position(values, is_normal)
    assert before[-1] > 0.5 and after[-1] < 0.0
    assert abs(after[:-1] - before[:-1]).max() < 0.3


def test_noise_has_no_sides():
    values = np.random.default_rng(0).normal(5, 1, (60, 40))
    assert tissue_position(values, np.arange(60) >= 40) is None
    assert if_apart(values[:, 0], np.arange(60) >= 40) is None
