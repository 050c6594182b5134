"""Questions asked of mixtures: what is known beforehand comes out."""

import numpy as np
import pandas as pd
import pytest

from tests.evaluation.made_mixtures import titration
from twinpurify.evaluation.known_truths.mixture_questions import (
    COLUMNS,
    calibrated,
    measure_mixture,
)
from twinpurify.evaluation.known_truths.mixtures import as_mixture
from twinpurify.purification.twinpurify.twinpurify import TwinPurify
from twinpurify.representation.linear.raw import RawExpression


class Knowing:
    """Knows the fractions and the pure profile."""

    def __init__(self, fraction, pure):
        self.fraction, self.pure = fraction, pure

    def fit(self, X, background):
        return self

    def transform(self, X):
        return np.random.default_rng(1).normal(size=(len(X), 3)).astype(np.float32)

    def estimate_purity(self, X):
        return (5.0 - 2.0 * self.fraction[X.index]).to_numpy()

    def purify(self, X):
        return pd.DataFrame([self.pure[X.columns]] * len(X), index=X.index)


def scores(methods, **changes):
    mixture = as_mixture("seqc", *titration(**changes)[:2], "A")
    table = measure_mixture(mixture, methods(mixture))
    assert list(table.columns) == COLUMNS
    return table.set_index(["task", "metric", "method"])


def test_fractions_and_profile_of_a_titration_are_recovered_by_decomposition():
    table = scores(lambda mixture: {"raw": RawExpression()})
    value = table["value"]
    assert value["fraction_estimate", "rmse", "decomposition"] < 0.06
    assert value["fraction_estimate", "rmse_calibrated", "decomposition"] < 0.03
    assert value["fraction_estimate", "spearman", "decomposition"] > 0.9
    assert value["fraction_estimate", "rmse", "mean_of_others"] > 0.2
    raw = value["purified_profile", "rmse", "raw"]
    assert value["purified_profile", "rmse", "known_fractions"] < 0.7 * raw
    assert value["purified_profile", "rmse", "decomposition"] < 0.7 * raw
    assert value["purified_profile", "correlation", "decomposition"] > 0.85
    assert value["fraction_left", "r2_linear", "raw"] > 0.9
    assert (table["n"] == 9).all() and (table["reason"] == "").all()


def test_a_method_that_knows_all_scores_so():
    value = scores(lambda mixture: {"knowing": Knowing(mixture.fraction, mixture.pure_tumour)})[
        "value"
    ]
    assert value["fraction_estimate", "spearman", "knowing"] == pytest.approx(-1.0)
    assert value["fraction_estimate", "rmse_calibrated", "knowing"] == pytest.approx(0.0, abs=1e-9)
    assert value["purified_profile", "rmse", "knowing"] == 0.0
    assert value["purified_profile", "correlation", "knowing"] == pytest.approx(1.0)
    assert value["fraction_left", "r2_linear", "knowing"] < 0.3


def test_why_there_is_no_number_is_said():
    def tiny(mixture):
        model = TwinPurify(n_dimensions=4, n_views=2)
        model.show_progress = False
        return {"twinpurify": model}

    table = scores(tiny).loc["fraction_estimate", "spearman", "twinpurify"]
    assert np.isnan(table["value"])
    assert table["reason"] == "no score of infiltration was found: too few references or genes"


def test_each_sample_is_calibrated_by_the_others():
    known, estimate = np.array([0.1, 0.4, 0.6, 0.9]), np.array([3.0, 1.0, 2.0, 0.0])
    for left_out in range(4):
        kept = np.arange(4) != left_out
        slope, level = np.polyfit(estimate[kept], known[kept], 1)
        expected = slope * estimate[left_out] + level
        assert calibrated(known, estimate)[left_out] == pytest.approx(expected)
