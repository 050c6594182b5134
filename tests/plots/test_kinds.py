"""Each question has a place among its kind."""

from twinpurify.plots.kinds import FURTHER, KINDS, by_kind, kind_of
from twinpurify.plots.questions import FAMILIES, asked


def test_every_family_has_one_kind():
    placed = [family for families in KINDS.values() for family in families]
    assert len(placed) == len(set(placed))
    assert set(placed) == {family.partition("@")[0] for family in FAMILIES}
    assert {family: kind_of(family) for family in FAMILIES if kind_of(family) == FURTHER} == {}


def test_endpoints_and_sources_follow_their_family():
    assert kind_of("survival_pfi") == "What is it worth in the clinic?"
    assert kind_of("purity_left@cpe_within_subtype") == "Is the normal tissue gone?"


def test_an_unknown_task_is_a_further_question_before_the_controls(summary):
    summary.loc[summary["task"] == "survival_os", "task"] = "horoscope"
    groups = by_kind(asked(summary))
    assert list(groups)[-2:] == [FURTHER, "Controls"]
    assert [question.task for question in groups[FURTHER]] == ["horoscope"]


def test_kinds_without_a_question_are_left_out(summary):
    assert "What is it worth in the clinic?" not in by_kind(
        asked(summary[summary["task"] != "survival_os"])
    )
