"""A question is one file: whoever puts it into the package has it found."""

import pytest

from twinpurify.errors import ConfigurationError
from twinpurify.evaluation.declaration.registry import (
    questions,
    scores_of,
    transfer_questions,
)

DECLARATION = """
from twinpurify.evaluation.declaration.question import Question
QUESTION = Question("{key}", print)
"""


def test_a_file_is_found_behind_those_with_a_place(add_question):
    assert "horoscope" not in questions()
    add_question("horoscope", DECLARATION.format(key="horoscope"))
    assert list(questions())[-1] == "horoscope"


def test_a_file_without_a_declaration_is_no_question(add_question):
    before = list(questions())
    add_question("helper", "QUESTIONABLE = 1")
    assert list(questions()) == before


def test_two_files_with_one_key_are_refused(add_question):
    add_question("twice", DECLARATION.format(key="subtype"))
    with pytest.raises(ConfigurationError, match=r"'subtype' is declared by .*subtype and"):
        questions()


def test_the_order_is_that_of_the_tables():
    assert list(questions())[:3] == ["subtype", "subtype_without_label_genes", "label_efficiency"]
    assert list(transfer_questions())[:4] == ["subtype", "grade", "survival", "purity_left"]


def test_what_is_measured_is_found_by_its_name():
    assert [score.source for score in scores_of("purified_profile")] == [
        "truth",
        "diluted",
        "foreign",
    ]
    assert scores_of("no_question") == ()
