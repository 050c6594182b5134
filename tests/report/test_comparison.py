"""Cohorts on one page: counted as each was found, and in the order in which they were named."""

from html.parser import HTMLParser

import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.report.comparison import (
    PATTERN,
    build_comparison,
    own_scores,
    pattern,
    pattern_table,
)

QUESTION = ("subtype", "balanced_accuracy", 1.0)
ATTACK = "<img src=x onerror=alert(1)>"


@pytest.fixture
def summaries(table_of):
    """TwinPurify is better than raw in two of three cohorts; one of them has survival times."""
    found = {}
    for cohort, ours in (("first", 0.9), ("second", 0.95), ("third", 0.5)):
        scores = {QUESTION: {"raw": 0.8, "pca": 0.81, "twinpurify": ours}}
        if cohort == "first":
            scores["survival_os", "c_index", 1.0] = {"raw": 0.6, "twinpurify": 0.61}
        found[cohort] = table_of(scores).assign(cohort=cohort, trained_on=cohort)
    return found


def _counts(summaries, task="subtype", method="twinpurify"):
    table = pattern(own_scores(summaries))
    (row,) = table[(table["task"] == task) & (table["method"] == method)].to_dict("records")
    return row


def test_cohorts_are_counted(summaries):
    row = _counts(summaries)
    assert tuple(row) == PATTERN
    assert [row[key] for key in ("n_cohorts", "n_compared", "better", "worse", "leads")] == [
        3,
        3,
        2,
        1,
        2,
    ]
    assert (row["mean"], row["lowest"], row["highest"]) == pytest.approx((0.78333, 0.5, 0.95), 1e-4)


def test_a_question_of_one_cohort_counts_one(summaries):
    row = _counts(summaries, task="survival_os")
    assert (row["n_cohorts"], row["better"], row["worse"]) == (1, 0, 0)
    table = pattern(own_scores(summaries))
    assert table[(table["task"] == "survival_os") & (table["method"] == "pca")].empty


def test_cells_hold_signs_and_the_mean_of_each_cohort(summaries):
    table = pattern_table(own_scores(summaries))
    assert table.methods == ["TwinPurify", "Raw expression", "PCA"]
    subtype, survival = (rows[0].cells for rows in table.groups.values())
    ours, raw, pca = subtype
    assert (ours.star, ours.mean, ours.span) == ("★2", "▲2 ▼1", "0.90 · 0.95 · 0.50")
    assert (raw.mean, raw.shade) == ("–", "")
    assert (pca.star, pca.mean) == ("★1", "=")
    assert survival[0].span == "0.61 · – · –"
    assert survival[2].mean == ""
    assert ours.hint == "first 0.90; second 0.95; third 0.50"


def test_the_shade_is_deepest_where_all_cohorts_agree(summaries):
    third = summaries.pop("third")
    scores = own_scores(summaries)
    assert pattern_table(scores).groups["Is the tumour kept?"][0].cells[0].shade == "better-3"
    scores = own_scores(
        {"third": third, "fourth": third.assign(cohort="fourth", trained_on="fourth")}
    )
    assert pattern_table(scores).groups["Is the tumour kept?"][0].cells[0].shade == "worse-3"


def test_transfers_are_no_cohorts_of_their_own(summaries):
    transfer = summaries["second"].assign(trained_on="first")
    mixed = {**summaries, "first": pd.concat([summaries["first"], transfer])}
    assert _counts(mixed) == _counts(summaries)


def test_the_page_shows_pattern_and_every_cohort_and_fetches_nothing(summaries):
    page = build_comparison(summaries, "1 May 2026")
    assert "3 cohorts compared" in page
    assert page.count('class="heat"') == 4
    assert page.count("plotly-graph-div") == 3
    assert "default-src 'none'" in page
    places = [page.index(f'id="cohort-{n}"') for n in (1, 2, 3)]
    assert places == sorted(places)
    assert len(page.encode()) < 8e6


def test_without_curves_the_page_holds_no_plotly(summaries):
    flat = {name: table[table["task"] != "subtype"] for name, table in summaries.items()}
    page = build_comparison({"first": flat["first"]}, "today")
    assert "plotly.js v" not in page
    assert "dilution_curves" not in page


def test_names_of_a_user_are_never_markup(summaries):
    hostile = summaries["first"].assign(cohort=ATTACK, trained_on=ATTACK)
    tags = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: tags.append(tag)
    parser.feed(build_comparison({ATTACK: hostile, **summaries}, ATTACK))
    assert "img" not in tags


def test_a_run_without_scores_of_its_own_is_named(summaries):
    summaries["second"] = summaries["second"].assign(trained_on="first")
    with pytest.raises(TableError, match=r"no score of its own patients.* 'second' \(1 in all\)"):
        own_scores(summaries)


def test_a_summary_of_another_shape_is_named(summaries):
    with pytest.raises(TableError, match="the summary of first lacks the columns 'mean'"):
        own_scores({"first": summaries["first"].drop(columns="mean")})
