"""The table of questions knows which way each score is good, and who leads."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.evaluation.declaration.question import HIGHER, LOWER, NEUTRAL, Kind
from twinpurify.evaluation.declaration.task import read_task
from twinpurify.plots.questions import against_raw, asked, by_kind, leaders


def _question(summary, task, fraction=1.0):
    """Find a question of the overview."""
    return next(
        question
        for question in asked(summary)
        if question.task == task and question.fraction == fraction
    )


def test_order_fractions_and_main_questions(summary):
    shown = [(q.task, q.fraction, q.main) for q in asked(summary)]
    assert [row[:2] for row in shown[:-2]] == [
        ("subtype", 1.0),
        ("subtype", 0.2),
        ("retrieval", 0.2),
        ("survival_os", 1.0),
        ("purity_left@absolute", 1.0),
        ("purity_left@absolute_within_subtype", 1.0),
    ]
    assert {task for task, _, main in shown if not main} == {
        "purity_left@absolute_within_subtype",
        "control_permuted",
    }


def test_overview_leaves_out_secondary_metrics_of_known_tasks(summary):
    f1 = summary[summary["task"] == "subtype"].assign(metric="macro_f1")
    assert all(q.metric != "macro_f1" for q in asked(pd.concat([summary, f1])))


def test_main_question_counts_every_metric_but_the_first_as_secondary(summary):
    rbf = summary[summary["task"] == "purity_left@absolute"].assign(metric="r2_rbf")
    found = {
        q.metric: q.main
        for q in asked(pd.concat([summary, rbf]))
        if q.task == "purity_left@absolute"
    }
    assert found == {"r2_linear": True, "r2_rbf": False}


def test_one_fraction_is_shown_once(summary):
    measured = summary[summary["fraction"] == 1.0]
    assert [q.task for q in asked(measured)].count("subtype") == 1


def test_unknown_task_is_shown_without_a_winner(summary):
    own = summary[summary["task"] == "survival_os"].assign(task="my_task", metric="my_score")
    last = asked(pd.concat([own, summary]))[-1]
    assert (last.task, last.direction, last.main) == ("my_task", NEUTRAL, False)


@pytest.mark.parametrize(
    ("task", "direction"),
    [
        ("subtype@labels=0.1", HIGHER),
        ("survival_rfs", HIGHER),
        ("retrieval@foreign", HIGHER),
        ("purity_left@cpe", LOWER),
        ("purity_left@fraction", LOWER),
        ("purity_estimate@absolute", HIGHER),
        ("control_normals", NEUTRAL),
        ("stability", NEUTRAL),
    ],
)
def test_directions(task, direction):
    assert read_task(task).score.direction is direction


def test_labels_name_fraction_and_metric(summary):
    assert _question(summary, "subtype").label == "Subtype, as measured (balanced accuracy)"
    assert _question(summary, "subtype", 0.2).subject == "Subtype at tumour fraction 0.2"
    assert _question(summary, "survival_os").subject == "Survival (overall)"


def test_rows_of_a_question_without_a_fraction(summary):
    question = next(q for q in asked(summary) if q.task == "purity_estimate@absolute")
    assert list(question.rows(summary).index) == ["twinpurify"]


def test_leader_follows_the_direction(summary):
    survival = _question(summary, "survival_os")
    purity = _question(summary, "purity_left@absolute")
    assert leaders(survival.rows(summary), HIGHER) == ["twinpurify"]
    assert leaders(purity.rows(summary), LOWER) == ["twinpurify"]
    assert leaders(purity.rows(summary), HIGHER) == ["raw"]


def test_raw_leads_where_it_is_best(summary):
    assert leaders(_question(summary, "subtype").rows(summary), HIGHER) == ["raw"]


def test_ties_have_several_leaders(summary):
    rows = _question(summary, "survival_os").rows(summary)
    rows.loc["raw", "mean"] = rows.loc["twinpurify", "mean"]
    assert leaders(rows, HIGHER) == ["raw", "twinpurify"]


def test_nobody_leads_alone_or_in_a_control(summary):
    rows = _question(summary, "survival_os").rows(summary)
    assert leaders(rows.loc[["raw"]], HIGHER) == []
    assert leaders(rows, NEUTRAL) == []


@pytest.mark.parametrize(
    ("low", "high", "direction", "verdict"),
    [
        (0.1, 0.2, HIGHER, "better"),
        (0.1, 0.2, LOWER, "worse"),
        (-0.2, -0.1, HIGHER, "worse"),
        (-0.2, -0.1, LOWER, "better"),
        (-0.1, 0.1, HIGHER, "not told apart"),
        (0.0, 0.1, HIGHER, "not told apart"),
        (0.1, 0.2, NEUTRAL, ""),
        (np.nan, np.nan, HIGHER, ""),
    ],
)
def test_against_raw(low, high, direction, verdict):
    row = pd.Series({"difference_low": low, "difference_high": high}, name="twinpurify")
    assert against_raw(row, direction) == verdict


def test_raw_is_not_compared_with_itself():
    row = pd.Series({"difference_low": 0.1, "difference_high": 0.2}, name="raw")
    assert against_raw(row, HIGHER) == ""


def test_endpoints_and_sources_have_the_kind_of_their_question(summary):
    kinds = {question.task: question.kind for question in asked(summary)}
    assert kinds["survival_os"] is Kind.CLINIC
    assert kinds["purity_left@absolute_within_subtype"] is Kind.GONE


def test_an_unknown_task_is_a_further_question_before_the_controls(summary):
    summary.loc[summary["task"] == "survival_os", "task"] = "horoscope"
    groups = by_kind(asked(summary))
    assert list(groups)[-2:] == [Kind.FURTHER, Kind.CONTROLS]
    assert [question.task for question in groups[Kind.FURTHER]] == ["horoscope"]


def test_kinds_without_a_question_are_left_out(summary):
    assert Kind.CLINIC not in by_kind(asked(summary[summary["task"] != "survival_os"]))


def test_neighbours_are_a_main_question_whatever_their_number(summary):
    own = summary[summary["task"] == "survival_os"].assign(task="true_neighbours")
    (question,) = asked(own.assign(metric="overlap5"))
    assert question.main
    assert question.label == "True neighbours kept, as measured (overlap of the 5 nearest)"
