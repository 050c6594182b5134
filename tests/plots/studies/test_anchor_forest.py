"""The forest of restored anchors: each difference in its panel and row."""

import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.studies.anchor_forest import anchor_forest


def differences():
    rows = [
        {"cohort": "toy", "task": task, "metric": "c_index", "method": "masked_transformer"}
        | {"rival": rival, "difference": place / 100 - 0.02, "p_value": 0.5, "p_adjusted": 1.0}
        for place, rival in enumerate(["mean", "pca", "low_rank", "true_anchors", "raw"])
        for task in ("survival_os", "survival_os@b<", "survival_os@a")
    ]
    table = pd.DataFrame(rows)
    return table.assign(low=table["difference"] - 0.01, high=table["difference"] + 0.02)


def test_each_rival_has_a_panel_with_all_strata():
    figure = anchor_forest(differences())
    assert len(figure.data) == 5
    titles = [note.text for note in figure.layout.annotations]
    assert "against: True anchors" in titles
    assert list(figure.data[0].y) == ["All together", "b&lt;", "a"]
    assert list(figure.layout.yaxis.categoryarray) == ["b&lt;", "a", "All together"]


def test_intervals_are_those_of_the_table():
    (signs,) = [s for s in anchor_forest(differences()).data if "True anchors" in s.text[0]]
    assert list(signs.x) == pytest.approx([0.01] * 3)
    assert list(signs.error_x.array) == pytest.approx([0.02] * 3)
    assert list(signs.error_x.arrayminus) == pytest.approx([0.01] * 3)


def test_nobody_was_compared():
    with pytest.raises(TableError, match="was compared with nobody"):
        anchor_forest(differences()[:0])
