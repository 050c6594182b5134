"""The checks say what is missing, and a figure never mixes two trainings."""

import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.selections import require_columns, rows_of, single_training, trainings


def test_missing_columns_are_named(summary):
    with pytest.raises(TableError, match="the summary lacks the columns 'low', 'high'"):
        require_columns(summary.drop(columns=["low", "high"]), ("low", "high"), "the summary")


def test_trainings_keep_the_order_of_the_table(summary):
    both = pd.concat([summary.assign(trained_on="z"), summary.assign(trained_on="a")])
    assert [source for _, source, _ in trainings(both)] == ["z", "a"]


def test_two_trainings_are_refused(summary):
    both = pd.concat([summary, summary.assign(trained_on="other")])
    with pytest.raises(
        TableError, match=r"'demo \(trained on demo\)', 'demo \(trained on other\)'"
    ):
        single_training(both)


def test_empty_summary_is_refused(summary):
    with pytest.raises(TableError, match="one cohort and one training"):
        single_training(summary.iloc[:0])


def test_absent_task_is_named_with_what_there_is(summary):
    with pytest.raises(TableError, match=r"no score of task 'grade'.*'subtype balanced_accuracy'"):
        rows_of(summary, "grade", "balanced_accuracy")


def test_rows_without_a_mean_are_no_scores(summary):
    summary.loc[summary["method"] == "raw", "mean"] = float("nan")
    assert set(rows_of(summary, "subtype", "balanced_accuracy")["method"]) == {
        "linear_twin",
        "twinpurify",
    }
