"""Curves of thirds agree with lifelines and with counting by hand."""

import numpy as np
import pytest

from twinpurify.errors import TableError
from twinpurify.evaluation.formulas.log_rank import log_rank
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.plots.survival.kaplan_meier import kaplan_meier


def alike(n):
    """A stratum that all belong to."""
    return [""] * n


@pytest.fixture
def patients():
    """Ninety patients of one stratum whose hazard rises with their risk, and their thirds of it."""
    rng = np.random.default_rng(0)
    risk = rng.normal(size=90)
    time = rng.exponential(1500 * np.exp(-risk))
    end = rng.uniform(300, 4000, 90)
    third = 1 + np.argsort(np.argsort(risk)) // 30
    return np.minimum(time, end), (time < end).astype(float), third, alike(90)


def _lines(figure):
    """The three curves, lowest risk first."""
    return [trace for trace in figure.data if trace.mode == "lines" and trace.showlegend is None]


def test_three_curves_with_bands_that_hold_them(patients):
    figure = kaplan_meier(*patients, title="Overall survival")
    lines = _lines(figure)
    assert [line.name for line in lines] == [
        "lowest third of risk",
        "middle third",
        "highest third of risk",
    ]
    bands = [trace for trace in figure.data if trace.fill == "tonexty"]
    assert len(bands) == 3
    for line, band in zip(lines, bands, strict=True):
        assert (np.asarray(band.y) <= np.asarray(line.y) + 1e-9).all()


def test_curve_by_hand():
    """Of three patients in the lowest third, with events at 1 and 3 years and censoring at 2."""
    time = np.array([1, 2, 3] * 3) * 365.25
    event = np.array([1, 0, 1] * 3)
    third = np.repeat([1, 2, 3], 3)
    line = _lines(kaplan_meier(time, event, third, alike(9), title="by hand"))[0]
    np.testing.assert_allclose(line.x, [0, 1, 2, 3])
    np.testing.assert_allclose(line.y, [1, 2 / 3, 2 / 3, 0])


def test_numbers_at_risk_are_counts_of_those_still_followed(patients):
    figure = kaplan_meier(*patients, title="Overall survival")
    time, _, third, _ = patients
    lowest = time[third == 1] / 365.25
    row = next(trace for trace in figure.data if trace.mode == "text")
    assert [int(text) for text in row.text] == [(lowest >= year).sum() for year in row.x]
    assert int(row.text[0]) == 30


def test_the_axis_ends_before_curves_of_single_patients():
    time = np.concatenate([np.linspace(30.0, 1000.0, 99), [9000.0]])
    figure = kaplan_meier(time, np.ones(100), np.arange(100) % 3 + 1, alike(100), title="")
    assert figure.layout.xaxis.range[1] < 4.0


def test_title_states_the_log_rank_test(patients):
    time, event, third, _ = patients
    _, p_value = log_rank(time, event, third, np.zeros(90))
    text = kaplan_meier(*patients, title="Overall <survival>").layout.title.text
    assert p_value < 0.001
    assert "log-rank p < 0.001" in text
    assert f"90 patients, {int(event.sum())} events" in text
    assert "Overall &lt;survival&gt;" in text


def test_the_test_compares_patients_of_one_stratum(patients):
    """Two cancers, of which the deadlier one has more patients in the highest third."""
    time, event, _, _ = patients
    cancer = np.repeat(["brca", "gbm"], 45)
    third = np.random.default_rng(1).integers(1, 3, 90) + (cancer == "gbm")
    time = np.where(cancer == "gbm", time / 20.0, time)
    _, expected = log_rank(time, event, third, cancer)
    _, pooled = log_rank(time, event, third, np.zeros(90))
    assert pooled < 0.001 < 0.1 < expected
    title = kaplan_meier(time, event, third, cancer, title="").layout.title.text
    assert title.endswith(f"log-rank p within 2 strata = {expected:.2f}</sup>")


def test_thirds_that_never_meet_in_a_stratum_are_refused(patients):
    time, event, third, _ = patients
    with pytest.raises(UnanswerableError, match="among patients of two groups in one stratum"):
        kaplan_meier(time, event, third, third.astype(str), title="")


def test_unknown_follow_up_is_left_out(patients):
    time, event, third, stratum = patients
    time = time.copy()
    time[:5] = np.nan
    assert "85 patients" in kaplan_meier(time, event, third, stratum, title="").layout.title.text


def test_an_empty_third_is_left_out(patients):
    time, event, third, stratum = patients
    figure = kaplan_meier(time, event, np.where(third == 1, 2, third), stratum, title="")
    names = [line.name for line in _lines(figure)]
    assert names == ["middle third", "highest third of risk"]


def test_too_few_patients_are_refused():
    with pytest.raises(TableError, match=r"8 patients in 3 thirds.*need 9 patients"):
        kaplan_meier(np.arange(1, 9), np.ones(8), np.arange(8) % 3 + 1, alike(8), title="")


def test_one_third_is_refused():
    with pytest.raises(TableError, match="12 patients in 1 thirds"):
        kaplan_meier(np.arange(1, 13), np.ones(12), np.ones(12), alike(12), title="")


def test_no_event_is_refused():
    with pytest.raises(TableError, match="0 of them had the event"):
        kaplan_meier(np.arange(1, 13), np.zeros(12), np.arange(12) % 3 + 1, alike(12), title="")
