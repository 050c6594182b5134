"""The page of the study of few labels: what is a bound is written as one."""

import pandas as pd
import plotly.graph_objects as go
import pytest

from twinpurify.report.studies.label_page import (
    build_page,
    difference_rows,
    saved_rows,
    skipped_sentences,
)

WHO = {"cohort": "toy", "pretrained_on": "toy", "method": "scarf", "encoder": "frozen"}
WHAT = {"task": "subtype", "metric": "balanced_accuracy", "control": "pca"}


@pytest.fixture
def saved():
    numbers = {"label_fraction": 0.5, "target": 0.8, "n_control": 100.0, "n_method": 40.0}
    row = {**WHO, **WHAT, **numbers, "saved": 0.6, "low": -0.1, "high": 0.7}
    row |= {"share_never": 0.25}
    return pd.DataFrame(
        [
            {**row, "reached": "within"},
            {**row, "reached": "never", "saved": -1.0},
            {**row, "reached": "at_once"},
            {**row, "reached": "within", "metric": "macro_f1"},
        ]
    )


@pytest.fixture
def differences():
    ends = {"difference": 0.1, "low": -0.02, "high": 0.2, "p_value": 0.1, "p_adjusted": 0.4}
    return pd.DataFrame([{**WHO, **WHAT, "label_fraction": 0.5, **ends}])


def test_bounds_are_written_as_such(saved):
    rows = saved_rows(saved)
    assert rows["Saved"].tolist() == [
        "60% (−10% to 70%)",
        "≤ −100% (−10% to 70%)",
        "≥ 60% (−10% to 70%)",
    ]
    assert set(rows["Never reached"]) == {"25%"}
    assert saved_rows(saved.assign(saved=-1e-16))["Saved"].iloc[0].startswith("0% (")
    assert rows["Method needs"].tolist() == ["40", "never reached", "40"]
    assert set(rows["Method"]) == {"SCARF, frozen"}


def test_differences_have_signs(differences):
    (row,) = difference_rows(differences).to_dict("records")
    assert row == {
        "Method": "SCARF, frozen",
        "Control": "PCA",
        "Labels": "0.5",
        "Difference": "+0.10 (−0.02 to +0.20)",
        "p, adjusted": "0.4",
    }


def test_the_cohort_is_named_where_there_are_several(saved):
    both = pd.concat([saved, saved.assign(pretrained_on="other")])
    assert "SCARF, frozen, pretrained on other" in set(saved_rows(both)["Method"])


def test_what_was_skipped_in_all_repeats_is_told_once():
    skip = {"method": "scarf", "encoder": "frozen", "pretrained_on": "toy", "reason": "no"}
    assert skipped_sentences([{**skip, "repeat": 0}, {**skip, "repeat": 1}]) == [
        "SCARF, frozen, pretrained on toy: no"
    ]


def test_the_page_says_why_a_figure_lacks(saved, differences):
    summary = pd.DataFrame([{"cohort": "toy", "task": "er <status>"}])
    figures = {"label_curves": go.Figure()}
    page = build_page(summary, differences, saved, [], figures, {"spectra": "because"}, "today")
    assert (
        "Er &lt;status&gt; from few labels" in page and "There is no figure here: because" in page
    )
    assert "nothing of the kind was asked for" in page
    assert "What could not be done" not in page
    nothing = build_page(summary, differences.iloc[:0], saved.iloc[:0], [], {}, {}, "today")
    assert nothing.count("no method was compared with a control") == 2
