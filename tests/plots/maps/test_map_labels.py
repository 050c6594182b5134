"""Labels are chosen for the menu if they tell tumours apart and a reader can tell their signs."""

import numpy as np
import pandas as pd

from twinpurify.interface.presentation import BLUE, GREY, ORANGE
from twinpurify.plots.maps.map_labels import MOST_LABELS, choose_labels, colouring


def test_every_label_that_tells_tumours_apart_the_usual_ones_first():
    samples = pd.DataFrame(
        {
            "sample_id": list("abcd"),
            "patient_id": list("abcd"),
            "tissue": "tumour",
            "age": [40.5, 50, 60, 70],
            "os_time": [1.0, 2.0, 3.0, 4.0],
            "os_event": [0.0, 1.0, 0.0, np.nan],
            "site": "breast",
            "empty": np.nan,
            "grade": ["1", "2", "3", None],
            "subtype": ["A", "B", "A", "B"],
        }
    )
    assert choose_labels(samples) == ["subtype", "grade", "age", "os_event"]


def test_texts_of_too_many_kinds_and_labels_beyond_the_limit_are_left_out():
    many = pd.DataFrame({f"label_{n}": [0, 1] * 10 for n in range(50)})
    many.insert(0, "name", [f"n{n}" for n in range(20)])
    assert choose_labels(many) == [f"label_{n}" for n in range(MOST_LABELS)]


def test_kinds_differ_in_colour_and_sign_and_the_unknown_are_open():
    found = colouring(pd.Series(["LumA", "Basal", None], name="subtype"))
    assert found.colours == [ORANGE, BLUE, GREY]
    assert found.symbols == [1, 0, 100]
    assert not found.scaled
    assert found.legend.index("● </span> Basal".replace(" <", "<")) < found.legend.index("LumA")
    assert "○</span> not known" in found.legend


def test_numbers_get_a_scale_and_the_unknown_are_open():
    found = colouring(pd.Series([0.123456, np.nan, 0.9], name="purity"))
    assert found.colours == [0.1235, GREY, 0.9]
    assert (found.symbols, found.scaled) == ([0, 100, 0], True)
    assert "not known" in found.legend


def test_whole_numbers_of_few_kinds_are_kinds():
    found = colouring(pd.Series([0.0, 1.0, 0.0], name="os_event"))
    assert (found.scaled, found.colours) == (False, [BLUE, ORANGE, BLUE])
    assert "</span> 1" in found.legend
    truth = colouring(pd.Series([True, False], name="treated"))
    assert (truth.scaled, truth.colours) == (False, [ORANGE, BLUE])


def test_a_long_legend_breaks_and_texts_are_shown_literally():
    found = colouring(pd.Series([f"<i>{'x' * 30}{n}" for n in range(4)], name="type"))
    assert found.legend.count("<br>") == 1
    assert "<i>" not in found.legend
