"""Settings of the evaluation: what is allowed, and what a mistake is told."""

import pytest
from pydantic import ValidationError

from twinpurify.evaluation.declaration.registry import questions
from twinpurify.evaluation.settings import EvaluationSettings


def test_by_default_every_question_is_asked():
    assert EvaluationSettings().tasks == list(questions())
    assert EvaluationSettings(tasks="all").tasks == list(questions())


def test_fractions_come_out_unique_and_descending():
    assert EvaluationSettings(fractions=[0.4, 1.0, 0.4, 0.8]).fractions == [1.0, 0.8, 0.4]


def test_numbers_of_normals_come_out_unique_and_ascending():
    assert EvaluationSettings(normal_counts=[20, 3, 20]).normal_counts == [3, 20]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fraction": [1.0]}, "Extra inputs are not permitted"),
        ({"fractions": [0.5]}, "1.0 must be among the fractions"),
        ({"fractions": [1.0, 0.0]}, r"above 0 and up to 1, not at \[0.0\]"),
        ({"fractions": [1.0, 1.2]}, r"above 0 and up to 1, not at \[1.2\]"),
        ({"tasks": ["subtyp"]}, "no question 'subtyp'; there are subtype, subtype_without_label_g"),
        ({"tasks": "subtype"}, "Input should be a valid list"),
        ({"tasks": ["grade", "grade"]}, "named more than once in tasks: grade"),
        ({"test_fraction": 1.0}, "less than 1"),
        ({"n_bootstrap": 0}, "greater than or equal to 1"),
        (
            {"normal_counts": [5, 1]},
            "normal_counts.1\n  Input should be greater than or equal to 2",
        ),
        ({"refit_splits": -1}, "greater than or equal to 0"),
        ({"n_inner_folds": 1}, "greater than or equal to 2"),
    ],
)
def test_mistakes_are_named(changes, message):
    with pytest.raises(ValidationError, match=message):
        EvaluationSettings(**changes)
