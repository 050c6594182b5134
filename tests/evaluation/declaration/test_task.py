"""A task writes itself as tables have it, and is read from there as what it was."""

from dataclasses import replace

import pandas as pd
import pytest

from twinpurify.cohort.declaration.definition import ENDPOINTS
from twinpurify.evaluation.declaration.question import NEUTRAL, Kind
from twinpurify.evaluation.declaration.registry import scores
from twinpurify.evaluation.declaration.task import FOREIGN, WITHIN_SUBTYPE, Task, read_task
from twinpurify.evaluation.declaration.task_columns import task_columns

WRITTEN = {
    "subtype": Task("subtype"),
    "purity_left@absolute": Task("purity_left", source="absolute"),
    "purity_left@estimate_immune_within_subtype": Task(
        "purity_left", source="estimate_immune", stratum=WITHIN_SUBTYPE
    ),
    "retrieval@foreign": Task("retrieval", source=FOREIGN),
    "retrieval@foreign_tcga_dlbc": Task("retrieval", source=FOREIGN, tissue="tcga_dlbc"),
    # A contrast may be called as it likes: no contrast is asked of foreign tissue.
    "pathway_contrast@foreign_born": Task("pathway_contrast", source="foreign_born"),
    "survival_os": Task("survival", endpoint="os"),
    "survival_pfi_increment": Task("survival_increment", endpoint="pfi"),
    "survival_os_tertiles": Task("survival_tertiles", endpoint="os"),
    "survival_os@BRCA_LumA": Task("survival", endpoint="os", stratum="BRCA_LumA"),
    "survival_score": Task("survival_score"),
    "subtype@labels=0.05": Task("subtype", given="labels", amount=0.05),
    "retrieval@normals=20": Task("retrieval", given="normals", amount=20),
    "control_permuted@panel=12000": Task("control_permuted", given="panel", amount=12000),
    "grade@hidden_layers=0": Task("grade", given="hidden_layers", amount=0),
    "my_own_task@of_mine": Task("my_own_task", source="of_mine"),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_task_is_written_and_read_again(text):
    assert str(WRITTEN[text]) == text
    assert read_task(text) == WRITTEN[text]


def every_task() -> list[Task]:
    """Tasks of every line that is declared: with each endpoint, open sources, foreign tissue."""
    tasks = []
    for score in scores():
        task = Task(score.name, source=score.source, stratum=score.stratum, given=score.given)
        task = replace(task, amount=3.0) if score.given else task
        if score.behind and not score.given:
            task = replace(task, source="some_source")
        endpoints = ENDPOINTS if score.of_endpoint else ("",)
        tasks += [replace(task, endpoint=name) for name in endpoints]
        if score.source == FOREIGN:
            tasks.append(replace(task, tissue="some_cohort"))
    return tasks


def test_reading_is_the_inverse_of_writing_for_every_question():
    tasks = every_task()
    assert len(tasks) > len(scores())
    assert [read_task(str(task)) for task in tasks] == tasks
    assert len({str(task) for task in tasks}) == len(tasks)


def test_every_task_belongs_to_the_line_that_declares_it():
    assert {task.score for task in every_task()} == set(scores())


@pytest.mark.parametrize("text", ["", "a@", "@b", "subtype@labels=", "subtype@labels=0.10", "a@b@"])
def test_a_text_that_no_task_writes_stays_as_it_is(text):
    assert str(read_task(text)) == text


def test_what_nobody_declares_is_a_further_question_without_a_winner():
    score = read_task("my_own_task@of_mine").score
    assert (score.title, score.kind, score.metrics) == ("My own task", Kind.FURTHER, ())
    assert score.direction is score.direction_of("my_score") is NEUTRAL


def test_the_tasks_of_a_table_in_columns():
    tasks = pd.Series(["subtype@labels=0.1", "survival_os", "survival_os"], index=[3, 5, 5])
    parts = task_columns(tasks)
    assert parts.index.tolist() == [3, 5, 5]
    assert parts["question"].tolist() == ["subtype", "survival", "survival"]
    assert parts["name"].tolist() == ["subtype", "survival_os", "survival_os"]
    assert parts["amount"].tolist()[0] == 0.1
    assert task_columns(tasks[:0]).empty
