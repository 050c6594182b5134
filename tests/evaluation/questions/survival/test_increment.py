"""What the embedding adds to age and stage."""

import numpy as np
import pandas as pd
import pytest

from tests.evaluation.stand_ins import embed
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.survival import increment as survival_increment
from twinpurify.evaluation.questions.survival.endpoint import FoldRisk, endpoint_of, predict_risk
from twinpurify.evaluation.questions.survival.increment import clinical_columns, measure_increment
from twinpurify.evaluation.splits.held_out import of_split


def endpoint(cohort, age=None, stage=None):
    columns = {"age": age, "stage": stage}
    given = {name: values for name, values in columns.items() if values is not None}
    cohort.obs = cohort.obs.drop(columns=["age", "stage"]).assign(**given)
    return endpoint_of(of_split(embed(cohort)), "os")


def by_model(answer):
    (table,) = answer.tables["survival_increment"]
    return table.set_index("model")["c_index"]


def test_a_risk_that_age_does_not_tell_is_an_increment(cohort):
    found = endpoint(cohort, age=np.random.default_rng(0).normal(60.0, 9.0, cohort.n_obs))
    answer = measure_increment(found, predict_risk(found))
    (measurement,) = answer.measurements
    models = by_model(answer)
    assert list(models.index) == ["clinical", "embedding", "both"]
    assert measurement.value == pytest.approx(models["both"] - models["clinical"])
    assert measurement.value > 0.1
    assert measurement.replicates.mean() > 0.05


def test_a_stage_that_tells_everything_leaves_nothing_to_add(cohort):
    time = cohort.obs["os_time"]
    stage = pd.cut(time.rank(ascending=False), 4, labels=["I", "II", "III", "IV"])
    found = endpoint(cohort, stage=stage)
    answer = measure_increment(found, predict_risk(found))
    assert by_model(answer)["clinical"] > 0.85
    assert abs(answer.measurements[0].value) < 0.05


def test_a_fitted_risk_would_be_trusted_too_much(cohort):
    """An embedding of noise: fitted risks know the outcomes, and spoil the model of age."""
    rng = np.random.default_rng(1)
    age = 60.0 + 10.0 * (cohort.obs["os_time"].max() - cohort.obs["os_time"].fillna(1500)) / 3000
    found = endpoint(cohort, age=age + rng.normal(0.0, 2.0, cohort.n_obs))
    (fold,) = predict_risk(found)
    noise = rng.normal(size=len(found.time))
    knowing = -np.argsort(np.argsort(found.time[fold.fit])).astype(float)
    honest = FoldRisk(fold.fit, fold.score, noise[fold.fit], noise[fold.fit], noise[fold.score])
    overfitted = honest._replace(out_of_fold=knowing)
    gain = [measure_increment(found, [one]).measurements[0].value for one in (honest, overfitted)]
    assert gain[0] > gain[1]
    assert gain[0] > -0.05


def test_missing_values_come_from_training(cohort):
    age = np.where(np.arange(cohort.n_obs) % 4 == 0, np.nan, 50.0 + np.arange(cohort.n_obs) % 30)
    stage = np.where(np.arange(cohort.n_obs) % 5 == 0, None, "II")
    found = endpoint(cohort, age=age, stage=stage)
    clinical = clinical_columns(found.held.obs)
    fit = ~found.held.scored
    completed = survival_increment._completed(clinical, fit)
    missing = clinical["age"].isna().to_numpy()
    assert (completed[missing, 0] == clinical.loc[fit, "age"].median()).all()
    assert (completed[:, 2] == clinical["stage"].isna()).all()
    later = clinical.assign(age=np.where(fit, clinical["age"], 99.0))
    np.testing.assert_array_equal(survival_increment._completed(later, fit)[fit], completed[fit])
    assert len(measure_increment(found, predict_risk(found)).measurements) == 1


def test_a_sheet_without_age_and_stage_has_no_increment(cohort):
    reason = r"neither age nor stage \(definition keys columns.age and columns.stage"
    with pytest.raises(UnanswerableError, match=reason):
        clinical_columns(cohort.obs.drop(columns=["age", "stage"]))
    with pytest.raises(UnanswerableError, match=reason):
        clinical_columns(cohort.obs.assign(age=np.nan, stage=None))


def test_without_out_of_fold_risks_there_is_no_increment(cohort):
    found = endpoint(cohort, age=60.0)
    lost = [fold._replace(out_of_fold=fold.out_of_fold * np.nan) for fold in predict_risk(found)]
    with pytest.raises(UnanswerableError, match="converged in none of the inner folds"):
        measure_increment(found, lost)


def test_a_model_of_age_that_does_not_converge_is_no_increment(cohort, monkeypatch):
    found = endpoint(cohort, age=60.0)
    risks = predict_risk(found)
    monkeypatch.setattr(survival_increment, "fit_cox_ridge", lambda *_: None)
    with pytest.raises(UnanswerableError, match="on age and stage doesn't converge"):
        measure_increment(found, risks)
