"""Imputers against slow, plain computations of the same, and against scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from sklearn.impute import KNNImputer

from twinpurify.errors import ConfigurationError
from twinpurify.imputation.iterative import IterativeImputer
from twinpurify.imputation.low_rank import LowRankImputer
from twinpurify.imputation.nearest_neighbours import NearestNeighboursImputer, squared_distances
from twinpurify.imputation.principal_components import PrincipalComponentsImputer
from twinpurify.imputation.soft_impute import Factors, objective, soft_impute
from twinpurify.representation.linear.factor_model import (
    factor_model,
    predict_by_factors,
    principal_axes,
)

from .test_contract import made, with_gaps


def standardized(table, imputer):
    return (table.to_numpy(dtype=np.float64) - imputer.gene_mean_) / imputer.gene_scale_


@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_nearest_neighbours_are_those_of_scikit_learn(weights):
    training, asked = made(50, 1), with_gaps(made(12, 2))
    ours = NearestNeighboursImputer(n_neighbours=5, weights=weights).fit(training)
    theirs = KNNImputer(n_neighbors=5, weights=weights).fit(standardized(training, ours))
    expected = theirs.transform(standardized(asked, ours)) * ours.gene_scale_ + ours.gene_mean_
    expected = np.clip(expected, ours.gene_low_, ours.gene_high_)
    hidden = asked.isna().to_numpy()
    found = ours.transform(asked).to_numpy()[hidden]
    # KNNImputer weighs by the distance times the root of the number of genes: the same shares.
    np.testing.assert_allclose(found, expected[hidden], rtol=1e-4)


def test_distances_are_over_the_genes_that_both_have():
    rng = np.random.default_rng(0)
    queries, known = rng.normal(size=(4, 7)), rng.normal(size=(5, 7))
    queries[rng.uniform(size=(4, 7)) < 0.3] = np.nan
    there = (rng.uniform(size=(5, 7)) < 0.7).astype(float)
    there[0], queries[0, 1:] = 0.0, np.nan
    found = squared_distances(queries, known * there, there)
    for query, row in zip(queries, found, strict=True):
        for profile, mask, distance in zip(known, there, row, strict=True):
            both = ~np.isnan(query) & (mask > 0)
            expected = np.mean((query - profile)[both] ** 2) if both.any() else np.inf
            assert distance == pytest.approx(expected, abs=1e-9)


def test_the_neighbours_of_incomplete_training_leave_gaps_to_the_mean():
    training = made(6, 1)
    training.iloc[:3, 4] = np.nan
    imputer = NearestNeighboursImputer(n_neighbours=1).fit(training)
    asked = training.iloc[[0, 5]].assign(G04=np.nan)
    found = imputer.transform(asked)["G04"].tolist()
    assert found == pytest.approx([imputer.gene_mean_[4], training["G04"].iloc[5]], rel=1e-5)


def test_factors_predict_the_conditional_expectation_of_a_gaussian():
    rng = np.random.default_rng(0)
    loadings, noise = rng.normal(size=(9, 3)), rng.uniform(0.2, 1.0, size=9)
    covariance = loadings @ loadings.T + np.diag(noise)
    profiles = rng.normal(size=(6, 9))
    profiles[rng.uniform(size=(6, 9)) < 0.4] = np.nan
    found = predict_by_factors(profiles, loadings, noise)
    for profile, predicted in zip(profiles, found, strict=True):
        o, m = ~np.isnan(profile), np.isnan(profile)
        expected = covariance[np.ix_(m, o)] @ np.linalg.inv(covariance[np.ix_(o, o)]) @ profile[o]
        np.testing.assert_allclose(predicted[m], expected, rtol=1e-9)


@pytest.mark.parametrize("shape", [(30, 8), (8, 30)])
def test_principal_axes_are_those_of_the_covariance(shape):
    values = np.random.default_rng(0).normal(size=shape)
    values -= values.mean(axis=0)
    variances, axes = principal_axes(values, 4)
    expected = np.linalg.svd(values, full_matrices=False)
    np.testing.assert_allclose(variances[:4], expected[1][:4] ** 2 / shape[0], rtol=1e-9)
    np.testing.assert_allclose(np.abs(axes.T @ expected[2][:4].T), np.eye(4), atol=1e-7)


def test_loadings_and_noise_give_every_gene_its_variance():
    values = np.random.default_rng(0).normal(size=(200, 6))
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    loadings, noise = factor_model(*principal_axes(values, 6), 2)
    np.testing.assert_allclose((loadings**2).sum(axis=1) + noise, 1.0)
    covariance = values.T @ values / 200
    eigenvalues, vectors = np.linalg.eigh(covariance)
    left_out = eigenvalues[:4].mean()
    expected = (vectors[:, 4:] * (eigenvalues[4:] - left_out)) @ vectors[:, 4:].T
    np.testing.assert_allclose(loadings @ loadings.T, expected, atol=1e-9)


def test_the_number_of_components_that_is_chosen_is_a_good_one():
    training, truth = made(40, 1), made(200, 2)
    asked = with_gaps(truth, 0.5)

    def error(**parameters):
        found = PrincipalComponentsImputer(**parameters).fit(training).transform(asked)
        return float(np.square((found - truth).to_numpy()).mean())

    by_number = [error(n_components=number) for number in (1, 2, 4, 8, 16)]
    assert error(max_components=16) < 1.2 * min(by_number) < 0.5 * max(by_number)


def slow_soft_impute(values, penalty, n_rounds=1000):
    """Mazumder's iteration with a full SVD and no shortcut."""
    missing, found = np.isnan(values), np.zeros_like(values)
    for _ in range(n_rounds):
        filled = np.where(missing, found, values)
        left, sizes, rows = np.linalg.svd(filled, full_matrices=False)
        found = (left * np.maximum(sizes - penalty, 0.0)) @ rows
    return found


@pytest.mark.parametrize("penalty", [2.0, 6.0])
def test_soft_impute_reaches_the_minimum_of_its_objective(penalty):
    values = with_gaps(made(20, 1)).to_numpy(dtype=np.float64)
    values -= np.nanmean(values, axis=0)
    expected = slow_soft_impute(values, penalty)
    left, sizes, rows = np.linalg.svd(np.nan_to_num(values), full_matrices=False)
    found = soft_impute(values, penalty, Factors(left, sizes, rows.T), 1e-14, 1000).product()
    np.testing.assert_allclose(found, expected, atol=1e-4)
    best = objective(values, expected, penalty)
    assert objective(values, found, penalty) == pytest.approx(best, rel=1e-8)
    assert best < objective(values, expected * 0.99, penalty)


def test_each_round_of_soft_impute_lowers_the_objective():
    values = with_gaps(made(20, 1)).to_numpy(dtype=np.float64)
    values -= np.nanmean(values, axis=0)
    left, sizes, rows = np.linalg.svd(np.nan_to_num(values), full_matrices=False)
    found, former = Factors(left, sizes, rows.T), np.inf
    for _ in range(8):
        found = soft_impute(values, 3.0, found, 0.0, 1)
        reached = objective(values, found.product(), 3.0)
        assert reached < former + 1e-9
        former = reached


def test_a_training_profile_gets_the_factors_of_its_row():
    training = with_gaps(made(60, 1), 0.2)
    imputer = LowRankImputer(max_rank=20, max_rounds=500).fit(training)
    values, penalty = standardized(training, imputer), imputer.noise_[0]
    solution = slow_soft_impute(values, penalty, 500)
    found = predict_by_factors(values, imputer.loadings_, imputer.noise_)
    np.testing.assert_allclose(found, solution, atol=0.06)


def test_regressions_are_gone_through_as_by_scikit_learn():
    training, asked = made(60, 1), with_gaps(made(9, 2))
    ours = IterativeImputer(n_nearest_genes=6, n_rounds=2).fit(training)
    chain = ours._chain(ours._shown(standardized(training, ours)))
    expected = chain.transform(standardized(asked, ours)) * ours.gene_scale_ + ours.gene_mean_
    expected = np.clip(expected, ours.gene_low_, ours.gene_high_)
    # Ours starts at the mean of all training profiles, theirs at that of the values shown.
    hidden = asked.isna().to_numpy()
    difference = np.abs(ours.transform(asked).to_numpy() - expected)[hidden]
    assert difference.max() < 0.15
    chain.initial_imputer_.statistics_[:] = 0.0
    expected = chain.transform(standardized(asked, ours)) * ours.gene_scale_ + ours.gene_mean_
    expected = np.clip(expected, ours.gene_low_, ours.gene_high_)
    np.testing.assert_allclose(
        ours.transform(asked).to_numpy()[hidden], expected[hidden], rtol=1e-4
    )


def test_too_many_genes_for_regressions_are_refused():
    with pytest.raises(ConfigurationError, match="takes hours for 24 genes, and max_genes is 20"):
        IterativeImputer(max_genes=20).fit(made(20, 1))


def test_few_profiles_and_many_genes_can_be_learnt_from():
    wide = pd.concat([made(12, 1), made(12, 1).add_suffix("b")], axis=1)
    asked = wide.iloc[:2].assign(G00=np.nan)
    for imputer in (PrincipalComponentsImputer(), LowRankImputer()):
        assert np.isfinite(imputer.fit(wide).transform(asked).to_numpy()).all()
