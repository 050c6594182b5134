"""Independent components: sources that are known, and what stays when the start differs."""

import logging

import numpy as np
import pytest

from twinpurify.representation.linear.ica import IndependentComponents
from twinpurify.representation.linear.pca import PrincipalComponents

RNG = np.random.default_rng(0)
N_GENES = 600
METAGENES = RNG.laplace(size=(3, N_GENES)) ** 3
METAGENES /= METAGENES.std(axis=1, keepdims=True)
AMOUNTS = RNG.normal(size=(40, 3)) * [3.0, 2.0, 1.5]
TUMOURS = 12.0 + 0.1 * (AMOUNTS @ METAGENES + 1.5 * RNG.normal(size=(40, N_GENES)))


def fit(**parameters) -> IndependentComponents:
    return IndependentComponents(n_dimensions=3, **parameters).fit(TUMOURS)


def agreement(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    n = first.shape[1]
    return np.abs(np.corrcoef(first.T, second.T)[:n, n:])


def test_known_metagenes_and_their_amounts_are_recovered():
    method = fit()
    weights = (METAGENES / TUMOURS.std(axis=0)).T
    of_weights = agreement(method.components_, weights)
    assert (of_weights.max(axis=1) > 0.85).all()
    assert sorted(of_weights.argmax(axis=1)) == [0, 1, 2]
    assert (agreement(method.transform(TUMOURS), AMOUNTS).max(axis=0) > 0.9).all()


def test_principal_components_do_not_recover_them():
    mixed = PrincipalComponents(n_dimensions=3).fit(TUMOURS)
    weights = (METAGENES / TUMOURS.std(axis=0)).T
    found = agreement(mixed.components_, weights).max(axis=1).min()
    assert found < agreement(fit().components_, weights).max(axis=1).min()


def test_a_profile_is_embedded_by_its_covariance_with_each_metagene():
    method = fit()
    standardised = (TUMOURS - TUMOURS.mean(axis=0)) / TUMOURS.std(axis=0)
    metagenes = method.components_ * N_GENES
    np.testing.assert_allclose(metagenes.std(axis=0), 1.0, atol=1e-3)
    np.testing.assert_allclose(metagenes.T @ metagenes / N_GENES, np.eye(3), atol=1e-3)
    np.testing.assert_allclose(
        method.transform(TUMOURS), standardised @ metagenes / N_GENES, atol=1e-4
    )


def test_the_axes_span_those_of_the_principal_components():
    # The metagenes are centred over the genes; apart from that, they are turned axes.
    axes = PrincipalComponents(n_dimensions=3).fit(TUMOURS).components_
    basis = np.linalg.qr(axes - axes.mean(axis=0))[0]
    found = fit().components_
    np.testing.assert_allclose(basis @ (basis.T @ found), found, atol=1e-5)


def test_components_are_ordered_and_their_strongest_gene_counts_upwards():
    method = fit()
    assert (np.diff(method.transform(TUMOURS).var(axis=0)) < 0).all()
    strongest = np.abs(method.components_).argmax(axis=0)
    assert (method.components_[strongest, range(3)] > 0).all()


def test_clear_components_do_not_depend_on_the_seed_or_the_order_of_genes():
    order = RNG.permutation(N_GENES)
    other = IndependentComponents(n_dimensions=3, seed=7).fit(TUMOURS[:, order])
    np.testing.assert_allclose(other.components_, fit().components_[order], atol=1e-4)


def test_the_global_generator_is_neither_used_nor_moved():
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    fit()
    assert np.array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize(("n_tumours", "n_genes", "expected"), [(5, 600, 4), (40, 8, 7)])
def test_no_more_components_than_there_can_be(n_tumours, n_genes, expected):
    method = IndependentComponents().fit(TUMOURS[:n_tumours, :n_genes])
    assert method.n_dimensions_ == expected
    assert np.isfinite(method.transform(TUMOURS[:, :n_genes])).all()


def test_the_end_of_the_iterations_is_one_line_of_the_log(caplog, recwarn):
    with caplog.at_level(logging.INFO):
        fit(max_iterations=1)
    assert [record.message for record in caplog.records] == [
        "ica: stopped after 1 iterations, before it settled (setting max_iterations)"
    ]
    assert not recwarn.list
