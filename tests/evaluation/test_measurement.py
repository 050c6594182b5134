"""Measurements, and the forms in which questions are answered."""

import numpy as np
import pandas as pd

from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.formulas.weighted import mean
from twinpurify.evaluation.measurement import (
    Answer,
    Measurement,
    Skip,
    average,
    measure,
    split_result,
)


def test_the_value_weighs_all_samples_alike_and_the_replicates_by_their_weights():
    weights, hits = np.array([[0.0, 2.0], [2.0, 0.0]]), np.array([1.0, 0.0])
    measurement = measure(Task("retrieval"), "top1_cosine", 0.4, weights, lambda w: mean(w, hits))
    assert measurement.value == 0.5
    assert measurement.replicates.tolist() == [0.0, 1.0]
    assert measurement.replicates.dtype == np.float32
    assert (measurement.task, measurement.metric, measurement.fraction) == (
        "retrieval",
        "top1_cosine",
        0.4,
    )


def test_answers_add_up():
    answer, other = Answer(), Answer()
    other.skip(Task("grade"), "no grade")
    answer.add(other)
    assert answer.skipped == [Skip("grade", "no grade")]


def test_predictions_get_their_split():
    table = pd.DataFrame({"task": "survival_os", "sample_id": ["a", "b"], "prediction": [0.1, 0.2]})
    result = split_result(Answer(predictions=[table]), 3)
    assert list(result.predictions.columns) == ["task", "split", "sample_id", "prediction"]
    assert result.predictions["split"].tolist() == [3, 3]


def test_no_predictions_are_an_empty_table_with_the_same_columns():
    predictions = split_result(Answer(), 0).predictions
    assert list(predictions.columns) == ["task", "split", "sample_id", "prediction"]
    assert predictions.empty


def test_tables_of_a_name_are_joined_and_get_their_split():
    answer, other = Answer(), Answer()
    answer.tabulate("confusion", pd.DataFrame({"count": [1]}))
    other.tabulate("confusion", pd.DataFrame({"count": [2]}))
    answer.add(other)
    table = split_result(answer, 4).tables["confusion"]
    assert table.to_dict("list") == {"count": [1, 2], "split": [4, 4]}


def test_measurements_of_one_thing_are_averaged():
    one, two = (
        Measurement(Task("t"), "m", 1.0, value, np.float32(draws))
        for value, draws in ((0.2, [0.1, 0.3]), (0.6, [0.5, 0.9]))
    )
    mean = average([one, two])
    assert (mean.task, mean.value) == ("t", 0.4)
    np.testing.assert_allclose(mean.replicates, [0.3, 0.6])
    weighed = average([one, two], np.array([[1.0, 0.0], [0.25, 0.75]]))
    np.testing.assert_allclose(weighed.replicates, [0.1, 0.75])
    assert weighed.replicates.dtype == np.float32
