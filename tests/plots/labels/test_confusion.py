"""A confusion matrix shows shares of the true class, pooled over splits."""

import numpy as np
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.labels.confusion import confusion


@pytest.fixture
def tables(runs):
    """Two splits: the method is right in 3 of 4, raw expression in 1 of 2; grade is asked once."""
    rows = [
        {"method": method, "split": split, "task": task, "fraction": fraction}
        | {"truth": truth, "predicted": predicted, "n": n}
        for split in (0, 1)
        for task, fractions in (("subtype", (1.0, 0.6, 0.2)), ("grade", (1.0,)))
        for fraction in fractions
        for method, right, wrong in (("raw", 1, 1), ("twinpurify", 3, 1), ("pca", 9, 9))
        for truth, predicted, n in (("A", "A", right), ("A", "B", wrong), ("B", "B", 2))
    ]
    return {"confusion": runs(rows)}


def test_each_row_holds_the_shares_of_a_true_class(tables):
    raw, ours = confusion(tables, "twinpurify").data[:2]
    assert list(raw.x) == list(raw.y) == ["A", "B"]
    np.testing.assert_allclose(raw.z, [[0.5, 0.5], [0, 1]])
    np.testing.assert_allclose(ours.z, [[0.75, 0.25], [0, 1]])
    np.testing.assert_array_equal(ours.customdata, [[6, 2], [0, 4]])


def test_a_row_for_the_highest_and_the_lowest_fraction_of_each_task(tables):
    figure = confusion(tables, "twinpurify")
    titles = [note.text for note in figure.layout.annotations]
    assert len(figure.data) == 6
    assert titles[0] == "Raw expression<br><sup>Subtype, tumour fraction 1</sup>"
    assert titles[3] == "TwinPurify<br><sup>Subtype, tumour fraction 0.2</sup>"
    assert titles[5] == "TwinPurify<br><sup>Grade, tumour fraction 1</sup>"


def test_grades_are_names_and_no_numbers(tables):
    table = tables["confusion"].replace({"A": 1, "B": 2})
    figure = confusion({"confusion": table}, "twinpurify")
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "category"
    assert list(figure.data[0].x) == ["1", "2"]


def test_the_reference_alone_is_drawn_once(tables):
    assert len(confusion(tables, "raw").data) == 3


def test_other_cohorts_stay_out(tables):
    other = tables["confusion"].assign(cohort="elsewhere")
    with pytest.raises(TableError, match="'confusion' has no row of the cohort that was trained"):
        confusion({"confusion": other}, "twinpurify")


def test_without_the_table_or_the_methods_there_is_a_reason(tables):
    with pytest.raises(TableError, match="wrote no table 'confusion': its question was not asked"):
        confusion({}, "twinpurify")
    pca = tables["confusion"][tables["confusion"]["method"] == "pca"]
    with pytest.raises(TableError, match="no row of raw expression or of 'twinpurify'"):
        confusion({"confusion": pca}, "twinpurify")
    with pytest.raises(TableError, match="'confusion' lacks the columns 'n'"):
        confusion({"confusion": pca.drop(columns="n")}, "twinpurify")
