"""Tables are written for reading, sorted, and lose nothing."""

import numpy as np

from twinpurify.report.rows import all_warnings, flattened, log_rows, summary_rows


def test_summary_is_sorted_by_question_fraction_and_method(summary):
    rows = summary_rows(summary.sample(frac=1, random_state=0).sort_values("task"))
    subtype = [(row["fraction"], row["method"]) for row in rows if row["task"] == "subtype"]
    assert subtype == [
        (fraction, method)
        for fraction in ("1", "0.2")
        for method in ("TwinPurify", "Raw expression", "PCA")
    ]
    assert len(rows) == len(summary)


def test_raw_has_no_difference_to_itself(summary):
    written = {row["method"]: row["difference"] for row in summary_rows(summary.iloc[:3])}
    assert written["Raw expression"] == "–"
    assert written["TwinPurify"] == "−0.11 (−0.15 to −0.07)"


def test_missing_numbers_are_dashes(summary):
    row = summary_rows(summary.iloc[:1].assign(fraction=np.nan, sd_splits=np.nan))[0]
    assert (row["fraction"], row["sd_splits"]) == ("–", "–")


def test_settings_are_flattened():
    settings = {"a": {"b": {"c": [1, 2]}, "d": None}, "e": {}, "f": []}
    assert list(flattened(settings)) == [
        ("a.b.c", "1, 2"),
        ("a.d", "none"),
        ("e", "{}"),
        ("f", "none"),
    ]


def test_log_names_examples_and_says_when_there_are_more():
    step = {
        "step": "gene_symbols",
        "kept_samples": 1075,
        "kept_genes": 10,
        "dropped": 3,
        "reason": "doubled",
        "examples": ["A", "B"],
    }
    (row,) = log_rows({"cohort": "demo", "steps": [step], "warnings": []})
    assert row == {
        "step": "gene symbols",
        "reason": "doubled",
        "dropped": "3",
        "samples": "1,075",
        "genes": "10",
        "examples": ["A", "B"],
        "more": "…",
    }


def test_log_step_that_drops_nothing():
    step = {
        "step": "read",
        "kept_samples": 5,
        "kept_genes": 10,
        "dropped": 0,
        "reason": "read",
        "examples": [],
    }
    (row,) = log_rows({"steps": [step]})
    assert (row["dropped"], row["examples"], row["more"]) == ("–", [], "")


def test_warnings_of_run_and_ingestion_come_once():
    logs = [{"cohort": "a", "warnings": ["few normals", "odd"]}, {"cohort": "b", "warnings": []}]
    assert all_warnings(["few normals"], logs) == ["few normals", "a: odd"]


def test_p_values_and_effect_sizes_are_told_where_there_are_any(summary):
    plain = summary_rows(summary)[0]
    assert (plain["p_adjusted"], plain["effect_size"]) == ("–", "–")
    tested = summary_rows(summary.assign(p_adjusted=[1e-9] * 3 + [0.0412] * 6, effect_size=-1.5))
    assert [row["p_adjusted"] for row in tested[:4]] == ["< 0.001"] * 3 + ["0.041"]
    assert tested[0]["effect_size"] == "−1.50"
