"""A panel a term, a line a split."""

import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.quality.loss_curve import loss_curve


@pytest.fixture
def history():
    """Two splits of three epochs, the second handed in backwards."""
    one = pd.DataFrame(
        {
            "epoch": [1, 2, 3],
            "loss": [9.0, 5.0, 4.0],
            "invariance": [5.0, 3.0, 2.0],
            "redundancy": [40.0, 20.0, 20.0],
            "effective_rank": [3.0, 10.0, 12.0],
            "mean_sd": [1.0, 1.0, 1.0],
        }
    )
    return pd.concat([one.assign(split="split_0"), one.iloc[::-1].assign(split="final")])


def test_four_panels_with_a_line_a_split(history):
    figure = loss_curve(history)
    assert len(figure.data) == 8
    assert [note.text.split("<br>")[0] for note in figure.layout.annotations] == [
        "Total loss",
        "Invariance term",
        "Redundancy term",
        "Effective rank",
    ]
    assert [trace.name for trace in figure.data if trace.showlegend] == ["split 0", "final"]


def test_epochs_are_in_order(history):
    assert list(loss_curve(history).data[1].x) == [1, 2, 3]


def test_terms_that_were_not_logged_have_no_panel(history):
    assert len(loss_curve(history.drop(columns=["invariance", "redundancy"])).data) == 4


def test_no_term_is_an_error(history):
    with pytest.raises(TableError, match="holds none of 'loss', 'invariance'"):
        loss_curve(history[["split", "epoch", "mean_sd"]])


def test_a_method_without_training_has_no_losses(history):
    with pytest.raises(TableError, match="computed at once and not trained step by step"):
        loss_curve(history.iloc[:0])


def test_no_epoch_is_an_error(history):
    with pytest.raises(TableError, match="the training history lacks the columns 'epoch'"):
        loss_curve(history.drop(columns="epoch"))
