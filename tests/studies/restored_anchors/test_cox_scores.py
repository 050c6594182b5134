"""The score test of each gene, against a slow computation and the log-rank test."""

import numpy as np
import pytest
from scipy.stats import CensoredData, logrank

from twinpurify.studies.restored_anchors import cox_scores as score_test
from twinpurify.studies.restored_anchors.cox_scores import cox_scores


def follow_up(seed=0, n=40, genes=5):
    rng = np.random.default_rng(seed)
    values = rng.normal(5.0, 2.0, (n, genes))
    time = rng.exponential(np.exp(-values[:, 0] / 2.0)) + rng.uniform(0.0, 1e-6, n)
    return values, time, (rng.random(n) < 0.7).astype(float)


def slow(x, time, event):
    score = variance = 0.0
    for i in np.flatnonzero(event):
        at_risk = x[time >= time[i]]
        score += x[i] - at_risk.mean()
        variance += at_risk.var()
    return score / np.sqrt(variance)


def test_the_score_is_that_of_a_loop_over_events():
    values, time, event = follow_up()
    expected = [slow(gene, time, event) for gene in values.T]
    np.testing.assert_allclose(cox_scores(values, time, event), expected)


def test_a_high_value_that_shortens_survival_is_above_zero():
    values, time, event = follow_up(n=200)
    scores = cox_scores(values, time, event)
    assert scores[0] > 4.0
    assert (np.abs(scores[1:]) < 3.0).all()


def test_the_square_is_the_logrank_statistic_of_two_groups():
    values, time, event = follow_up(seed=3, n=60)
    group = values[:, 0] > 5.0
    sides = [
        CensoredData(uncensored=time[rows & (event > 0)], right=time[rows & (event == 0)])
        for rows in (group, ~group)
    ]
    # Its variance has n / (n - 1), as of drawing without replacement: nearly the same.
    ours = cox_scores(group[:, None].astype(float), time, event)[0]
    assert abs(ours) == pytest.approx(abs(logrank(*sides).statistic), rel=0.03)


def test_blocks_are_nothing(monkeypatch):
    whole = cox_scores(*follow_up())
    monkeypatch.setattr(score_test, "BLOCK", 2)
    np.testing.assert_allclose(cox_scores(*follow_up()), whole)


def test_a_gene_that_does_not_vary_tells_nothing():
    values, time, event = follow_up()
    values[:, 2] = 7.1
    assert cox_scores(values, time, event)[2] == 0.0
