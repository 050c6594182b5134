"""Panels before and after, coloured by what the menu says."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.interface.presentation import BLUE, GREY, ORANGE
from twinpurify.plots.maps.embedding_map import embedding_map

TUMOURS = slice(1, None, 2)


@pytest.fixture
def coordinates():
    """Four tumours, one of them without labels, and a normal, in two embeddings and layouts."""
    one = pd.DataFrame(
        {
            "x": np.arange(5.0),
            "y": 0.0,
            "sample_id": ["a", "b", "c", "d", "<i>n"],
            "tissue": ["tumour"] * 4 + ["normal"],
            "subtype": ["LumA", "Basal", "LumA", np.nan, np.nan],
            "purity": [0.21, 0.5, 0.9, np.nan, np.nan],
        }
    )
    return pd.concat(
        one.assign(method=method, layout=layout)
        for method in ("pca", "twinpurify")
        for layout in ("t-SNE", "principal components")
    )


def _legend(figure):
    """What stands beneath the panels."""
    return figure.layout.annotations[-1].text


def test_methods_side_by_side_layouts_one_below_the_other(coordinates):
    figure = embedding_map(coordinates)
    assert [note.text for note in figure.layout.annotations[:-1]] == [
        "PCA<br><sup>t-SNE</sup>",
        "TwinPurify<br><sup>t-SNE</sup>",
        "PCA<br><sup>principal components</sup>",
        "TwinPurify<br><sup>principal components</sup>",
    ]
    assert [trace.xaxis for trace in figure.data[TUMOURS]] == ["x", "x2", "x3", "x4"]


def test_categories_unknown_and_normals_are_told_apart(coordinates):
    figure = embedding_map(coordinates)
    normals, tumours = figure.data[:2]
    assert normals.marker.symbol == "diamond-open"
    assert tumours.marker.color == (ORANGE, BLUE, ORANGE, GREY)
    assert len(set(tumours.marker.symbol)) == 3
    for name in ("normal tissue", "Basal", "LumA", "not known"):
        assert name in _legend(figure)


def test_every_sample_is_drawn_once_in_each_panel_in_whole_numbers(coordinates):
    figure = embedding_map(coordinates)
    assert [len(trace.x) for trace in figure.data] == [1, 4] * 4
    assert list(figure.data[1].x) == [0, 2500, 5000, 7500]
    assert figure.data[0].x[0] == 10_000


def test_the_order_of_a_panel_does_not_matter(coordinates):
    mixed = pd.concat([coordinates.iloc[:5], coordinates.iloc[5:].iloc[::-1]])
    assert all(list(t.text) == list("abcd") for t in embedding_map(mixed).data[TUMOURS])


def test_the_menu_changes_the_colours_of_all_tumours(coordinates):
    figure = embedding_map(coordinates)
    subtype, purity = figure.layout.updatemenus[0].buttons
    assert (subtype.label, purity.label) == ("colour: subtype", "colour: purity")
    assert subtype.args[0]["marker.color"] == [list(figure.data[1].marker.color)]
    data, layout, traces = purity.args
    assert data["marker.color"] == [[0.21, 0.5, 0.9, GREY]]
    assert list(traces) == [1, 3, 5, 7]
    assert layout["coloraxis.showscale"] is True
    assert "Basal" not in layout["annotations[4].text"]


def test_numbers_get_a_scale(coordinates):
    figure = embedding_map(coordinates, colour_by=["purity"])
    assert figure.layout.coloraxis.showscale
    assert not figure.layout.updatemenus
    assert all(trace.marker.coloraxis == "coloraxis" for trace in figure.data[TUMOURS])


def test_without_normals_the_legend_has_none(coordinates):
    tumours = coordinates[coordinates["tissue"] == "tumour"]
    assert "normal tissue" not in _legend(embedding_map(tumours))


def test_a_label_that_is_absent_is_left_out(coordinates):
    assert "LumA" in _legend(embedding_map(coordinates, colour_by=["grade", "subtype"]))


def test_ids_are_shown_literally(coordinates):
    assert embedding_map(coordinates).data[0].text[0] == "&lt;i&gt;n"


def test_no_label_is_an_error(coordinates):
    with pytest.raises(TableError, match="no tumour has a value of 'grade'"):
        embedding_map(coordinates, colour_by=["grade"])
    with pytest.raises(TableError, match="no tumour has a value of any label"):
        embedding_map(coordinates.drop(columns=["subtype", "purity"]))


def test_missing_column_is_an_error(coordinates):
    with pytest.raises(TableError, match="the map's table lacks the columns 'tissue'"):
        embedding_map(coordinates.drop(columns="tissue"))
