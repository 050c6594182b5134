"""The log-rank test against lifelines, and within strata against R."""

import numpy as np
import pytest
from lifelines.statistics import multivariate_logrank_test

from twinpurify.evaluation.formulas.log_rank import log_rank
from twinpurify.evaluation.measurement import UnanswerableError


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


def test_the_scale_of_a_stratum_and_its_names_move_nothing():
    time, event, group = outcome()
    strata = np.arange(len(time)) % 2
    named = log_rank(
        np.where(strata, 10.0 * time, time), event, group, np.array(["a", "b"])[strata]
    )
    assert named == pytest.approx(log_rank(time, event, group, strata))


def test_groups_that_differ_between_strata_alone_do_not_differ():
    """One stratum dies early and has most of the third group; within strata all are alike."""
    rng = np.random.default_rng(0)
    strata = np.repeat([0, 1], 300)
    group = np.where(rng.random(600) < 0.8, 1 + 2 * strata, 2)
    time = rng.exponential(np.where(strata, 1.0, 8.0))
    assert log_rank(time, np.ones(600), group, np.zeros(600))[1] < 1e-6
    assert log_rank(time, np.ones(600), group, strata)[1] > 0.05


def test_groups_that_never_meet_cost_a_degree_of_freedom():
    time, event, group = outcome()
    strata = (group == 3).astype(int)
    pair = group < 3
    alone = log_rank(time[pair], event[pair], group[pair], strata[pair])
    assert log_rank(time, event, group, strata) == pytest.approx(alone)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"group": np.ones(30)}, "1 groups and"),
        ({"event": np.zeros(30)}, "3 groups and 0 events in 1 strata: no event happened among"),
        ({"strata": np.arange(30)}, "in 30 strata: no event happened among patients of two groups"),
    ],
)
def test_groups_of_which_no_event_tells_are_no_comparison(change, message):
    time, event, group = outcome(30)
    said = {"time": time, "event": event, "group": group, "strata": np.zeros(30)} | change
    with pytest.raises(UnanswerableError, match=message):
        log_rank(**said)
