"""Scores of imputed values against loops over samples and genes."""

import numpy as np
import pytest

from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.known_truths.imputation_error import measure_imputation

N, GENES = 60, 7


@pytest.fixture
def values():
    rng = np.random.default_rng(0)
    truth = rng.normal(8, 2, size=(N, GENES))
    imputed = truth + rng.normal(0, 1, size=truth.shape)
    return rng.uniform(size=truth.shape) < 0.8, truth, imputed, rng.uniform(1, 3, size=GENES)


def scores(values, weights):
    return {one.metric: one for one in measure_imputation(Task("at_random"), 0.8, *values, weights)}


def repeated(values, weights):
    """The same samples, each as often as it counts."""
    rows = np.repeat(np.arange(N), weights.astype(int))
    hidden, truth, imputed, scale = values
    return hidden[rows], truth[rows], imputed[rows], scale


def slow(hidden, truth, imputed, scale):
    errors = [e for row in range(len(truth)) for e in (imputed - truth)[row][hidden[row]]]
    relative, correlations = [], []
    for gene in range(GENES):
        at = hidden[:, gene]
        error = np.sqrt(np.mean((imputed - truth)[at, gene] ** 2))
        relative.append(error / scale[gene])
        correlations.append(np.corrcoef(truth[at, gene], imputed[at, gene])[0, 1])
    return {
        "rmse": np.sqrt(np.mean(np.square(errors))),
        "relative_rmse": np.median(relative),
        "gene_correlation": np.median(correlations),
    }


def test_values_and_replicates_are_those_of_repeated_samples(values):
    weights = np.random.default_rng(1).multinomial(N, np.full(N, 1 / N), size=3).astype(float)
    found = scores(values, weights)
    for metric, expected in slow(*values).items():
        assert found[metric].value == pytest.approx(expected, rel=1e-9)
    for place, drawn in enumerate(weights):
        for metric, expected in slow(*repeated(values, drawn)).items():
            assert found[metric].replicates[place] == pytest.approx(expected, rel=1e-4)


def test_what_was_observed_does_not_count(values):
    hidden, truth, imputed, scale = values
    spoilt = np.where(hidden, imputed, 1e6)
    weights = np.ones((1, N))
    expected = {metric: one.value for metric, one in scores(values, weights).items()}
    found = scores((hidden, np.where(hidden, truth, 0.0), spoilt, scale), weights)
    assert {metric: one.value for metric, one in found.items()} == pytest.approx(expected)


def test_one_value_for_all_has_no_correlation_and_the_relative_error_of_the_spread(values):
    hidden, truth, _, _ = values
    mean, spread = truth.mean(axis=0), truth.std(axis=0)
    everywhere = np.ones_like(hidden)
    constant = np.broadcast_to(mean.astype(np.float32), truth.shape)
    found = scores((everywhere, truth, constant, spread), np.ones((1, N)))
    assert found["gene_correlation"].value == 0.0
    assert found["relative_rmse"].value == pytest.approx(1.0, rel=1e-5)


def test_genes_that_cannot_be_scored_are_left_out(values):
    hidden, truth, imputed, scale = values
    hidden, scale = hidden.copy(), scale.copy()
    hidden[29:, 0], scale[1] = False, 0.0
    found = scores((hidden, truth, imputed, scale), np.ones((1, N)))
    kept = [
        np.corrcoef(t[h], i[h])[0, 1] for t, h, i in zip(truth.T, hidden.T, imputed.T, strict=True)
    ]
    assert found["gene_correlation"].value == pytest.approx(np.median(kept[1:]))
    assert np.isfinite(found["relative_rmse"].value)
    hidden[20:] = False
    assert np.isnan(
        scores((hidden, truth, imputed, scale), np.ones((1, N)))["gene_correlation"].value
    )
