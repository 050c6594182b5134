"""The headline says who wins, whoever it is."""

import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.report.headline import headlines

QUESTION = ("subtype", "balanced_accuracy", 1.0)


def _sentences(summary):
    """Sentences about the only training."""
    (headline,) = headlines(summary, "Demo")
    return headline.sentences


def test_opening_counts_methods_and_questions(summary):
    assert _sentences(summary)[0].startswith("3 methods were asked 3 questions about Demo;")


def test_wins_are_stated_with_their_interval(summary):
    assert _sentences(summary)[1] == (
        "TwinPurify has the best mean on 2 of 3 main questions: “Subtype at tumour fraction 0.2” "
        "0.81 (0.77 to 0.85); “Purity left in the embedding (ABSOLUTE)” 0.62 (0.58 to 0.66)."
    )


def test_losses_name_the_winner_and_both_scores(summary):
    assert _sentences(summary)[2] == (
        "Another method has the best mean on 1: “Subtype, as measured” Raw expression 0.91 "
        "(0.87 to 0.95), TwinPurify 0.80 (0.76 to 0.84)."
    )


def test_comparison_names_what_is_worse_and_what_is_unclear(summary):
    assert _sentences(summary)[3] == (
        "Compared with raw expression on the same patients, TwinPurify is better on 1 of them, "
        "worse on 1 (“Subtype, as measured”), and can’t be told apart on 1 (“Purity left in the "
        "embedding (ABSOLUTE)”)."
    )


def test_no_win_is_said_plainly(table_of):
    sentences = _sentences(table_of({QUESTION: {"raw": 0.9, "pca": 0.8, "twinpurify": 0.7}}))
    assert sentences[1] == "TwinPurify has the best mean on none of 1 main question."
    assert "Raw expression 0.90" in sentences[2]


def test_lower_purity_left_wins(table_of):
    summary = table_of(
        {("purity_left@absolute", "r2_linear", 1.0): {"raw": 0.5, "twinpurify": 0.7}}
    )
    sentences = _sentences(summary)
    assert "Raw expression 0.50" in sentences[2]
    assert "worse on 1" in sentences[3]


def test_a_shared_win_is_called_shared(table_of):
    sentences = _sentences(table_of({QUESTION: {"raw": 0.8, "pca": 0.9, "twinpurify": 0.9}}))
    assert sentences[1].endswith("0.90 (0.86 to 0.94), level with PCA.")


def test_twinpurify_absent(table_of):
    sentences = _sentences(table_of({QUESTION: {"raw": 0.8, "pca": 0.9}}))
    assert sentences[1:] == [
        "TwinPurify was asked none of the main questions; the table shows who leads.",
        "TwinPurify was not compared with raw expression.",
    ]


def test_one_method_alone_does_not_win(table_of):
    summary = table_of({QUESTION: {"raw": 0.8, "twinpurify": 0.9}})
    alone = summary[summary["method"] == "twinpurify"]
    assert "none of them leads" in _sentences(alone)[1]


def test_transfer_is_summed_up_for_each_training(summary):
    both = pd.concat([summary, summary.assign(cohort="elsewhere")])
    own, transferred = headlines(both, "Demo")
    assert "trained on" not in own.sentences[0]
    assert "elsewhere, with models trained on demo;" in transferred.sentences[0]


def test_a_headline_carries_the_table_of_all_questions(summary):
    (headline,) = headlines(summary, "Demo")
    assert headline.table.methods == ["TwinPurify", "Raw expression", "PCA"]
    assert sum(map(len, headline.table.groups.values())) == 3


def test_a_method_that_was_not_asked_is_a_dash(summary):
    ours = (summary["task"] == "purity_left@absolute") & (summary["method"] == "twinpurify")
    assert "TwinPurify –" in " ".join(_sentences(summary[~ours]))


def test_incomplete_summary_is_refused(summary):
    with pytest.raises(TableError, match="the summary lacks the columns 'mean'"):
        headlines(summary.drop(columns="mean"), "Demo")
