"""Excess over normal tissue: against a loop per gene, and what dilution does to the directions."""

import numpy as np
import pytest

from twinpurify.purification.dilution import dilute, to_linear
from twinpurify.purification.twinpurify.excess import ExcessMap

N_GENES = 40
RNG = np.random.default_rng(0)
LEVEL = RNG.uniform(20.0, 400.0, N_GENES)


def log2_profiles(linear: np.ndarray) -> np.ndarray:
    return np.log2(linear + 1.0).astype(np.float32)


# Tumours differ from the mean normal by up to half of it; normals differ little between people.
NORMALS = log2_profiles(LEVEL * (1.0 + 0.05 * RNG.normal(size=(12, N_GENES))))
TUMOURS = log2_profiles(LEVEL * (1.0 + RNG.uniform(-0.5, 0.5, size=(30, N_GENES))))
FAR_TUMOURS = log2_profiles(LEVEL * np.exp2(RNG.choice([-4.0, 4.0], size=(30, N_GENES))))


def slow_directions(tumours, normals, compression, floor, profiles) -> np.ndarray:
    """Sample by sample and gene by gene, in double precision."""
    linear = {
        name: np.exp2(values.astype(float)) - 1.0
        for name, values in (("t", tumours), ("n", normals), ("p", profiles))
    }
    bent = {name: np.zeros(values.shape) for name, values in linear.items()}
    for gene in range(profiles.shape[1]):
        level = sum(linear["n"][:, gene]) / len(normals)
        for name, values in linear.items():
            for sample in range(len(values)):
                excess = values[sample, gene] - level
                bent[name][sample, gene] = np.log(
                    (x := excess / (compression * (level + 1.0))) + np.sqrt(x * x + 1.0)
                )
        scale = np.sqrt(sum(b**2 for b in bent["t"][:, gene]) / len(tumours))
        for name in bent:
            bent[name][:, gene] /= scale
    added = floor * sum(row @ row for row in bent["n"]) / len(normals)
    rows = [row * np.sqrt(len(row) / (row @ row + added)) for row in bent["p"]]
    return np.array(rows)


def cosines(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    unit = [values / np.linalg.norm(values, axis=1, keepdims=True) for values in (first, second)]
    return unit[0] @ unit[1].T


def mean_squares(directions: np.ndarray) -> np.ndarray:
    return np.square(directions).mean(axis=1)


@pytest.mark.parametrize("floor", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("compression", [0.1, 1.0])
def test_directions_equal_slow_ones(compression, floor):
    excess = ExcessMap.fit(FAR_TUMOURS, NORMALS, compression, floor)
    for profiles in (FAR_TUMOURS, TUMOURS, NORMALS):
        expected = slow_directions(FAR_TUMOURS, NORMALS, compression, floor, profiles)
        np.testing.assert_allclose(excess(profiles), expected, atol=2e-3)


def test_no_profile_is_longer_than_one_and_tumours_far_from_normal_nearly_reach_it():
    excess = ExcessMap.fit(FAR_TUMOURS, NORMALS, 0.1, 1.0)
    for profiles in (FAR_TUMOURS, TUMOURS, NORMALS):
        assert (mean_squares(excess(profiles)) <= 1.0 + 1e-5).all()
    assert (mean_squares(excess(FAR_TUMOURS)) > 0.95).all()


@pytest.mark.parametrize("fraction", [0.2, 0.5, 0.9])
def test_dilution_with_the_mean_normal_leaves_the_direction(fraction):
    excess = ExcessMap.fit(TUMOURS, NORMALS, 1.0, 0.0)
    mean_normal = to_linear(NORMALS).mean(axis=0)
    mixed = log2_profiles(fraction * to_linear(TUMOURS) + (1.0 - fraction) * mean_normal)
    found = cosines(excess(mixed), excess(TUMOURS))
    assert np.diag(found).min() > 0.99
    # Other tumours have other directions.
    assert (found - np.diag(np.diag(found))).max() < 0.8


def test_dilution_with_a_few_normals_nearly_leaves_the_direction():
    excess = ExcessMap.fit(TUMOURS, NORMALS, 1.0, 0.0)
    mixed = dilute(TUMOURS, NORMALS, 0.5, np.random.default_rng(1), n_mixed=3)
    assert np.diag(cosines(excess(mixed), excess(TUMOURS))).min() > 0.97


def test_compression_tames_a_gene_that_ranges_over_decades():
    linear = to_linear(TUMOURS)
    linear[0, 3] = 1e5
    extreme = log2_profiles(linear)
    shares = []
    for compression in (0.1, 1000.0):
        squares = np.square(ExcessMap.fit(TUMOURS, NORMALS, compression, 0.0)(extreme)[0])
        shares.append(squares[3] / squares.sum())
    assert shares[0] < 0.7 < 0.95 < shares[1]


@pytest.mark.parametrize("in_normals", [3.0, 8.0, NORMALS[:, 5]], ids=["as", "unlike", "varied"])
def test_a_gene_that_is_constant_in_tumours_contributes_nothing(in_normals):
    tumours, normals, other = TUMOURS.copy(), NORMALS.copy(), FAR_TUMOURS.copy()
    tumours[:, 5] = 3.0
    normals[:, 5] = in_normals
    excess = ExcessMap.fit(tumours, normals, 0.1, 1.0)
    assert np.isfinite(excess.inverse_scale).all()
    assert (excess(other)[:, 5] == 0.0).all()
    # A profile is brought to its length over the others alone.
    changed = other.copy()
    changed[:, 5] += 2.0
    np.testing.assert_array_equal(excess(changed), excess(other))


def test_genes_count_alike_over_the_training_tumours():
    excess = ExcessMap.fit(FAR_TUMOURS, NORMALS, 0.1, 0.0)
    squares = np.square(excess.compressed(to_linear(FAR_TUMOURS))).mean(axis=0)
    np.testing.assert_allclose(squares, 1.0, rtol=1e-4)


def test_the_floor_keeps_normals_short():
    lengths = [
        mean_squares(ExcessMap.fit(TUMOURS, NORMALS, 0.1, floor)(NORMALS)) for floor in (0, 1, 9)
    ]
    np.testing.assert_allclose(lengths[0], 1.0, rtol=1e-4)
    assert 0.3 < lengths[1].mean() <= 0.5
    assert lengths[2].mean() <= 0.1


def test_the_mean_normal_has_no_length():
    excess = ExcessMap.fit(TUMOURS, NORMALS, 0.1, 1.0)
    mean_normal = log2_profiles(to_linear(NORMALS).mean(axis=0, keepdims=True))
    assert mean_squares(excess(mean_normal))[0] < 1e-4


def test_genes_above_normal_count_upwards_and_those_below_downwards():
    excess = ExcessMap.fit(TUMOURS, NORMALS, 0.1, 1.0)
    difference = to_linear(FAR_TUMOURS) - to_linear(NORMALS).mean(axis=0)
    np.testing.assert_array_equal(np.sign(excess(FAR_TUMOURS)), np.sign(difference))


def test_directions_are_in_single_precision_whatever_the_input():
    excess = ExcessMap.fit(TUMOURS, NORMALS, 0.1, 1.0)
    assert excess(TUMOURS).dtype == np.float32
    found = excess(TUMOURS.astype(np.float64))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, excess(TUMOURS))


def test_a_sample_alone_gives_what_it_gives_in_a_batch():
    excess = ExcessMap.fit(TUMOURS, NORMALS, 0.1, 1.0)
    alone = np.vstack([excess(TUMOURS[i : i + 1]) for i in range(len(TUMOURS))])
    np.testing.assert_allclose(alone, excess(TUMOURS), atol=1e-6)


def test_what_is_handed_in_stays_as_it_is():
    tumours, normals = TUMOURS.copy(), NORMALS.copy()
    excess = ExcessMap.fit(tumours, normals, 0.1, 1.0)
    excess(tumours)
    excess(normals)
    np.testing.assert_array_equal(tumours, TUMOURS)
    np.testing.assert_array_equal(normals, NORMALS)


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_constant_gene_is_known_whatever_the_order_of_memory(order):
    tumours = np.array(np.tile(TUMOURS, (40, 1)), order=order)
    tumours[:, 3] = 5.3
    excess = ExcessMap.fit(tumours, NORMALS, 0.1, 1.0)
    assert excess.inverse_scale[3] == 0.0
    assert (np.delete(excess.inverse_scale, 3) > 0.0).all()
