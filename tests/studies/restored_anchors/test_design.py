"""Strata, anchors and what is observed: by training patients, and never all genes."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tests.studies.stand_in import GENES, toy_split
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.studies.restored_anchors.design import design
from twinpurify.studies.restored_anchors.settings import RestoredAnchorSettings

SETTINGS = RestoredAnchorSettings(
    n_anchors=4, min_train_events=10, min_test_events=5, n_inner_folds=2, n_bootstrap=40
)


def test_anchors_are_the_genes_that_kill():
    strata, notes = design(toy_split(), SETTINGS)
    assert [stratum.name for stratum in strata] == ["one", "two"]
    assert notes == []
    for stratum in strata:
        assert set(stratum.anchors) <= set(GENES[20:35])
        assert len(stratum.observed) == 18
        assert not set(stratum.anchors) & set(stratum.observed)
        assert set(stratum.best_observed) <= set(stratum.observed)
        weakest = stratum.scores[stratum.best_observed].abs().min()
        rest = [gene for gene in stratum.observed if gene not in stratum.best_observed]
        assert (stratum.scores[rest].abs() <= weakest).all()


def test_test_patients_have_no_part_in_it():
    data = toy_split()
    before = design(data, SETTINGS)[0]
    data.test_tumours.loc[:] = 1.0
    after = design(data, SETTINGS)[0]
    for one, other in zip(before, after, strict=True):
        assert (one.anchors, one.observed) == (other.anchors, other.observed)
        pd.testing.assert_series_equal(one.scores, other.scores)


def test_patients_without_follow_up_are_in_no_stratum():
    data = toy_split()
    data.test_obs.iloc[:6, data.test_obs.columns.get_loc("os_time")] = np.nan
    assert not any(stratum.test[:6].any() for stratum in design(data, SETTINGS)[0])


def test_a_cohort_without_the_column_is_one_stratum():
    chosen = SETTINGS.model_copy(update={"strata_column": "site"})
    (stratum,), _ = design(toy_split(), chosen)
    assert (stratum.name, stratum.train.all()) == ("all", True)


def test_a_stratum_with_few_events_is_noted():
    data = toy_split()
    data.train_obs.loc[data.train_obs["cancer"] == "two", "os_event"] = 0.0
    strata, notes = design(data, SETTINGS)
    assert [stratum.name for stratum in strata] == ["one"]
    assert notes[0].startswith("two: 0 events to learn from and ")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"endpoint": "pfi"}, r"no endpoint 'pfi' .*restored_anchors.endpoint"),
        ({"min_train_events": 999}, "no stratum has 999 events in training and 5 in test"),
        ({"n_anchors": 20}, "of 40 genes 20 are anchors, and 10 of the others"),
    ],
)
def test_what_cannot_be_asked(changes, message):
    with pytest.raises(UnanswerableError, match=message):
        design(toy_split(), SETTINGS.model_copy(update=changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"imputers": ["mean", "mean"]}, "named more than once"),
        # It takes part anyway, and would be measured twice.
        ({"imputers": ["masked_transformer"]}, "Input should be 'mean'"),
        ({"endpoint": "death"}, "Input should be"),
        ({"anchors": 3}, "Extra inputs"),
    ],
)
def test_settings_are_checked(changes, message):
    with pytest.raises(ValidationError, match=message):
        RestoredAnchorSettings(**changes)
