"""A pathway stands by the size of its correlation with purity, whatever its sign."""

import pytest

from twinpurify.errors import TableError
from twinpurify.plots.pathways.pathway_purity import pathway_purity


@pytest.fixture
def tables(runs):
    """Two collections; the second pathway has no purified profile."""
    rows = [
        {"collection": collection, "pathway": pathway, "profile": profile, "rho": rho}
        | {"p_value": 0.01, "split": split}
        for split in (0, 1)
        for collection, pathway, profile, rho in (
            ("hallmark", "E2F", "raw", -0.6 - 0.1 * split),
            ("hallmark", "E2F", "purified", 0.2),
            ("hallmark", "G2M", "raw", 0.5),
            ("progeny", "JAK", "raw", 0.4),
            ("progeny", "JAK", "purified", 0.4),
        )
    ]
    return {"pathway_purity": runs(rows)}


def test_one_point_a_pathway_that_has_both(tables):
    diagonal, hallmark, progeny = pathway_purity(tables, "twinpurify").data
    assert list(diagonal.x) == [0, 1]
    assert (list(hallmark.text), list(progeny.text)) == (["E2F"], ["JAK"])
    assert list(hallmark.x) == pytest.approx([0.65])
    assert list(hallmark.y) == pytest.approx([0.2])


def test_heading_tells_the_means(tables):
    heading = pathway_purity(tables, "twinpurify").layout.title.text
    assert heading.startswith("mean |ρ| with purity 0.52 as measured, 0.30 purified")


def test_another_method_has_no_figure(tables):
    with pytest.raises(TableError, match="'pathway_purity' has no row of method 'pca'"):
        pathway_purity(tables, "pca")
