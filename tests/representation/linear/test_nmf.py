"""Non-negative factors: programmes that are known, and amounts of a sample alone."""

import logging

import numpy as np
from scipy.optimize import nnls
from sklearn.decomposition import NMF
from sklearn.decomposition._nmf import _initialize_nmf

from twinpurify.representation.linear.nmf import NonNegativeFactors, non_negative_start

RNG = np.random.default_rng(0)
N_GENES = 40
# Each programme has ten genes of its own and ten that all share.
PROGRAMMES = np.kron(np.eye(3), np.ones(10)) * RNG.uniform(1.0, 3.0, (3, 30))
PROGRAMMES = np.hstack([PROGRAMMES, RNG.uniform(0.2, 0.5, (3, 10))])
AMOUNTS = RNG.dirichlet([0.4] * 3, 50) * RNG.uniform(2.0, 3.0, (50, 1))
TUMOURS = (AMOUNTS @ PROGRAMMES).astype(np.float32)


def test_known_programmes_are_recovered():
    method = NonNegativeFactors(n_dimensions=3, max_iterations=2000).fit(TUMOURS)
    found = method.transform(TUMOURS)
    agreement = np.abs(np.corrcoef(found.T, AMOUNTS.T)[:3, 3:])
    assert (agreement.max(axis=1) > 0.99).all()
    assert sorted(agreement.argmax(axis=1)) == [0, 1, 2]
    assert (method.components_ >= 0).all()
    assert (found >= 0).all()
    restored = found @ method.components_.T * TUMOURS.std(axis=0)
    np.testing.assert_allclose(restored, TUMOURS, atol=0.05)


def test_programmes_have_unit_length_and_the_largest_comes_first():
    method = NonNegativeFactors(n_dimensions=3).fit(TUMOURS)
    np.testing.assert_allclose(np.linalg.norm(method.components_, axis=0), 1.0, atol=1e-6)
    sizes = np.linalg.norm(method.transform(TUMOURS), axis=0)
    assert (np.diff(sizes) < sizes[0] * 0.01).all()


def test_amounts_are_the_least_squares_of_each_sample():
    method = NonNegativeFactors(n_dimensions=3).fit(TUMOURS)
    others = np.maximum(TUMOURS[:9] + RNG.normal(size=(9, N_GENES)), 0.0).astype(np.float32)
    scaled = others / method.gene_scale_
    expected = [
        nnls(method.components_.astype(float), sample.astype(float))[0] for sample in scaled
    ]
    np.testing.assert_allclose(method.transform(others), expected, atol=1e-5)
    alone = np.vstack([method.transform(others[i : i + 1]) for i in range(9)])
    np.testing.assert_allclose(alone, method.transform(others), atol=1e-6)


def test_the_error_is_about_that_of_scikit_learn():
    noisy = np.maximum(TUMOURS + 0.2 * RNG.normal(size=TUMOURS.shape), 0.0).astype(np.float32)
    scaled = noisy / noisy.std(axis=0)
    plain = NMF(5, init="nndsvda", max_iter=1000, random_state=0)
    expected = np.linalg.norm(scaled - plain.fit_transform(scaled) @ plain.components_)
    method = NonNegativeFactors(n_dimensions=5, max_iterations=1000).fit(noisy)
    found = np.linalg.norm(scaled - method.transform(noisy) @ method.components_.T)
    assert found < 1.02 * expected


def test_a_constant_gene_and_a_gene_of_zeros_carry_nothing():
    flat = TUMOURS.copy()
    flat[:, 3], flat[:, 4] = 2.5, 0.0
    method = NonNegativeFactors(n_dimensions=3).fit(flat)
    assert (method.components_[[3, 4]] == 0).all()


def test_no_more_programmes_than_there_can_be():
    assert NonNegativeFactors(n_dimensions=64).fit(TUMOURS[:4]).n_dimensions_ <= 4
    assert NonNegativeFactors(n_dimensions=64).fit(TUMOURS[:, :6]).n_dimensions_ <= 6


def test_profiles_without_any_expression_have_no_amounts():
    method = NonNegativeFactors(n_dimensions=3).fit(TUMOURS)
    assert (method.transform(np.zeros((2, N_GENES), np.float32)) == 0).all()


def test_the_end_of_the_iterations_is_one_line_of_the_log(caplog):
    with caplog.at_level(logging.INFO):
        NonNegativeFactors(n_dimensions=3, max_iterations=2).fit(TUMOURS)
    assert [record.message for record in caplog.records] == [
        "nmf: stopped after 2 iterations, before it settled (setting max_iterations)"
    ]


def test_the_start_is_that_of_scikit_learn_without_its_random_vectors():
    # Three strong factors, which random vectors find too.
    exact = TUMOURS.astype(np.float64)
    expected = _initialize_nmf(exact, 3, init="nndsvda", random_state=0)
    for found, other in zip(non_negative_start(exact, 3), expected, strict=True):
        assert (found > 0).all()
        np.testing.assert_allclose(found, other, atol=1e-3)
