"""What declarations say must hold of each, and of all of them together."""

import pytest

from twinpurify.evaluation.declaration.metrics import BALANCED_ACCURACY, R2_LINEAR, without_winner
from twinpurify.evaluation.declaration.question import HIGHER, LOWER, NEUTRAL, Kind, Metric, Score
from twinpurify.evaluation.declaration.registry import metrics, questions, scores

YEARS = Metric("auc_<years>y", "AUC at <years> years", HIGHER, "0 to 1", "")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("auc_8.5y", "AUC at 8.5 years"),
        ("auc_1y", "AUC at 1 year"),
        ("auc_y", None),
        ("my_auc_1y", None),
        ("auc_5years", None),
    ],
)
def test_a_metric_is_told_by_its_name_with_the_number_that_a_setting_chose(name, title):
    assert YEARS.called(name) == title


def test_a_metric_without_a_number_is_told_by_its_whole_name():
    assert BALANCED_ACCURACY.called("balanced_accuracy") == "balanced accuracy"
    assert BALANCED_ACCURACY.called("balanced_accuracy2") is None


def test_directions_are_those_of_each_metric():
    score = Score("a", "A", Kind.KEPT, (R2_LINEAR, YEARS), "", shown=("auc_<years>y",))
    assert (score.direction_of("r2_linear"), score.direction_of("auc_3y")) == (LOWER, HIGHER)
    assert score.direction_of("no_metric") is NEUTRAL
    assert score.direction is HIGHER
    assert [score.is_headline(name) for name in ("auc_3y", "r2_linear")] == [True, False]


def test_without_a_winner_nothing_else_changes():
    (metric,) = without_winner((R2_LINEAR,))
    assert (metric.name, metric.direction) == ("r2_linear", NEUTRAL)


@pytest.mark.parametrize("key", questions())
def test_every_question_is_declared_in_full(key):
    question = questions()[key]
    assert question.ask.__module__.rpartition(".")[2] == key
    asked_elsewhere = [score for score in question.scores if "transfer" in score.where]
    assert bool(asked_elsewhere) == (question.transfer is not None)
    for score in question.scores:
        assert score.title and score.meaning and score.metrics
        # A name that is shown has to be one that is measured.
        assert set(score.shown) <= {metric.name for metric in score.metrics}
        assert set(score.fractions) <= {"highest", "lowest"}
        assert score.kind is not Kind.FURTHER


def test_a_metric_has_one_title_and_meaning_in_all_questions():
    for score in scores():
        for metric in score.metrics:
            known = metrics()[metric.name]
            assert (metric.title, metric.bounds, metric.meaning) == (
                known.title,
                known.bounds,
                known.meaning,
            )


def test_tasks_of_one_name_have_one_title_and_kind():
    for score in scores():
        same = {(one.title, one.kind) for one in scores() if one.name == score.name}
        assert len(same) == 1
