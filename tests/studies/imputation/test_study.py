"""The study of imputation: what is fitted on, what is hidden, and answers known beforehand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData
from pydantic import ValidationError

from tests.imputation.test_contract import made
from twinpurify.cohort.splits import PatientSplit
from twinpurify.evaluation.splits.data import split_data
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap
from twinpurify.imputation.registry import create_imputer
from twinpurify.studies.imputation.settings import ImputationSettings
from twinpurify.studies.imputation.study import (
    COLUMNS,
    Target,
    study_control,
    study_split,
    summarize_study,
)

NAMES = ["mean", "nearest_neighbours", "principal_components"]
SETTINGS = ImputationSettings(imputers=NAMES, rates=[0.3, 0.7], n_bootstrap=20)


def cohort_of(n: int, seed: int) -> AnnData:
    profiles = made(n, seed)
    obs = pd.DataFrame(
        {"patient_id": [f"P{seed}_{place}" for place in range(n)], "tissue": "tumour"},
        index=profiles.index,
    ).assign(cancer=["x", "y"] * (n // 2))
    return AnnData(profiles, obs=obs, uns={"cohort": "here"})


@pytest.fixture(scope="module")
def cohort():
    return cohort_of(160, 1)


@pytest.fixture(scope="module")
def data(cohort):
    patients = cohort.obs["patient_id"].tolist()
    return split_data(cohort, PatientSplit(0, patients[:80], patients[80:]))


@pytest.fixture(scope="module")
def bootstrap(cohort):
    return PatientBootstrap(cohort.obs["patient_id"], SETTINGS.n_bootstrap, 0)


@pytest.fixture(scope="module")
def target():
    other = cohort_of(90, 3)
    # Another scale and level of every gene, as of another platform, and a gene less.
    tumours = (other.to_df() * 0.5 + 2.0).drop(columns="G05").assign(OTHER=1.0)
    return Target("there", tumours, other.obs, "location_scale")


@pytest.fixture(scope="module")
def measured(data, bootstrap, target):
    parts = []
    for name in NAMES:
        imputer = create_imputer(name)
        parts.append(study_split(imputer, data, SETTINGS, "here", bootstrap, [target]))
        parts.append(study_control(create_imputer(name), data, SETTINGS, "here", bootstrap))
    return tuple(pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True))


@pytest.fixture(scope="module")
def table(measured):
    return summarize_study(*measured, SETTINGS.reference)


def of(table, **chosen):
    rows = np.logical_and.reduce([table[key] == value for key, value in chosen.items()])
    return table[rows].set_index("imputer")


def test_every_pattern_rate_and_imputer_has_its_rows(table):
    assert list(table.columns) == COLUMNS
    # Three patterns and the target at two rates, the control at one; three metrics.
    assert len(table) == (4 * 2 + 1) * 3 * len(NAMES)
    assert not table.duplicated(["cohort", "pattern", "rate", "metric", "imputer"]).any()
    assert set(table.loc[table["pattern"] == "platform", "cohort"]) == {"there"}


@pytest.mark.parametrize("pattern", ["at_random", "low_expression", "gene_block", "platform"])
def test_what_goes_by_factors_is_filled_in_by_factors(table, pattern):
    for rate in SETTINGS.rates:
        errors = of(table, pattern=pattern, rate=rate, metric="relative_rmse")["mean"]
        assert errors["principal_components"] < 0.7 * errors["mean"]
        found = of(table, pattern=pattern, rate=rate, metric="gene_correlation")["mean"]
        assert found["principal_components"] > 0.7
        assert found["mean"] == 0.0


def test_where_nothing_can_be_learnt_none_beats_the_mean(table):
    control = of(table, pattern="control_permuted", metric="rmse")
    assert (control["mean"] >= 0.99 * control.loc["mean", "mean"]).all()
    assert control["p_adjusted"].isna().all()


def test_differences_are_to_the_reference(table, measured):
    scores, _ = measured
    rows = of(table, pattern="at_random", rate=0.3, metric="rmse")
    assert set(rows["reference"]) == {"principal_components"}
    assert np.isnan(rows.loc["principal_components", "difference"])
    raw = scores[(scores["task"] == "at_random") & (scores["fraction"] == 0.3)]
    raw = raw[raw["metric"] == "rmse"].set_index("method")["value"]
    expected = raw["mean"] - raw["principal_components"]
    assert rows.loc["mean", "difference"] == pytest.approx(expected)
    low, high = rows.loc["mean", ["difference_low", "difference_high"]]
    assert 0 < low < expected < high


def test_nothing_is_fitted_on_test_patients(data, bootstrap, target):
    changed = replace(data, test_tumours=data.test_tumours + 1.0)
    imputers = [create_imputer("principal_components") for _ in range(2)]
    study_split(imputers[0], data, SETTINGS, "here", bootstrap)
    study_split(imputers[1], changed, SETTINGS, "here", bootstrap, [target])
    first, second = (imputer._state() for imputer in imputers)
    assert all(np.array_equal(first[key], second[key]) for key in first)


def test_the_same_seed_gives_the_same_scores(data, bootstrap, measured):
    again, _ = study_split(create_imputer("mean"), data, SETTINGS, "here", bootstrap)
    scores = measured[0]
    before = scores[(scores["method"] == "mean") & (scores["cohort"] == "here")]
    before = before[~before["task"].str.startswith("control")].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, before, check_exact=True)


def test_target_patients_of_the_training_are_left_out(data, bootstrap, target):
    shared = target.obs.assign(patient_id=data.train_obs["patient_id"].iloc[0])
    shared.iloc[:40, 0] = [f"new{place}" for place in range(40)]
    whole = Target("there", target.tumours, shared, "location_scale")
    part = Target("there", target.tumours.iloc[:40], shared.iloc[:40], "location_scale")
    values = [
        study_split(create_imputer("mean"), data, SETTINGS, "here", bootstrap, [one])[0]["value"]
        for one in (whole, part)
    ]
    pd.testing.assert_series_equal(*values)


def test_without_the_column_all_samples_lack_one_block(data, bootstrap):
    settings = SETTINGS.model_copy(update={"block_column": "nothing", "patterns": ["gene_block"]})
    scores, _ = study_split(create_imputer("mean"), data, settings, "here", bootstrap)
    by_cancer = SETTINGS.model_copy(update={"patterns": ["gene_block"]})
    other, _ = study_split(create_imputer("mean"), data, by_cancer, "here", bootstrap)
    assert not np.allclose(scores["value"], other["value"])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"imputers": ["mean"]}, "reference is 'principal_components', which isn't among"),
        ({"rates": [0.5, 0.5]}, r"named more than once in rates: \[0.5, 0.5\]"),
        ({"rates": [1.0]}, "less than 1"),
        ({"imputers": ["knn"]}, "imputers.0"),
        ({"rate": 0.5}, "Extra inputs are not permitted"),
    ],
)
def test_wrong_settings_are_refused(values, message):
    with pytest.raises(ValidationError, match=message):
        ImputationSettings(**values)
