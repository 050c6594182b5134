"""Curves over ever fewer labels or normals end at the task with all of them."""

import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.curves.size_curves import size_curves
from twinpurify.plots.questions import asked


@pytest.fixture
def sized(summary):
    """Subtype with two shares of the labels, of all methods; retrieval with 10 normals of two."""
    subtype = summary[summary["task"] == "subtype"]
    fewer = [
        subtype.assign(task=f"subtype@labels={share}", mean=subtype["mean"] - 0.1)
        for share in ("0.5", "0.1")
    ]
    retrieval = summary[(summary["task"] == "retrieval") & (summary["method"] != "raw")]
    return pd.concat([summary, *fewer, retrieval.assign(task="retrieval@normals=10")])


def test_sizes_grow_to_the_right_and_all_is_last(sized):
    figure = size_curves(sized, "labels", "share")
    assert list(figure.layout.xaxis.ticktext) == ["0.1", "0.5", "all"]
    ours = next(trace for trace in figure.data if trace.name == "TwinPurify")
    assert list(ours.y) == pytest.approx([0.77, 0.77, 0.87])
    assert list(ours.x) == sorted(ours.x)
    assert ours.text[2].startswith("<b>TwinPurify</b> with all labels<br>0.87 (95% interval")


def test_panels_follow_the_overview(sized):
    titles = [note.text for note in size_curves(sized, "labels", "share").layout.annotations]
    assert titles == [
        "Subtype<br><sup>balanced accuracy, tumour fraction 1</sup>",
        "Subtype<br><sup>balanced accuracy, tumour fraction 0.2</sup>",
    ]
    (title,) = size_curves(sized, "normals", "normals").layout.annotations
    assert (
        title.text
        == "Finding its own tumour<br><sup>top-1 retrieval, cosine, tumour fraction 0.2</sup>"
    )


def test_methods_that_were_not_asked_with_fewer_stay_out(sized):
    names = {trace.name for trace in size_curves(sized, "normals", "normals").data}
    assert names == {"TwinPurify", "Linear twin"}


def test_a_task_without_fractions_has_one_panel(sized):
    sized = sized.assign(fraction=float("nan"))
    once = sized.drop_duplicates(["task", "metric", "method"])
    assert len(size_curves(once, "labels", "share").layout.annotations) == 1


def test_the_overview_leaves_fewer_labels_to_the_curves(sized):
    assert all("=" not in question.task for question in asked(sized))


def test_without_such_a_task_there_is_a_reason(summary):
    with pytest.raises(TableError, match="no question was asked with fewer normals"):
        size_curves(summary, "normals", "normals")


def test_all_says_so_where_it_is_a_mean_over_more_splits(sized):
    fewer = sized["task"].str.contains("=")
    figure = size_curves(sized.assign(n_splits=fewer.map({True: 1, False: 5})), "labels", "share")
    assert list(figure.layout.xaxis.ticktext) == ["0.1", "0.5", "all,<br>5 splits"]
