"""Estimated against published purity, with the correlation of all tumours."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.purity.purity_scatter import purity_scatter


@pytest.fixture
def purity():
    """Six tumours in perfect order, and one without a published value."""
    return pd.DataFrame(
        {
            "sample_id": list("abcdefg"),
            "estimated": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7],
            "published": [0.2, 0.3, 0.5, 0.6, 0.8, 0.9, np.nan],
            "subtype": ["LumA", "LumA", "Basal", "Basal", np.nan, "LumA", "LumA"],
        }
    )


def test_title_holds_spearman_and_the_number_of_tumours(purity):
    title = purity_scatter(purity).layout.title.text
    assert "Spearman 1.00" in title
    assert "6 held-out tumours" in title


def test_subtypes_are_told_apart_unknown_last(purity):
    figure = purity_scatter(purity)
    tumours = figure.data[1:-1]
    assert [trace.name for trace in tumours] == ["Basal", "LumA", "not known"]
    assert sum(len(trace.x) for trace in tumours) == 6


def test_without_subtypes_there_is_one_trace(purity):
    figure = purity_scatter(purity.drop(columns="subtype"))
    assert [trace.name for trace in figure.data[1:]] == ["tumours", "mean of a fifth"]


def test_source_is_named(purity):
    assert purity_scatter(purity, "cpe").layout.yaxis.title.text == "published purity (CPE)"


def test_fifths_show_their_mean_with_an_interval(purity):
    many = pd.concat([purity.dropna()] * 5)
    fifths = purity_scatter(many).data[-1]
    parts = np.array_split(np.sort(many["estimated"]), 5)
    np.testing.assert_allclose(fifths.x, [part.mean() for part in parts], atol=1e-9)
    published = many.sort_values("estimated", kind="stable")["published"].to_numpy()[:5]
    assert fifths.y[0] == pytest.approx(published.mean())
    assert fifths.error_y.array[0] == pytest.approx(1.96 * published.std(ddof=1) / 5**0.5)


def test_too_few_tumours_are_refused(purity):
    with pytest.raises(TableError, match="2 tumours have an estimated and a published purity"):
        purity_scatter(purity.iloc[:2])


def test_missing_column_is_refused(purity):
    with pytest.raises(TableError, match="lacks the columns 'published'"):
        purity_scatter(purity.drop(columns="published"))
