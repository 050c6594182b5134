"""Estimated against published purity, with the correlation of all tumours."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.purity_scatter import purity_scatter


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
    assert [trace.name for trace in figure.data] == ["Basal", "LumA", "not known"]
    assert sum(len(trace.x) for trace in figure.data) == 6


def test_without_subtypes_there_is_one_trace(purity):
    figure = purity_scatter(purity.drop(columns="subtype"))
    assert len(figure.data) == 1
    assert figure.layout.showlegend is False


def test_source_is_named(purity):
    assert purity_scatter(purity, "cpe").layout.xaxis.title.text == "published purity (CPE)"


def test_too_few_tumours_are_refused(purity):
    with pytest.raises(TableError, match="2 tumours have an estimated and a published purity"):
        purity_scatter(purity.iloc[:2])


def test_missing_column_is_refused(purity):
    with pytest.raises(TableError, match="lacks the columns 'published'"):
        purity_scatter(purity.drop(columns="published"))
