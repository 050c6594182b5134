"""Bins of several splits are pooled by their numbers of predictions."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.labels.calibration import calibration


@pytest.fixture
def tables(runs):
    """One bin of two splits, of 10 and 30 predictions, and an empty one."""
    rows = [
        {"method": method, "split": split, "task": "subtype", "fraction": fraction}
        | {"bin_low": 0.6, "bin_high": 0.8, "mean_predicted": predicted, "observed": observed}
        | {"n": n}
        for method in ("raw", "twinpurify")
        for fraction in (1.0, 0.4, 0.2)
        for split, predicted, observed, n in (
            (0, 0.6, 0.2, 10),
            (1, 0.8, 0.6, 30),
            (2, np.nan, np.nan, 0),
        )
    ]
    return {"calibration": runs(rows)}


def test_splits_are_pooled_by_predictions(tables):
    diagonal, raw, ours = calibration(tables, "twinpurify").data[:3]
    assert list(diagonal.x) == list(diagonal.y)
    np.testing.assert_allclose([ours.x[0], ours.y[0]], [0.75, 0.5])
    assert ours.text[0] == "predicted 0.75, came true 0.50, 40 predictions"
    assert (raw.name, ours.name) == ("Raw expression", "TwinPurify")
    assert raw.marker.symbol != ours.marker.symbol


def test_a_panel_for_the_highest_and_the_lowest_fraction(tables):
    titles = [note.text for note in calibration(tables, "twinpurify").layout.annotations]
    assert titles == [
        "Subtype<br><sup>tumour fraction 1</sup>",
        "Subtype<br><sup>tumour fraction 0.2</sup>",
    ]


def test_at_most_four_panels(tables):
    table = tables["calibration"]
    many = [table.assign(task=f"task {n}") for n in range(3)]
    figure = calibration({"calibration": pd.concat(many)}, "twinpurify")
    assert len(figure.layout.annotations) == 4


def test_without_a_prediction_there_is_a_reason(tables):
    with pytest.raises(TableError, match="no row of raw expression or of 'twinpurify'"):
        calibration({"calibration": tables["calibration"].assign(n=0)}, "twinpurify")
