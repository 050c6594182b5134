"""What is kept against what is left."""

import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.purity.trade_off import trade_off

METHODS = ("raw", "pca", "twinpurify")


def rows(task, metric="r2_rbf", level=0.5, fraction=1.0):
    return [
        {
            "cohort": "a",
            "trained_on": "a",
            "method": method,
            "task": task,
            "metric": metric,
            "fraction": fraction,
            "mean": level + place / 10,
            "low": level + place / 10 - 0.02,
            "high": level + place / 10 + 0.03,
            "difference": 0.0,
            "difference_low": 0.0,
            "difference_high": 0.0,
        }
        for place, method in enumerate(METHODS)
    ]


SUBTYPE = rows("subtype", "balanced_accuracy", 0.7) + rows(
    "subtype", "balanced_accuracy", 0.2, fraction=0.4
)


def summary(*parts):
    return pd.DataFrame([row for part in parts for row in part])


def test_a_point_a_method_in_each_panel():
    figure = trade_off(
        summary(rows("purity_left@absolute", level=0.1), rows("immune_left@leukocyte"), SUBTYPE)
    )
    assert [trace.name for trace in figure.data] == 2 * ["TwinPurify", "Raw expression", "PCA"]
    first = figure.data[0]
    assert (first.x[0], first.y[0]) == pytest.approx((0.3, 0.7))
    assert first.error_x.array[0] == pytest.approx(0.03)
    assert first.error_y.arrayminus[0] == pytest.approx(0.02)
    subtype = [trace for trace in figure.data if trace.yaxis == "y2"]
    assert subtype[0].y[0] == pytest.approx(0.9)
    assert sum(trace.showlegend for trace in figure.data) == len(METHODS)


def test_the_purity_and_the_signal_independent_of_expression_are_preferred():
    figure = trade_off(
        summary(
            rows("purity_left@cpe", level=0.4),
            rows("purity_left@absolute", level=0.1),
            rows("immune_left@estimate_immune", level=0.3),
            rows("immune_left@leukocyte", level=0.5),
        )
    )
    assert (figure.data[0].x[0], figure.data[0].y[0]) == pytest.approx((0.3, 0.7))
    titles = [annotation.text for annotation in figure.layout.annotations]
    assert titles == ["Immune and stromal signal kept (leukocyte fraction)"]


def test_any_other_purity_and_signal_will_do():
    figure = trade_off(
        summary(
            rows("purity_left@fraction", fraction=float("nan")),
            rows("purity_left@cpe_within_subtype"),
            rows("purity_left@mine"),
            rows("immune_left@mcp_t_cells"),
        )
    )
    assert "mine" in figure.layout.xaxis.title.text
    assert len(figure.data) == len(METHODS)


@pytest.mark.parametrize("parts", [[SUBTYPE], [rows("purity_left@absolute")]])
def test_one_side_alone_is_no_trade_off(parts):
    with pytest.raises(TableError, match="needs a score of purity_left, and one of immune_left"):
        trade_off(summary(*parts))
