"""Names are readable, numbers have a true minus sign, and a user's text stays text."""

import pytest

from twinpurify.plots import names


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("subtype", "Subtype"),
        ("survival_pfi", "Survival (progression-free)"),
        ("survival_pfi_increment", "Survival, beyond age and stage (progression-free)"),
        (
            "purity_left@absolute_within_subtype",
            "Purity left in the embedding (ABSOLUTE, within subtype)",
        ),
        ("retrieval@foreign", "Finding its own tumour (unseen background)"),
        ("subtype@labels=0.1", "Subtype (labels 0.1)"),
        ("my_own_task", "My own task"),
    ],
)
def test_task_name(task, name):
    assert names.task_name(task) == name


def test_unknown_methods_and_metrics_keep_their_own_name():
    assert names.method_name("my_method") == "my method"
    assert names.metric_name("my_score") == "my score"
    assert names.metric_name("auc_1y") == "AUC at 1 year"
    assert names.metric_name("auc_8.5y") == "AUC at 8.5 years"


def test_methods_are_ordered_twinpurify_first_unknown_last():
    assert names.in_order(["zzz", "pca", "raw", "twinpurify", "aaa"]) == [
        "twinpurify",
        "raw",
        "pca",
        "aaa",
        "zzz",
    ]


@pytest.mark.parametrize(
    ("value", "signed", "written"),
    [
        (0.914, False, "0.91"),
        (-0.1, False, "−0.10"),
        (0.55, True, "+0.55"),
        (-0.003, True, "−0.003"),
        (-0.0001, True, "0.00"),
        (-0.001, False, "0.00"),
        (0.0, True, "0.00"),
        (float("nan"), False, "–"),
    ],
)
def test_number(value, signed, written):
    assert names.number(value, signed) == written


def test_interval_is_written_in_words():
    assert names.interval(-0.1, 0.2, signed=True) == "−0.10 to +0.20"


def test_plain_text_shows_tags_literally():
    assert names.plain("<b>&") == "&lt;b&gt;&amp;"


def test_wrapped_breaks_between_words():
    assert names.wrapped("Mean normal subtracted") == "Mean<br>normal<br>subtracted"
