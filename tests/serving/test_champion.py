"""Which version becomes champion, challenger, or champion of its cohort."""

import math

import pytest

from twinpurify.errors import ConfigurationError
from twinpurify.serving.champion import VersionScore, cohort_alias, judge


def score(version, value, cohort="tcga_brca", metric="subtype"):
    return VersionScore(str(version), cohort, metric, value)


def test_the_first_version_leads():
    verdict = judge(score(1, 0.5), None, None, greater_is_better=True)
    assert (verdict.leads_cohort, verdict.leads) == (True, True)
    assert verdict.reason == "Version 1 (subtype = 0.5) is the first of tcga_brca."
    assert not verdict.needs_attention


@pytest.mark.parametrize("value", [0.9, 0.8])
def test_a_version_that_is_not_worse_takes_over(value):
    present = score(1, 0.8)
    verdict = judge(score(2, value), present, present, greater_is_better=True)
    assert (verdict.leads_cohort, verdict.leads) == (True, True)
    assert verdict.reason.endswith("is not worse than version 1 (subtype = 0.8).")


def test_a_worse_version_challenges():
    present = score(1, 0.8)
    verdict = judge(score(2, 0.7), present, present, greater_is_better=True)
    assert (verdict.leads_cohort, verdict.leads) == (False, False)
    assert "is worse than version 1" in verdict.reason


@pytest.mark.parametrize(("value", "leads"), [(0.1, True), (0.2, True), (0.3, False)])
def test_a_metric_may_be_better_when_smaller(value, leads):
    present = score(1, 0.2, metric="purity_left")
    new = score(2, value, metric="purity_left")
    assert judge(new, present, present, greater_is_better=False).leads is leads


def test_another_cohort_takes_over_with_a_warning_that_names_both():
    verdict = judge(score(3, 0.4, cohort="scanb"), None, score(2, 0.9), greater_is_better=True)
    assert (verdict.leads_cohort, verdict.leads) == (True, True)
    assert verdict.needs_attention
    assert "version 2, trained on tcga_brca, to version 3, trained on scanb" in verdict.reason


def test_another_cohort_does_not_take_over_with_a_version_that_is_not_its_own_leader():
    verdict = judge(
        score(3, 0.4, cohort="scanb"),
        score(1, 0.5, cohort="scanb"),
        score(2, 0.3),
        greater_is_better=True,
    )
    assert (verdict.leads_cohort, verdict.leads) == (False, False)
    assert not verdict.needs_attention


def test_a_champion_set_by_hand_must_be_beaten_too():
    verdict = judge(score(4, 0.7), score(1, 0.6), score(2, 0.9), greater_is_better=True)
    assert (verdict.leads_cohort, verdict.leads) == (True, False)
    assert "is worse than version 2" in verdict.reason


def test_scores_of_different_metrics_are_not_compared():
    present = score(1, 0.2, metric="survival_os")
    verdict = judge(score(2, 0.9), present, present, greater_is_better=True)
    assert (verdict.leads_cohort, verdict.leads) == (False, False)
    assert verdict.needs_attention
    assert "can't be compared with version 1 (survival_os = 0.2), which stays" in verdict.reason


def test_a_champion_without_tags_stays():
    untagged = VersionScore.from_tags("1", {})
    verdict = judge(score(2, 0.9), None, untagged, greater_is_better=True)
    assert (verdict.leads_cohort, verdict.leads) == (True, False)
    assert verdict.needs_attention


def test_tags_keep_the_score_exactly():
    new = score(7, 1 / 3)
    assert VersionScore.from_tags("7", new.tags()) == new


def test_a_damaged_tag_is_no_score():
    assert math.isnan(VersionScore.from_tags("1", {"metric_value": "good"}).metric_value)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_score_must_be_finite(value):
    with pytest.raises(ConfigurationError, match=r"subtype of the model trained on tcga_brca is"):
        score("new", value).require_finite()
    score("new", 0.1).require_finite()


def test_alias_of_a_cohort():
    assert cohort_alias("tcga_brca") == "champion_tcga_brca"
