"""The score of infiltration where the infiltrate is known, and varimax on known structures."""

import numpy as np
import pytest
from scipy.stats import ortho_group

from twinpurify.purification.purity.infiltrate_score import find_infiltrate_score, varimax

N_GENES, N_INFILTRATE = 60, 12
ONES = np.ones(N_GENES, np.float32)


def standardized(tumours: np.ndarray, normals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean, sd = tumours.mean(axis=0), tumours.std(axis=0)
    return tuple(((p - mean) / sd).astype(np.float32) for p in (tumours, normals))


def cohort(n_tumours: int = 80, n_normals: int = 30, seed: int = 0):
    """Standardised profiles whose first genes follow an infiltrate, the next a tumour programme.

    The amount of infiltrate varies in tumours and in normals; the programme in tumours alone.
    """
    rng = np.random.default_rng(seed)
    tumours, normals = (0.5 * rng.normal(size=(n, N_GENES)) for n in (n_tumours, n_normals))
    amount, programme = rng.normal(size=n_tumours), rng.normal(size=n_tumours)
    tumours[:, :N_INFILTRATE] += amount[:, None]
    normals[:, :N_INFILTRATE] += rng.normal(size=(n_normals, 1))
    tumours[:, N_INFILTRATE : 3 * N_INFILTRATE] += 2.0 * programme[:, None]
    return *standardized(tumours, normals), amount, programme


def cohort_with_a_programme_that_lowers(seed: int):
    """Of 300 genes, 30 follow the infiltrate, 20 a programme of both tissues, and 20 oppose it."""
    rng = np.random.default_rng(seed)
    profiles, drawn = [], []
    for n in (80, 30):
        amount, programme = rng.normal(size=(2, n))
        values = 0.5 * rng.normal(size=(n, 300))
        values[:, :30] += amount[:, None]
        values[:, 30:50] += 1.5 * programme[:, None]
        values[:, 50:70] -= 1.5 * programme[:, None]
        profiles.append(values)
        drawn.append((amount, programme))
    return *standardized(*profiles), *drawn[0]


def scores_of(tumours, normals, gene_scale=ONES) -> np.ndarray:
    return tumours @ find_infiltrate_score(tumours, normals, gene_scale).weights


# --- The score


@pytest.mark.parametrize("seed", range(5))
def test_the_score_follows_the_infiltrate_and_not_the_programme(seed):
    tumours, normals, amount, programme = cohort(seed=seed)
    scores = scores_of(tumours, normals)
    assert np.corrcoef(scores, amount)[0, 1] > 0.8
    assert abs(np.corrcoef(scores, programme)[0, 1]) < 0.35


@pytest.mark.parametrize("seed", range(5))
def test_a_programme_of_both_tissues_that_lowers_genes_is_no_infiltrate(seed):
    tumours, normals, amount, programme = cohort_with_a_programme_that_lowers(seed)
    scores = scores_of(tumours, normals, np.ones(300, np.float32))
    assert np.corrcoef(scores, amount)[0, 1] > 0.8
    assert abs(np.corrcoef(scores, programme)[0, 1]) < 0.35


def test_the_score_is_of_unit_variance_in_training():
    tumours, normals, *_ = cohort()
    found = find_infiltrate_score(tumours, normals, 3.0 * ONES)
    assert (tumours @ found.weights).std() == pytest.approx(1.0, rel=1e-4)
    assert found.weights.dtype == found.direction.dtype == np.float32


def test_the_direction_is_the_correlation_of_each_gene_with_the_score():
    tumours, normals, *_ = cohort()
    found = find_infiltrate_score(tumours, normals, ONES)
    scores = tumours @ found.weights
    for gene in range(N_GENES):
        expected = np.corrcoef(scores, tumours[:, gene])[0, 1]
        assert found.direction[gene] == pytest.approx(expected, abs=1e-4)


def test_three_tenths_of_the_genes_weigh_upwards_and_those_of_the_infiltrate_most():
    tumours, normals, *_ = cohort()
    weights = find_infiltrate_score(tumours, normals, ONES).weights
    assert (weights >= 0.0).all()
    assert (weights > 0.0).sum() == 3 * N_GENES // 10
    assert set(np.argsort(-weights)[:N_INFILTRATE]) == set(range(N_INFILTRATE))
    assert weights[:N_INFILTRATE].min() > 3.0 * weights[N_INFILTRATE:].max()


def test_genes_that_hardly_vary_in_normals_count_for_little():
    tumours, normals, *_ = cohort()
    usual = find_infiltrate_score(tumours, normals, ONES).weights
    resting = normals.copy()
    resting[:, 0] *= 0.2
    found = find_infiltrate_score(tumours, resting, ONES).weights
    assert found[0] / found[1] < 0.4 * usual[0] / usual[1]


def test_a_gene_weighs_by_its_spread():
    tumours, normals, *_ = cohort()
    plain = find_infiltrate_score(tumours, normals, ONES).weights
    gene, other = np.argsort(-plain)[:2]
    wide = ONES.copy()
    wide[gene] = 2.0
    found = find_infiltrate_score(tumours, normals, wide).weights
    ratio = (found[gene] / found[other]) / (plain[gene] / plain[other])
    assert ratio == pytest.approx(2.0, rel=0.1)
    everywhere = find_infiltrate_score(tumours, normals, 7.0 * ONES).weights
    np.testing.assert_allclose(everywhere, plain, atol=1e-4)


def test_order_of_genes_and_samples_does_not_matter():
    tumours, normals, *_ = cohort()
    rng = np.random.default_rng(1)
    scale = rng.uniform(0.5, 2.0, N_GENES).astype(np.float32)
    genes = rng.permutation(N_GENES)
    expected = find_infiltrate_score(tumours, normals, scale)
    shuffled = (rng.permutation(tumours)[:, genes], rng.permutation(normals)[:, genes])
    found = find_infiltrate_score(*shuffled, scale[genes])
    np.testing.assert_allclose(found.weights, expected.weights[genes], atol=1e-4)
    np.testing.assert_allclose(found.direction, expected.direction[genes], atol=1e-4)


def test_constant_genes_get_no_weight():
    tumours, normals, amount, _ = cohort()
    scale = ONES.copy()
    constant = [40, 45, 59]
    tumours[:, constant] = normals[:, constant] = 0.0
    scale[constant] = np.inf
    found = find_infiltrate_score(tumours, normals, scale)
    assert (found.weights[constant] == 0.0).all()
    assert (found.direction[constant] == 0.0).all()
    assert np.isfinite(found.weights).all()
    assert np.corrcoef(tumours @ found.weights, amount)[0, 1] > 0.8


def test_too_little_to_go_by_gives_no_score():
    tumours, normals, *_ = cohort()
    assert find_infiltrate_score(tumours, normals[:4], ONES) is None
    assert find_infiltrate_score(tumours, normals[:5], ONES) is not None
    assert find_infiltrate_score(tumours[:, :24], normals[:, :24], ONES[:24]) is None
    assert find_infiltrate_score(tumours[:, :25], normals[:, :25], ONES[:25]) is not None


def test_tumours_that_do_not_vary_give_no_score():
    tumours, normals, *_ = cohort()
    assert find_infiltrate_score(np.zeros_like(tumours), normals, ONES) is None
    constant = np.full_like(ONES, np.inf)
    assert find_infiltrate_score(np.zeros_like(tumours), normals, constant) is None


def test_tumours_that_vary_along_one_axis_get_that_axis():
    tumours, normals, *_ = cohort()
    one_axis = np.outer(tumours[:, 0], ONES)
    scores = scores_of(one_axis, normals)
    assert np.corrcoef(scores, tumours[:, 0])[0, 1] > 0.999


def test_what_is_handed_in_stays_as_it_is():
    tumours, normals, *_ = cohort()
    before = tumours.copy(), normals.copy()
    find_infiltrate_score(tumours, normals, ONES)
    np.testing.assert_array_equal(tumours, before[0])
    np.testing.assert_array_equal(normals, before[1])


# --- Varimax


def simple_structure(n_factors: int) -> np.ndarray:
    """Loadings of 20 genes a factor, each gene on one factor alone."""
    rng = np.random.default_rng(n_factors)
    loadings = np.zeros((20 * n_factors, n_factors))
    for factor in range(n_factors):
        loadings[20 * factor : 20 * (factor + 1), factor] = rng.uniform(0.3, 1.0, 20)
    return loadings


def criterion(loadings: np.ndarray) -> float:
    """Variance of the squared loadings within each factor, summed."""
    return float(sum(np.var(column**2) for column in loadings.T))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("n_factors", [2, 3, 4])
def test_varimax_is_orthogonal_and_recovers_a_rotated_simple_structure(n_factors, seed):
    expected = simple_structure(n_factors)
    loadings = expected @ ortho_group.rvs(n_factors, random_state=seed)
    rotation = varimax(loadings)
    np.testing.assert_allclose(rotation.T @ rotation, np.eye(n_factors), atol=1e-10)
    # Up to order and sign.
    found = np.abs(loadings @ rotation)
    order = (found.T @ expected).argmax(axis=0)
    assert sorted(order) == list(range(n_factors))
    np.testing.assert_allclose(found[:, order], expected, atol=5e-3)


@pytest.mark.parametrize("seed", range(5))
def test_varimax_is_no_worse_than_any_of_many_rotations(seed):
    # All genes load on a general factor, which a rotation by the fourth powers alone would keep.
    loadings = np.array([2.0, 0.0]) + np.random.default_rng(seed).normal(size=(30, 2))
    reached = criterion(loadings @ varimax(loadings))
    assert reached > criterion(loadings)
    for angle in np.linspace(0.0, np.pi / 2.0, 181):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        assert criterion(loadings @ turn) <= reached * (1.0 + 1e-4)


def test_varimax_leaves_a_single_factor_alone():
    loadings = np.random.default_rng(0).normal(size=(15, 1))
    np.testing.assert_allclose(varimax(loadings), [[1.0]])


def test_varimax_leaves_a_simple_structure_alone():
    np.testing.assert_allclose(varimax(simple_structure(3)), np.eye(3), atol=1e-6)
