"""Thirds of held-out risk, and the log-rank test against lifelines."""

import numpy as np
import pytest
from lifelines.statistics import multivariate_logrank_test

from tests.evaluation.stand_ins import embed
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.survival.endpoint import endpoint_of, predict_risk
from twinpurify.evaluation.questions.survival.tertiles import log_rank, tabulate_tertiles
from twinpurify.evaluation.splits.held_out import of_split


def outcome(n=150, decimals=6, seed=0):
    rng = np.random.default_rng(seed)
    group = rng.integers(1, 4, n)
    death, end = rng.exponential(np.exp(-0.4 * group)), rng.uniform(0.2, 3.0, n)
    time = np.round(np.minimum(death, end), decimals) + 0.1
    return time, (death < end).astype(float), group


@pytest.mark.parametrize("decimals", [6, 1, 0])
def test_the_log_rank_test_is_that_of_lifelines(decimals):
    time, event, group = outcome(decimals=decimals)
    expected = multivariate_logrank_test(time, group, event)
    found = log_rank(time, event, group, np.zeros(len(time)))
    assert found == pytest.approx((expected.test_statistic, expected.p_value))


def test_strata_are_tested_within():
    """R 4, survival 3.5: survdiff(Surv(time, event) ~ group + strata(stratum))."""
    time = np.array([1, 2, 3, 4, 5, 6, 7, 8, 2, 3, 5, 8, 9, 12, 13, 15], dtype=float)
    event = np.array([1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1], dtype=float)
    group = np.array([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1])
    stratum = np.repeat([0, 1], 8)
    assert log_rank(time, event, group, stratum)[0] == pytest.approx(0.0309837579739)


def test_a_shift_of_a_whole_stratum_moves_nothing():
    time, event, group = outcome()
    strata = np.arange(len(time)) % 2
    shifted = log_rank(time + 100.0 * strata, event, group, strata)
    assert shifted == pytest.approx(log_rank(time, event, group, strata))


def test_one_group_or_no_event_is_no_comparison():
    time, event, group = outcome(30)
    with pytest.raises(UnanswerableError, match="1 groups and"):
        log_rank(time, event, np.ones(30), np.zeros(30))
    with pytest.raises(UnanswerableError, match="3 groups and 0 events"):
        log_rank(time, 0.0 * event, group, np.zeros(30))


@pytest.fixture
def found(cohort):
    return endpoint_of(of_split(embed(cohort)), "os")


def test_thirds_are_cut_by_out_of_fold_risks_of_training(found):
    (fold,) = predict_risk(found)
    answer = tabulate_tertiles(found, [fold])
    (table,) = answer.tables["tertiles"]
    cuts = np.quantile(fold.out_of_fold, [1 / 3, 2 / 3])
    expected = 1 + (fold.scored[:, None] > cuts).sum(axis=1)
    assert (table["tertile"].to_numpy() == expected).mean() > 0.97
    assert set(table["tertile"]) == {1, 2, 3}
    assert list(table["sample_id"]) == list(found.held.obs.index[fold.score])
    (test,) = answer.tables["logrank"]
    assert test["p_value"].item() < 0.05


def test_a_held_out_patient_has_no_say_in_the_thirds_of_others(found):
    (fold,) = predict_risk(found)
    moved = fold._replace(scored=np.concatenate([[99.0], fold.scored[1:]]))
    before, after = (tabulate_tertiles(found, [one]).tables["tertiles"][0] for one in (fold, moved))
    assert before["tertile"].iloc[1:].equals(after["tertile"].iloc[1:])
    assert after["tertile"].iloc[0] == 3


def test_without_out_of_fold_risks_there_are_no_thirds(found):
    (fold,) = predict_risk(found)
    with pytest.raises(UnanswerableError, match="converged in none of the inner folds"):
        tabulate_tertiles(found, [fold._replace(out_of_fold=fold.out_of_fold * np.nan)])
