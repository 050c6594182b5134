"""Expected pathways are starred whatever their rate, others by their rate."""

import pytest

from twinpurify.errors import TableError
from twinpurify.plots.pathways.pathway_volcano import MOST_NAMED, pathway_volcano

PATHWAYS = {
    "HALLMARK_ESTROGEN_RESPONSE_EARLY": (1.5, 0.2, True),
    "HALLMARK_ADIPOGENESIS": (0.1, 0.6, False),
    **{f"HALLMARK_SET_{n}": (0.5, 10.0 ** -(n + 2), False) for n in range(6)},
}


@pytest.fixture
def tables(runs):
    """Two splits whose effects differ by 0.2."""
    rows = [
        {"collection": "hallmark", "pathway": pathway, "contrast": "er_status", "split": split}
        | {"profile": profile, "effect": effect + 0.2 * split, "fdr": fdr, "expected": expected}
        for split in (0, 1)
        for profile in ("raw", "purified")
        for pathway, (effect, fdr, expected) in PATHWAYS.items()
    ]
    return {"pathway_contrasts": runs(rows)}


def test_three_kinds_of_sign_side_by_side(tables):
    figure = pathway_volcano(tables, "twinpurify")
    assert len(figure.data) == 6
    unclear, certain, expected = figure.data[:3]
    assert [len(trace.x) for trace in (unclear, certain, expected)] == [1, 6, 1]
    assert len({trace.marker.symbol for trace in figure.data}) == 3
    titles = [note.text for note in figure.layout.annotations]
    assert titles == ["er status<br><sup>as measured</sup>", "er status<br><sup>purified</sup>"]


def test_effects_are_means_over_splits(tables):
    expected = pathway_volcano(tables, "twinpurify").data[2]
    assert list(expected.x) == pytest.approx([1.6])
    assert expected.customdata[0].endswith("effect +1.60, FDR 0.2")


def test_only_expected_and_most_certain_pathways_are_named(tables):
    unclear, certain, expected = pathway_volcano(tables, "twinpurify").data[:3]
    assert list(expected.text) == ["estrogen response early"]
    assert sum(map(bool, certain.text)) == MOST_NAMED
    assert certain.text[-1] == "set 5"
    assert list(unclear.text) == [""]


def test_the_axes_leave_room_around_all_points(tables):
    figure = pathway_volcano(tables, "twinpurify")
    for trace in figure.data:
        assert figure.layout.xaxis.range[0] < min(trace.x)
        assert max(trace.x) < figure.layout.xaxis.range[1]
        assert max(trace.y) < figure.layout.yaxis.range[1]


def test_a_rate_of_zero_has_a_place(tables):
    zero = tables["pathway_contrasts"].assign(fdr=0.0)
    figure = pathway_volcano({"pathway_contrasts": zero}, "twinpurify")
    assert max(figure.data[1].y) == pytest.approx(30)


def test_without_the_table_there_is_a_reason():
    with pytest.raises(TableError, match="the run wrote no table 'pathway_contrasts'"):
        pathway_volcano({}, "twinpurify")
