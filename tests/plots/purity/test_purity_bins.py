"""Errors of several splits are pooled as mean squares."""

import numpy as np
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.purity.purity_bins import purity_bins


@pytest.fixture
def tables(runs):
    """Two kinds of truth; two splits of 10 and 30 tumours."""
    rows = [
        {"kind": kind, "profile": profile, "split": split, "n": n, "rmse": rmse}
        | {"purity_low": 0.2, "purity_high": 0.4}
        for kind in ("simulated", "foreign_background")
        for profile in ("raw", "purified")
        for split, n, rmse in ((0, 10, 1.0), (1, 30, 2.0), (2, 0, np.nan))
    ]
    return {"purity_bins": runs(rows)}


def test_splits_are_pooled_by_tumours(tables):
    measured, purified = purity_bins(tables, "twinpurify").data[:2]
    assert (measured.name, purified.name) == ("as measured", "purified")
    np.testing.assert_allclose(purified.y, [np.sqrt((10 + 30 * 4) / 40)])
    np.testing.assert_allclose(purified.x, [0.3])


def test_a_panel_a_kind_of_truth(tables):
    titles = [note.text for note in purity_bins(tables, "twinpurify").layout.annotations]
    assert titles == ["simulated", "foreign background"]


def test_another_method_has_no_figure(tables):
    with pytest.raises(TableError, match="'purity_bins' has no row of method 'pca'; it has"):
        purity_bins(tables, "pca")
