"""Marker genes in tumours and normals."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.quality.marker_genes import marker_genes


@pytest.fixture
def profiles():
    values = np.arange(30.0).reshape(6, 5)
    return pd.DataFrame(values, index=[f"s{i}" for i in range(6)], columns=list("ABCDE"))


@pytest.fixture
def tissue(profiles):
    return pd.Series(["tumour"] * 4 + ["normal"] * 2, index=profiles.index)


def test_each_gene_has_a_panel_with_both_tissues(profiles, tissue):
    figure = marker_genes(profiles, tissue, ["A", "C"], ["E"])
    assert [trace.name for trace in figure.data] == ["tumours", "normals"] * 3
    np.testing.assert_array_equal(figure.data[0].y, profiles.loc[tissue == "tumour", "A"])
    np.testing.assert_array_equal(figure.data[5].y, profiles.loc[tissue == "normal", "E"])
    titles = [note.text for note in figure.layout.annotations]
    assert titles[0] == "A<br><sup>expected higher in tumours</sup>"
    assert titles[2] == "E<br><sup>expected higher in normals</sup>"


def test_five_genes_take_two_rows(profiles, tissue):
    figure = marker_genes(profiles, tissue, list("ABC"), list("DE"))
    assert len({trace.yaxis for trace in figure.data}) == 5
    assert figure.layout.height > marker_genes(profiles, tissue, ["A"], []).layout.height


def test_tumours_alone_are_drawn(profiles, tissue):
    figure = marker_genes(profiles, tissue.replace("normal", "tumour"), ["A"], [])
    assert [trace.name for trace in figure.data] == ["tumours"]


def test_genes_that_were_not_measured_are_left_out(profiles, tissue):
    assert len(marker_genes(profiles, tissue, ["A", "ADIPOQ"], []).data) == 2


@pytest.mark.parametrize(
    ("genes", "match"),
    [(["ADIPOQ"], "none of 'ADIPOQ' .1 in all. was measured"), ([], r"none is named \(`markers`")],
)
def test_without_a_measured_gene_there_is_a_reason(profiles, tissue, genes, match):
    with pytest.raises(TableError, match=match):
        marker_genes(profiles, tissue, genes, [])
