"""The first table marks the winner of each question in text, and lower purity left as better."""

import numpy as np
import pytest

from twinpurify.report.heat_table import Cell, heat_table

KEPT, GONE = "Is the tumour kept?", "Is the normal tissue gone?"


@pytest.fixture
def cells(summary):
    """Cells by subject and method."""
    table = heat_table(summary)
    return {
        (row.subject, method): cell
        for rows in table.groups.values()
        for row in rows
        for method, cell in zip(table.methods, row.cells, strict=True)
    }


def test_questions_stand_in_rows_by_kind_methods_in_columns(summary):
    table = heat_table(summary)
    assert table.methods == ["TwinPurify", "Raw expression", "PCA"]
    assert list(table.groups) == [KEPT, GONE]
    first = table.groups[KEPT][0]
    assert (first.subject, first.details) == (
        "Subtype, as measured",
        "balanced accuracy; higher is better",
    )


def test_the_winner_has_the_star_whoever_it_is(cells):
    assert cells["Subtype, as measured", "Raw expression"].star == "★"
    assert cells["Subtype, as measured", "TwinPurify"].star == ""
    assert cells["Subtype at tumour fraction 0.2", "TwinPurify"].star == "★"


def test_each_score_stands_above_its_interval(cells):
    cell = cells["Subtype at tumour fraction 0.2", "TwinPurify"]
    assert (cell.mean, cell.span) == ("0.81", "0.77 to 0.85")
    assert cell.hint == "difference to raw +0.55 (+0.51 to +0.59)"


def test_differences_beyond_the_interval_have_a_sign_and_a_deep_shade(cells):
    better = cells["Subtype at tumour fraction 0.2", "TwinPurify"]
    worse = cells["Subtype, as measured", "TwinPurify"]
    assert (better.sign, better.shade) == ("▲", "better-3")
    assert (worse.sign, worse.shade) == ("▼", "worse-3")


def test_a_difference_beside_a_large_one_has_no_shade(cells):
    small = cells["Subtype at tumour fraction 0.2", "PCA"]
    assert (small.sign, small.shade) == ("", "")


def test_the_shade_is_deep_by_the_largest_difference_and_pale_where_it_may_be_chance(table_of):
    question = ("subtype", "balanced_accuracy", 1.0)
    rows = heat_table(table_of({question: {"raw": 0.5, "pca": 0.6, "twinpurify": 0.9}}))
    ours, raw, pca = rows.groups[KEPT][0].cells
    assert [ours.shade, raw.shade, pca.shade] == ["better-3", "", "better-2"]
    chance = heat_table(table_of({question: {"raw": 0.5, "pca": 0.52, "twinpurify": 0.53}}))
    assert chance.groups[KEPT][0].cells[0].shade == "better-1"


def test_more_purity_left_is_worse(cells):
    leaking = cells["Purity left in the embedding (ABSOLUTE)", "PCA"]
    assert (leaking.sign, leaking.shade) == ("▼", "worse-3")


def test_a_question_without_a_winner_has_no_colour(table_of):
    control = ("control_permuted", "balanced_accuracy", 1.0)
    rows = heat_table(table_of({control: {"raw": 0.25, "twinpurify": 0.5}})).groups["Controls"]
    assert [(cell.star, cell.sign, cell.shade) for cell in rows[0].cells] == [("", "", "")] * 2


def test_no_score_no_cell_and_no_comparison_no_difference(summary):
    alone = summary[(summary["task"] != "subtype") | (summary["method"] != "pca")].copy()
    alone.loc[alone["task"] == "subtype", ["difference", "difference_low", "low", "high"]] = np.nan
    first = heat_table(alone).groups[KEPT][0]
    assert first.cells[2] == Cell()
    assert (first.cells[0].span, first.cells[0].hint) == ("", "no raw score to compare with")
    assert first.cells[1].hint == "the reference of the comparison"
