"""The sheet marks the winner of each question in text, and lower purity left as better."""

import numpy as np
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.questions import asked
from twinpurify.plots.score_heatmap import score_heatmap


@pytest.fixture
def sheet(summary):
    """Text of each cell by question and method."""
    cells = score_heatmap(summary).data[0]
    return {
        (question.task, question.fraction, method): cells.text[row][column]
        for row, question in enumerate(asked(summary))
        for column, method in enumerate(["twinpurify", "raw", "linear_twin"])
    }


def test_questions_in_rows_methods_in_columns(summary):
    cells = score_heatmap(summary).data[0]
    assert list(cells.x) == ["TwinPurify", "Raw<br>expression", "Linear<br>twin"]
    assert len(cells.y) == len(asked(summary))
    assert cells.y[0] == "Subtype, as measured<br><sup>balanced accuracy; higher is better</sup>"


def test_raw_gets_the_star_where_it_wins(sheet):
    assert sheet["subtype", 1.0, "raw"] == "★ 0.91"
    assert sheet["subtype", 1.0, "twinpurify"] == "0.87"


def test_differences_beyond_the_interval_are_marked(sheet):
    assert sheet["subtype", 0.2, "twinpurify"] == "★ 0.81 ▲"
    assert sheet["retrieval", 0.2, "linear_twin"] == "★ 0.94 ▲"


def test_lower_purity_left_is_better(summary, sheet):
    assert sheet["purity_left@absolute", 1.0, "twinpurify"] == "★ 0.42 ▲"
    cells = score_heatmap(summary).data[0]
    row = [question.task for question in asked(summary)].index("purity_left@absolute")
    assert cells.z[row][0] > 0


def test_worse_is_marked(summary):
    rows = summary["task"].eq("purity_left@absolute") & summary["method"].eq("linear_twin")
    summary.loc[rows, ["mean", "difference", "difference_low", "difference_high"]] = (
        0.9,
        0.16,
        0.1,
        0.2,
    )
    assert any("0.90 ▼" in row for row in score_heatmap(summary).data[0].text)


def test_controls_have_no_winner_and_no_colour(summary, sheet):
    assert sheet["control_permuted", 1.0, "linear_twin"] == "0.26"
    cells = score_heatmap(summary).data[0]
    row = [question.task for question in asked(summary)].index("control_permuted")
    assert list(cells.z[row]) == [0.0, 0.0, 0.0]


def test_cells_without_a_score_are_empty(summary):
    cells = score_heatmap(summary).data[0]
    row = [question.task for question in asked(summary)].index("purity_estimate@absolute")
    assert list(cells.text[row]) == ["0.60", "", ""]
    assert np.isnan(cells.z[row][1])


def test_pointer_shows_interval_and_difference(summary):
    cells = score_heatmap(summary).data[0]
    assert cells.customdata[1][0].endswith(
        "0.81 (95% interval 0.76 to 0.86)<br>difference to raw +0.55 (+0.50 to +0.60)"
    )
    assert cells.customdata[1][1].endswith("the reference of the comparison")
    row = [question.task for question in asked(summary)].index("purity_estimate@absolute")
    assert cells.customdata[row][0].endswith("no raw score to compare with")


def test_many_methods_keep_their_cells_wide(summary):
    one = summary[summary["task"] == "survival_os"].iloc[:1]
    many = one.loc[one.index.repeat(12)].assign(method=[f"method_{i}" for i in range(12)])
    assert score_heatmap(summary).layout.width is None
    assert score_heatmap(many).layout.width > 12 * 60


def test_no_score_is_an_error(summary):
    with pytest.raises(TableError, match="holds no score"):
        score_heatmap(summary.assign(mean=float("nan")))
