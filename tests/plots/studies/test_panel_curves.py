"""Curves of gene panels: what is drawn is what was measured."""

import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.studies.panel_curves import panel_curves


def summary(methods=("raw", "masked_transformer"), sizes=(64, 128)):
    rows = [
        {"cohort": "toy", "method": method, "task": f"{task}@panel={size}", "panel_size": size}
        | {"metric": metric, "n_splits": 2, "mean": place / 10 + size / 1000}
        for task in ("cancer", "control_permuted")
        for metric in ("balanced_accuracy", "macro_f1")
        for place, method in enumerate(methods)
        for size in sizes
    ]
    table = pd.DataFrame(rows)
    return table.assign(low=table["mean"] - 0.05, high=table["mean"] + 0.05, sd_splits=0.01)


def lines(figure):
    return [trace for trace in figure.data if trace.mode == "lines+markers"]


def test_every_contestant_has_a_line_with_its_means():
    drawn = {(line.name, line.xaxis): line for line in lines(panel_curves(summary()))}
    assert len(drawn) == 8
    line = drawn["Masked transformer", "x"]
    assert list(line.x) == [64, 128]
    assert list(line.y) == pytest.approx([0.164, 0.228])


def test_permuted_labels_are_dotted_and_named():
    permuted = [line for line in lines(panel_curves(summary())) if "permuted" in line.name]
    assert {line.line.dash for line in permuted} == {"dot"}
    assert len(permuted) == 4


def test_bands_are_the_intervals():
    bands = [trace for trace in panel_curves(summary(("raw",))).data if trace.fill]
    assert {band.mode for band in bands} == {"lines"}
    assert list(bands[0].y) == pytest.approx([0.114, 0.178, 0.078, 0.014])


def test_each_contestant_is_named_once_in_the_legend():
    named = [trace.name for trace in panel_curves(summary()).data if trace.showlegend]
    assert len(named) == len(set(named)) == 4


def test_nothing_was_measured():
    with pytest.raises(TableError, match="the study of gene panels has measured nothing"):
        panel_curves(summary().assign(mean=float("nan")))
