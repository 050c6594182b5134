"""One method against every other."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import Measurement
from twinpurify.evaluation.uncertainty.bootstrap import collect, summarize
from twinpurify.evaluation.uncertainty.differences import COLUMNS, compare_with_others


def measured(seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three methods, two questions, two splits."""
    rng, parts = np.random.default_rng(seed), []
    for method, level in (("raw", 0.5), ("pca", 0.55), ("twinpurify", 0.8)):
        for split in (0, 1):
            measurements = [
                Measurement(Task(task), "macro_f1", fraction, level, rng.normal(level, 0.05, 60))
                for task, fraction in (("subtype", 1.0), ("retrieval_random", np.nan))
            ]
            parts.append(collect(measurements, "demo", "demo", method, split, 0))
    scores, replicates = zip(*parts, strict=True)
    return pd.concat(scores, ignore_index=True), pd.concat(replicates, ignore_index=True)


def test_against_raw_it_is_the_difference_of_the_summary():
    scores, replicates = measured()
    table = compare_with_others(scores, replicates.sample(frac=1.0, random_state=0), "twinpurify")
    assert list(table.columns) == COLUMNS
    summary = summarize(scores, replicates)
    mine = summary[summary["method"] == "twinpurify"]
    against = table[table["other"] == "raw"]
    assert against["task"].tolist() == mine["task"].tolist()
    for column, name in (("difference", "difference"), ("low", "difference_low")):
        np.testing.assert_allclose(against[column], mine[name])
    np.testing.assert_allclose(against["p_value"], mine["p_value"])


def test_every_other_method_is_compared_and_counts_in_the_correction():
    table = compare_with_others(*measured(), "twinpurify")
    assert table["other"].value_counts().to_dict() == {"raw": 2, "pca": 2}
    assert table.loc[table["other"] == "pca", "difference"].tolist() == pytest.approx([0.25] * 2)
    assert (table["p_adjusted"] >= table["p_value"]).all()
    smallest = table["p_value"].idxmin()
    assert table.loc[smallest, "p_adjusted"] == pytest.approx(4 * table.loc[smallest, "p_value"])


def test_a_method_that_was_not_run_has_an_empty_table():
    table = compare_with_others(*measured(), "absent")
    assert table.empty and list(table.columns) == COLUMNS


def test_a_doubled_score_is_refused():
    scores, replicates = measured()
    with pytest.raises(TableError, match="measured twice"):
        compare_with_others(pd.concat([scores, scores]), replicates, "pca")
