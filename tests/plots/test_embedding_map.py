"""Panels before and after, coloured by what the buttons say."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.embedding_map import embedding_map


@pytest.fixture
def coordinates():
    """Four tumours, one of them without labels, and a normal, in two embeddings."""
    one = pd.DataFrame(
        {
            "x": np.arange(5.0),
            "y": 0.0,
            "sample_id": ["a", "b", "c", "d", "<i>n"],
            "tissue": ["tumour"] * 4 + ["normal"],
            "subtype": ["LumA", "Basal", "LumA", np.nan, np.nan],
            "purity": [0.2, 0.5, 0.9, np.nan, np.nan],
        }
    )
    return pd.concat([one.assign(method="pca"), one.assign(method="twinpurify")])


def _shown(figure):
    """Names of the visible traces of the first panel."""
    return [trace.name for trace in figure.data if trace.visible and trace.xaxis == "x"]


def test_one_panel_a_method_with_its_name(coordinates):
    figure = embedding_map(coordinates)
    assert [note.text for note in figure.layout.annotations] == ["PCA", "TwinPurify"]
    assert {trace.xaxis for trace in figure.data} == {"x", "x2"}


def test_categories_unknown_and_normals_are_told_apart(coordinates):
    figure = embedding_map(coordinates)
    assert _shown(figure) == ["normal tissue", "not known", "Basal", "LumA"]
    signs = [trace.marker.symbol for trace in figure.data if trace.visible]
    assert len(set(signs)) == 4


def test_every_sample_is_drawn_once_in_each_panel(coordinates):
    figure = embedding_map(coordinates)
    for axis in ("x", "x2"):
        drawn = [len(t.x) for t in figure.data if t.visible and t.xaxis == axis]
        assert sum(drawn) == 5


def test_buttons_switch_between_properties(coordinates):
    figure = embedding_map(coordinates)
    subtype, purity = figure.layout.updatemenus[0].buttons
    assert [trace.visible for trace in figure.data] == list(subtype.args[0]["visible"])
    assert all(
        a != b for a, b in zip(subtype.args[0]["visible"], purity.args[0]["visible"], strict=True)
    )
    assert purity.args[1]["coloraxis.showscale"] is True
    assert subtype.args[1]["coloraxis.showscale"] is False


def test_numbers_get_a_scale(coordinates):
    figure = embedding_map(coordinates, colour_by=["purity"])
    assert figure.layout.coloraxis.showscale
    assert not figure.layout.updatemenus
    scaled = [trace for trace in figure.data if trace.marker.coloraxis == "coloraxis"]
    assert [list(trace.marker.color) for trace in scaled] == [[0.2, 0.5, 0.9]] * 2


def test_a_property_that_is_absent_is_left_out(coordinates):
    assert _shown(embedding_map(coordinates, colour_by=["grade", "subtype"]))[-1] == "LumA"


def test_ids_are_shown_literally(coordinates):
    normal = embedding_map(coordinates).data[0]
    assert normal.text[0] == "&lt;i&gt;n<br>subtype: normal tissue"


def test_no_property_is_an_error(coordinates):
    with pytest.raises(TableError, match="no sample has a value of 'grade'"):
        embedding_map(coordinates, colour_by=["grade"])


def test_missing_column_is_an_error(coordinates):
    with pytest.raises(TableError, match="the map's table lacks the columns 'tissue'"):
        embedding_map(coordinates.drop(columns="tissue"))
