"""The linear twin: the generalised eigenproblem, its optimality, and what it ignores."""

from itertools import permutations

import numpy as np
import pytest
from scipy import linalg

from twinpurify.purification.dilution import dilute, to_linear
from twinpurify.purification.twinpurify.mixed_views import mixed_views
from twinpurify.representation.linear.linear_twin import LinearTwin

N_GENES = 7
RNG = np.random.default_rng(0)
TUMOURS = np.clip(7.0 + RNG.normal(size=(40, N_GENES)) * np.linspace(0.3, 2.0, N_GENES), 0, None)
NORMALS = np.clip(5.0 + RNG.normal(size=(9, N_GENES)), 0, None)
TUMOURS, NORMALS = TUMOURS.astype(np.float32), NORMALS.astype(np.float32)
SETTINGS = {"n_dimensions": 3, "n_views": 5, "minimum_fraction": 0.2, "n_mixed_normals": 2}


def slow_covariances(seed: int, shrinkage: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw the same views, and sum the covariances of all pairs of a tumour one by one."""
    rng = np.random.default_rng(seed)
    mean, sd = TUMOURS.mean(axis=0), TUMOURS.std(axis=0)
    drawn = mixed_views(TUMOURS, NORMALS, SETTINGS["n_views"], 0.2, 2, rng)
    views = [(np.log2(view.astype(float) + 1.0) - mean) / sd for view in drawn]
    pooled = np.concatenate(views).mean(axis=0)
    between, total = np.zeros((N_GENES, N_GENES)), np.zeros((N_GENES, N_GENES))
    pairs = list(permutations([view - pooled for view in views], 2))
    for row in range(len(TUMOURS)):
        for first, second in pairs:
            between += np.outer(first[row], second[row]) / len(pairs)
            total += np.outer(first[row], first[row]) / len(pairs)
    between, total = between / len(TUMOURS), total / len(TUMOURS)
    return between, total + shrinkage * np.trace(total) / N_GENES * np.eye(N_GENES)


@pytest.mark.parametrize("shrinkage", [0.01, 0.1, 1.0])
def test_components_solve_the_generalised_eigenproblem(shrinkage):
    between, total = slow_covariances(3, shrinkage)
    values, vectors = linalg.eig(np.linalg.inv(total) @ between)
    order = np.argsort(-values.real)[:3]
    method = LinearTwin(**SETTINGS, shrinkage=shrinkage, seed=3)
    found = method.fit(TUMOURS, background=NORMALS).components_
    assert found.shape == (N_GENES, 3)
    for component, column in enumerate(order):
        expected = vectors[:, column].real
        expected /= np.sqrt(expected @ total @ expected)
        sign = np.sign(expected @ total @ found[:, component])
        np.testing.assert_allclose(found[:, component], sign * expected, atol=1e-4)


def test_components_are_uncorrelated_and_none_agrees_better_than_the_first():
    between, total = slow_covariances(0, 0.1)
    found = LinearTwin(**SETTINGS).fit(TUMOURS, background=NORMALS).components_.astype(float)
    np.testing.assert_allclose(found.T @ total @ found, np.eye(3), atol=1e-3)
    agreement = np.einsum("gi,gh,hi->i", found, between, found)
    assert (np.diff(agreement) <= 0).all()
    others = np.random.default_rng(1).normal(size=(5000, N_GENES))
    ratio = np.einsum("ng,gh,nh->n", others, between, others)
    ratio /= np.einsum("ng,gh,nh->n", others, total, others)
    assert ratio.max() <= agreement[0] + 1e-4


def test_the_strongest_gene_of_a_component_counts_upwards():
    found = LinearTwin(**SETTINGS).fit(TUMOURS, background=NORMALS).components_
    assert (found[np.abs(found).argmax(axis=0), range(3)] > 0).all()


def test_there_are_at_most_as_many_components_as_genes():
    method = LinearTwin(n_dimensions=64, n_views=2).fit(TUMOURS, background=NORMALS)
    assert method.n_dimensions_ == N_GENES


def test_dilution_itself_does_not_pass_for_agreement():
    # All normals are alike and far from the tumours: each view is moved along one direction by
    # an amount of its own, on which twins don't agree, but views are on average displaced.
    rng = np.random.default_rng(5)
    tumours = (8.0 + 0.3 * rng.normal(size=(300, N_GENES))).astype(np.float32)
    normals = np.tile(np.linspace(2.0, 12.0, N_GENES, dtype=np.float32), (5, 1))
    method = LinearTwin(n_dimensions=2, minimum_fraction=0.1).fit(tumours, background=normals)
    fractions = rng.uniform(0.1, 1.0, 300)
    embedding = method.transform(dilute(tumours, normals, fractions, rng))
    design = np.column_stack([embedding, np.ones(300)])
    residual = fractions - design @ np.linalg.lstsq(design, fractions, rcond=None)[0]
    assert 1.0 - residual.var() / fractions.var() < 0.3


def test_mixtures_are_linear_in_linear_space():
    # A guard for the test above: what it calls a dilution is one.
    found = dilute(TUMOURS[:1], NORMALS[:1], 0.5, np.random.default_rng(0))
    expected = 0.5 * to_linear(TUMOURS[:1]) + 0.5 * to_linear(NORMALS[:1])
    np.testing.assert_allclose(to_linear(found), expected, rtol=1e-4)
