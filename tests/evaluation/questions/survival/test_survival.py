"""Survival: risk from the embedding, and everything asked of it."""

import numpy as np
import pandas as pd
import pytest
from lifelines.utils import concordance_index

from tests.evaluation.stand_ins import bootstrap, embed, settings
from twinpurify.errors import ModelError
from twinpurify.evaluation.questions.survival import endpoint as survival_endpoint
from twinpurify.evaluation.questions.survival import survival
from twinpurify.evaluation.splits.held_out import cross_validated, of_split


def by_metric(answer):
    return {(m.task, m.metric): m for m in answer.measurements}


def test_the_risk_is_found_and_the_predictions_are_those_scored(cohort):
    embedded = embed(cohort)
    answer = survival.evaluate(embedded)
    found = by_metric(answer)
    metrics = ["c_index", "c_uno", "auc_1y", "auc_3y", "auc_5y", "integrated_brier", "brier_skill"]
    assert list(found) == [
        *(("survival_os", metric) for metric in metrics),
        ("survival_os_increment", "delta_c_index"),
    ]
    assert found["survival_os", "c_index"].value > 0.65
    assert found["survival_os", "c_uno"].value > 0.65
    assert found["survival_os", "auc_3y"].value > 0.65
    assert found["survival_os", "brier_skill"].value > 0.0
    assert 0.0 < found["survival_os", "integrated_brier"].value < 0.25
    (predictions,) = answer.predictions
    obs = embedded.data.test_obs.loc[predictions["sample_id"]]
    expected = concordance_index(obs["os_time"], -predictions["prediction"], obs["os_event"])
    assert found["survival_os", "c_index"].value == pytest.approx(expected)


def test_every_score_has_replicates_and_every_table_names_its_task(cohort):
    answer = survival.evaluate(embed(cohort))
    for measurement in answer.measurements:
        assert measurement.replicates.shape == (20,)
        assert np.isfinite(measurement.replicates).all()
    names = ["proportional_hazards", "survival_increment", "tertiles"]
    assert list(answer.tables) == names
    for (table,) in answer.tables.values():
        assert set(table["task"]) == {"survival_os"}


def test_a_horizon_with_few_events_is_skipped_with_the_reason(cohort):
    answer = survival.evaluate(embed(cohort, survival_years=[8.5, 3]))
    assert [m.metric for m in answer.measurements if "auc" in m.metric] == ["auc_3y"]
    skips = dict(answer.skipped)
    assert skips["survival_os"].startswith("no auc_8.5y: too few held-out patients with an event")


def test_an_endpoint_with_few_events_is_skipped_with_the_reason(cohort):
    skips = dict(survival.evaluate(embed(cohort)).skipped)
    assert skips["survival_pfi"].startswith("0 events to fit on and 0 to score; at least 10 and 5")


def test_without_age_and_stage_there_is_no_increment(cohort):
    cohort.obs = cohort.obs.drop(columns=["age", "stage"])
    skips = dict(survival.evaluate(embed(cohort)).skipped)
    assert skips["survival_os_increment"].startswith("the sample sheet tells neither age nor stage")


def test_patients_without_follow_up_are_left_out(cohort):
    embedded = embed(cohort)
    lost = embedded.data.test_tumours.index[:5]
    cohort.obs.loc[lost, ["os_time", "os_event"]] = np.nan
    (predictions,) = survival.evaluate(embed(cohort)).predictions
    assert not set(predictions["sample_id"]) & set(lost)


def test_without_endpoints_there_is_no_question(cohort):
    cohort.obs = cohort.obs.drop(columns=["os_time", "pfi_event"])
    (skip,) = survival.evaluate(embed(cohort)).skipped
    assert skip == ("survival", "the sample sheet has no endpoint (definition key survival)")


def test_a_model_that_does_not_converge_is_reported(cohort, monkeypatch):
    def fail(*_):
        raise ModelError("converges at no penalty")

    monkeypatch.setattr(survival_endpoint.CoxProbe, "fit", fail)
    answer = survival.evaluate(embed(cohort))
    assert ("survival_os", "converges at no penalty") in answer.skipped
    assert not answer.measurements


def test_in_a_cross_validation_everybody_is_scored_by_others(cohort):
    embedded = embed(cohort)
    weights = bootstrap(cohort).weights(embedded.data.train_obs["patient_id"])
    held = cross_validated(
        embedded.train, embedded.data.train_obs, weights, settings(n_outer_folds=3), 0, 0
    )
    answer = survival.measure_endpoints(held)
    found = by_metric(answer)
    assert found["survival_os", "c_uno"].value > 0.6
    assert found["survival_os", "brier_skill"].value > 0.0
    (tertiles,) = answer.tables["tertiles"]
    assert sorted(tertiles["sample_id"]) == sorted(held.obs.index)


def test_cancers_are_never_compared_with_each_other(cohort):
    """Longer follow-up in one cancer moves nothing: only its own patients are met."""

    def scores(delay):
        obs = cohort.obs.copy()
        other = np.arange(len(obs)) % 2 == 1
        made = cohort.copy()
        made.obs = obs.assign(
            cancer=np.where(other, "gbm", "brca"),
            os_time=obs["os_time"] + delay * other,
        )
        return by_metric(survival.evaluate(embed(made)))

    before, after = scores(0.0), scores(50_000.0)
    for metric in ("c_index", "c_uno"):
        assert after["survival_os", metric].value == before["survival_os", metric].value


def test_a_column_that_is_named_makes_the_strata(cohort):
    cohort.obs["site"] = np.where(np.arange(cohort.n_obs) % 2, "Lund", None)
    held = of_split(embed(cohort, survival_strata="site"))
    endpoint = survival_endpoint.endpoint_of(held, "os")
    assert set(
        pd.Series(endpoint.strata).groupby(held.obs["site"].isna().to_numpy()).nunique()
    ) == {1}
    assert set(survival_endpoint.endpoint_of(of_split(embed(cohort)), "os").strata) == {0}
    assert len(set(endpoint.groups)) == 4


def test_labels_of_test_patients_move_no_fit(cohort):
    def risks():
        held = of_split(embed(cohort))
        (fold,) = survival_endpoint.predict_risk(survival_endpoint.endpoint_of(held, "os"))
        return fold

    before = risks()
    test = embed(cohort).data.test_obs.index
    cohort.obs.loc[test, "os_time"] = cohort.obs.loc[test, "os_time"].to_numpy()[::-1]
    after = risks()
    for name in ("fitted", "out_of_fold", "scored"):
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name))


def test_a_cancer_without_training_patients_is_compared_but_not_predicted(cohort):
    """Its patients can be ranked; nothing tells how long any of them is followed or survives."""
    test = embed(cohort).data.test_obs.index
    rare = test[:8]
    cohort.obs["cancer"] = np.where(cohort.obs_names.isin(rare), "rare", "brca")
    answer = survival.evaluate(embed(cohort))
    found = by_metric(answer)
    assert all(np.isfinite(measurement.value) for measurement in found.values())
    (tertiles,) = answer.tables["tertiles"]
    assert set(tertiles["sample_id"]) == set(test) - set(rare)
    (predictions,) = answer.predictions
    assert set(predictions["sample_id"]) == set(test)
