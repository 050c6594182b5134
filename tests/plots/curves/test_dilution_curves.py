"""A curve for each method, each with its interval."""

import numpy as np
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.curves.dilution_curves import dilution_curves, dilution_panels


def _curves(figure):
    """Traces with markers, which are the methods."""
    return [trace for trace in figure.data if trace.mode == "lines+markers"]


def test_one_curve_a_method_twinpurify_on_top_and_first_in_the_legend(summary):
    curves = _curves(dilution_curves(summary, "subtype", "balanced_accuracy"))
    assert [curve.name for curve in curves] == ["Linear twin", "Raw expression", "TwinPurify"]
    assert min(curves, key=lambda curve: curve.legendrank).name == "TwinPurify"


def test_intervals_are_drawn_for_every_method(summary):
    figure = dilution_curves(summary, "subtype", "balanced_accuracy")
    for curve in _curves(figure):
        np.testing.assert_allclose(curve.error_y.array, 0.05)
        np.testing.assert_allclose(curve.error_y.arrayminus, 0.05)
    band = next(trace for trace in figure.data if trace.fill == "toself")
    np.testing.assert_allclose(sorted(band.y), sorted([0.92, 0.92, 0.86, 0.82, 0.82, 0.76]))


def test_axis_holds_every_interval_and_zero(summary):
    figure = dilution_curves(summary, "retrieval", "top1_cosine")
    low, high = figure.layout.yaxis.range
    assert low < min(0.0, summary["low"].min())
    assert high > 1.05


def test_the_order_of_rows_is_irrelevant(summary):
    shuffled = summary.sample(frac=1, random_state=1)
    assert dilution_curves(shuffled, "subtype", "balanced_accuracy") == dilution_curves(
        summary, "subtype", "balanced_accuracy"
    )


def test_panels_share_one_legend(summary):
    figure = dilution_panels(summary)
    curves = _curves(figure)
    assert len(curves) == 6
    assert sum(curve.showlegend for curve in curves) == 3
    assert {curve.xaxis for curve in curves} == {"x", "x2"}


def test_panels_leave_out_what_was_not_asked(summary):
    figure = dilution_panels(summary[summary["task"] == "retrieval"])
    assert {curve.xaxis for curve in _curves(figure)} == {"x"}


def test_no_panel_left_is_an_error(summary):
    with pytest.raises(TableError, match="no score of task 'subtype'"):
        dilution_panels(summary[summary["task"] == "survival_os"])
