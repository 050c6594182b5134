"""Accuracy against the number of labels, with the controls."""

import pandas as pd
import pytest

from tests.plots.study_tables import study_summary
from twinpurify.errors import TableError
from twinpurify.plots.studies.label_curves import colours_of, label_curves
from twinpurify.plots.theme import style_of


def lines(figure, axis="x"):
    return {
        trace.name: trace
        for trace in figure.data
        if trace.mode == "lines+markers" and trace.xaxis == axis
    }


def test_methods_are_solid_and_controls_dashed_in_every_panel():
    figure = label_curves(study_summary())
    assert [note.text for note in figure.layout.annotations] == [
        "Encoder frozen",
        "Encoder trained on",
    ]
    for axis in ("x", "x2"):
        found = lines(figure, axis)
        assert {name: trace.line.dash for name, trace in found.items()} == {
            "SCARF": "solid",
            "PCA": "dash",
            "Raw expression": "dash",
            "Encoder from scratch": "dash",
            "Permuted labels": "dot",
        }


def test_places_and_bands():
    figure = label_curves(study_summary())
    ours = lines(figure)["SCARF"]
    assert list(ours.x) == [20, 100, 200]
    assert list(ours.y) == pytest.approx([0.44, 0.6, 0.8])
    assert ours.text[1].startswith("<b>SCARF</b>, 100 labels (0.5)<br>0.60 (95% interval 0.55")
    band = next(trace for trace in figure.data if trace.fill == "toself")
    assert list(band.x) == [20, 100, 200, 200, 100, 20]
    assert list(band.y) == pytest.approx([0.49, 0.65, 0.85, 0.75, 0.55, 0.39])
    assert figure.layout.xaxis.type == "log"
    assert list(figure.layout.xaxis.ticktext) == ["20", "100", "200"]
    named = [trace.name for trace in figure.data if trace.showlegend is not False and trace.name]
    assert len(named) == len(set(named)) == 5


def test_no_two_methods_share_a_colour():
    colours = colours_of(["twinpurify", "scarf", "vime", "byol", "pca", "raw"])
    methods = [colours[name] for name in ("twinpurify", "scarf", "vime", "byol")]
    assert len(set(methods)) == 4
    assert colours["pca"] == style_of("pca").colour


def test_each_cohort_that_was_pretrained_on_has_its_panels():
    summary = study_summary()
    elsewhere = summary[summary["method"] == "scarf"].assign(pretrained_on="<other>")
    figure = label_curves(pd.concat([summary, elsewhere]))
    titles = [note.text for note in figure.layout.annotations]
    assert titles[0] == "Encoder frozen<br><sup>pretrained on &lt;other&gt;</sup>"
    assert len(titles) == 4
    assert "PCA" in lines(figure, "x4")


def test_one_share_is_no_curve():
    summary = study_summary()
    with pytest.raises(TableError, match="at one share of labels"):
        label_curves(summary[summary["label_fraction"] == 1.0])


def test_controls_alone_are_drawn():
    summary = study_summary()
    figure = label_curves(summary[summary["method"] != "scarf"])
    assert "PCA" in lines(figure)
