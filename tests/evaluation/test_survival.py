"""Survival: risk from the embedding, scored by concordance."""

import numpy as np
import pytest
from lifelines.utils import concordance_index

from twinpurify.errors import ModelError
from twinpurify.evaluation import survival

from .stand_ins import embed


def test_the_risk_is_found_and_the_predictions_are_those_scored(cohort):
    embedded = embed(cohort)
    answer = survival.evaluate(embedded)
    (measurement,) = answer.measurements
    assert (measurement.task, measurement.metric) == ("survival_os", "c_index")
    assert measurement.value > 0.65
    (predictions,) = answer.predictions
    obs = embedded.data.test_obs.loc[predictions["sample_id"]]
    expected = concordance_index(obs["os_time"], -predictions["prediction"], obs["os_event"])
    assert measurement.value == pytest.approx(expected)


def test_an_endpoint_with_few_events_is_skipped_with_the_reason(cohort):
    (skip,) = survival.evaluate(embed(cohort)).skipped
    assert skip.task == "survival_pfi"
    assert skip.reason.startswith("0 events to fit on and 0 to score; at least 10 and 5")


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

    monkeypatch.setattr(survival.CoxProbe, "fit", fail)
    answer = survival.evaluate(embed(cohort))
    assert ("survival_os", "converges at no penalty") in answer.skipped
    assert not answer.measurements
