"""The forest shows what the summary says, a column an endpoint."""

import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.survival.survival_forest import survival_forest


@pytest.fixture
def survival(summary):
    overall = summary[summary["task"] == "survival_os"]
    other = overall.assign(task="survival_pfi", mean=overall["mean"] + 0.1)
    gain = overall.assign(task="survival_os_increment", metric="delta_c_index", mean=0.02)
    uno = overall.assign(metric="c_uno", mean=0.9)
    return pd.concat([overall, uno, other, gain])


def test_every_method_and_endpoint_has_its_sign(survival):
    figure = survival_forest(survival)
    titles = [note.text for note in figure.layout.annotations]
    assert titles == ["Survival (overall)", "Survival (progression-free)"]
    drawn = [(trace.name, round(trace.x[0], 2)) for trace in figure.data if trace.yaxis == "y"]
    assert sorted(drawn) == [("Linear twin", 0.61), ("Raw expression", 0.6), ("TwinPurify", 0.62)]
    assert len(figure.data) == 9
    trace = figure.data[0]
    assert trace.error_x.arrayminus[0] == pytest.approx(0.05)
    assert "95% interval" in trace.text


def test_rows_are_told_apart_by_their_axes(survival):
    figure = survival_forest(survival)
    assert figure.layout.xaxis.title.text == "concordance index"
    assert figure.layout.xaxis3.title.text == "gain beyond age and stage"
    lines = sorted({shape.x0 for shape in figure.layout.shapes})
    assert lines == [0.0, 0.5]


def test_without_the_increment_there_is_one_row(survival):
    figure = survival_forest(survival[survival["metric"] == "c_index"])
    assert {trace.xaxis for trace in figure.data} == {"x", "x2"}


def test_without_survival_there_is_no_forest(summary):
    with pytest.raises(TableError, match="no endpoint has enough events"):
        survival_forest(summary[summary["task"] == "subtype"])
