"""Few normals: the scores are those of the method as fitted on just these normals."""

import numpy as np
import pytest

from tests.evaluation.stand_ins import Projection, divide, embed, values
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.controls.few_normals import evaluate
from twinpurify.evaluation.questions.dilution import retrieval
from twinpurify.evaluation.questions.labels import subtype
from twinpurify.evaluation.splits.data import split_data
from twinpurify.evaluation.splits.refits import Variant, some_normals
from twinpurify.representation.linear.linear_twin import LinearTwin


@pytest.fixture
def data(cohort):
    return split_data(cohort, divide(cohort))


@pytest.fixture
def method(data):
    return LinearTwin(n_dimensions=6).fit(data.train_tumours, background=data.train_normals)


def test_scores_are_those_of_the_method_fitted_on_few_normals(cohort, data, method):
    few = LinearTwin(n_dimensions=6).fit(data.train_tumours, background=some_normals(data, 4))
    again = embed(cohort, few, data=data)
    expected = {**values(subtype.evaluate(again).measurements)}
    expected |= values(retrieval.evaluate(again).measurements)
    found = values(evaluate(embed(cohort, method, data=data, normal_counts=[4])).measurements)
    assert found == {
        ("subtype@normals=4", "balanced_accuracy", 1.0): expected[
            "subtype", "balanced_accuracy", 1.0
        ],
        ("subtype@normals=4", "balanced_accuracy", 0.2): expected[
            "subtype", "balanced_accuracy", 0.2
        ],
        ("retrieval@normals=4", "top1_cosine", 0.2): expected["retrieval", "top1_cosine", 0.2],
    }


def test_replicates_are_those_of_the_question(cohort, data, method):
    embedded = embed(cohort, method, data=data, normal_counts=[4])
    found = evaluate(embedded).measurements[0]
    whole = subtype.evaluate(embedded.again(Variant(n_normals=4))).measurements
    same = next(m for m in whole if (m.metric, m.fraction) == (found.metric, 1.0))
    np.testing.assert_array_equal(found.replicates, same.replicates)


def test_a_method_already_fitted_again_is_taken(cohort, data, method):
    ready = Projection()
    embedded = embed(cohort, method, data=data, normal_counts=[4])
    embedded._refits = {"normals_4": ready}
    assert evaluate(embedded).measurements
    assert embedded.again(Variant(n_normals=4)).method is ready


def test_what_cannot_be_asked_is_skipped_and_the_rest_is_asked(cohort, method):
    bare = cohort[cohort.obs["tissue"].notna()].copy()
    bare.obs = bare.obs.drop(columns="subtype")
    data = split_data(bare, divide(bare))
    answer = evaluate(embed(bare, method, data=data, normal_counts=[3, 4]))
    assert {m.task for m in answer.measurements} == {"retrieval@normals=3", "retrieval@normals=4"}
    assert [skip.task for skip in answer.skipped] == ["subtype@normals=3", "subtype@normals=4"]
    undiluted = embed(cohort, method, fractions=[1.0], normal_counts=[3])
    answer = evaluate(undiluted)
    assert [(m.task, m.fraction) for m in answer.measurements] == [("subtype@normals=3", 1.0)]
    assert "no diluted tumours" in answer.skipped[0].reason


def test_later_splits_are_left_out(cohort, method):
    data = split_data(cohort, divide(cohort, 1))
    answer = evaluate(embed(cohort, method, data=data))
    assert not answer.measurements
    assert not answer.skipped


def test_a_method_without_normals_is_not_asked(cohort):
    with pytest.raises(UnanswerableError, match="uses no normals"):
        evaluate(embed(cohort, Projection()))
