"""Labels saved at equal accuracy, on curves whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.studies.label_efficiency.labels_saved import (
    COLUMNS,
    labels_needed,
    labels_saved,
    rising,
    saved,
)
from twinpurify.studies.label_efficiency.tables import key_of

SIZES = np.array([10.0, 100.0, 1000.0])


def test_a_curve_is_smoothed_upwards_and_no_further():
    np.testing.assert_allclose(rising([0.5, 0.7, 0.6, 0.9]), [0.5, 0.65, 0.65, 0.9])
    np.testing.assert_allclose(rising([0.1, 0.2]), [0.1, 0.2])


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (0.5, (10.0, "within")),
        (0.6, (10**1.5, "within")),
        (0.7, (100.0, "within")),
        (0.8, (10**2.5, "within")),
        (0.91, (1000.0, "never")),
        (0.4, (10.0, "at_once")),
    ],
)
def test_labels_are_read_off_a_line_over_the_logarithm(target, expected):
    found = labels_needed(SIZES, np.array([0.5, 0.7, 0.9]), target)
    assert found.how == expected[1]
    assert found.n_labels == pytest.approx(expected[0])


def test_the_share_that_is_saved():
    control, method = np.array([0.5, 0.7, 0.9]), np.array([0.7, 0.9, 0.95])
    share, own, other = saved(SIZES, method, control, 2)
    assert (share, own.how) == (pytest.approx(0.9), "within")
    assert (own.n_labels, other.n_labels) == (pytest.approx(100.0), pytest.approx(1000.0))
    share, own, _ = saved(SIZES, control, method, 2)
    assert (share, own.how) == (pytest.approx(0.0), "never")
    assert saved(SIZES, control, method, 1)[0] == pytest.approx(-9.0)


@pytest.mark.parametrize("curve", [[0.5, 0.7, 0.9], [0.7, 0.7, 0.9], [0.6, 0.8, 0.8]])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_method_equal_to_its_control_saves_nothing(curve, place):
    assert saved(SIZES, np.array(curve), np.array(curve), place)[0] == 0.0


def curve_table(curves, noise=0.0):
    """Scores and replicates of curves, in two repeats around them."""
    rng, rows, draws = np.random.default_rng(0), [], []
    for (method, encoder), curve in curves.items():
        for repeat in range(2):
            for fraction, n_labels, value in zip((0.01, 0.1, 1.0), SIZES, curve, strict=True):
                rows.append(
                    {
                        "cohort": "toy",
                        "trained_on": "toy",
                        "method": key_of(method, encoder, "toy"),
                        "task": "subtype",
                        "metric": "balanced_accuracy",
                        "fraction": fraction,
                        "split": repeat,
                        "seed": 0,
                        "value": value + (0.01 if repeat else -0.01),
                        "n_labels": n_labels,
                    }
                )
                draws.append(value + noise * rng.normal(size=40))
    scores = pd.DataFrame(rows)
    keys = scores.drop(columns=["value", "n_labels"])
    return scores, pd.concat([keys, pd.DataFrame(draws).add_prefix("r")], axis=1)


def test_the_table_says_who_saves_how_many_and_who_never_gets_there():
    curves = {
        ("pca", "frozen"): [0.5, 0.7, 0.9],
        ("vae", "frozen"): [0.7, 0.9, 0.95],
        ("vae", "unfrozen"): [0.4, 0.5, 0.6],
    }
    table = labels_saved(*curve_table(curves, noise=0.005), "subtype")
    assert list(table.columns) == COLUMNS and len(table) == 2 * 3
    by_key = table.set_index(["encoder", "label_fraction"])
    good, bad = by_key.loc["frozen", 1.0], by_key.loc["unfrozen", 1.0]
    assert good["reached"] == "within" and good["saved"] == pytest.approx(0.9, abs=0.01)
    assert 0.8 < good["low"] <= good["saved"] <= good["high"] < 0.95
    assert good["share_never"] == 0.0
    assert (bad["reached"], bad["share_never"]) == ("never", 1.0)
    assert bad["saved"] == pytest.approx(0.0)
    assert by_key.loc["frozen", 0.01]["reached"] == "at_once"


def test_replicates_without_a_curve_are_left_out():
    scores, replicates = curve_table({("pca", "frozen"): [0.5, 0.7, 0.9]})
    more = {("vae", "frozen"): [0.7, 0.9, 0.95], ("pca", "frozen"): [0.5, 0.7, 0.9]}
    scores, replicates = curve_table(more)
    replicates.loc[:, "r0"] = np.nan
    table = labels_saved(scores, replicates, "subtype")
    assert np.isfinite(table[["saved", "low", "high"]]).all(axis=None)
