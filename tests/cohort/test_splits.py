"""Splits by patient: disjoint, stratified, repeatable, and blind to what is measured."""

import json
from dataclasses import asdict

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from twinpurify.cohort.splits import PatientSplit, select, split_patients
from twinpurify.errors import BackgroundError, CohortError, ConfigurationError


def samples(n_tumours: int = 100, n_matched: int = 20, n_normal_only: int = 10) -> pd.DataFrame:
    patients = [f"p{i:03d}" for i in range(n_tumours)]
    normals = patients[:n_matched] + [f"q{i:03d}" for i in range(n_normal_only)]
    subtypes = [("LumA", "LumB", "Basal", np.nan)[i % 4] for i in range(n_tumours)]
    table = pd.DataFrame(
        {
            "patient_id": patients + normals,
            "tissue": ["tumour"] * n_tumours + ["normal"] * len(normals),
            "subtype": subtypes + [np.nan] * len(normals),
        }
    )
    return table.set_axis([f"s{i:03d}" for i in range(len(table))])


def patients_with_normals(obs: pd.DataFrame) -> set[str]:
    return set(obs.loc[obs["tissue"] == "normal", "patient_id"])


def test_every_patient_is_on_one_side_of_every_split():
    obs = samples()
    splits = split_patients(obs, n_splits=7, test_fraction=0.3)
    assert [split.split for split in splits] == list(range(7))
    for split in splits:
        assert sorted(split.train + split.test) == sorted(set(obs["patient_id"]))
        assert 32 <= len(split.test) <= 34


def test_subtypes_and_normals_keep_their_share():
    obs = samples()
    subtype = obs.dropna().set_index("patient_id")["subtype"]
    for split in split_patients(obs, n_splits=10):
        with_normal = patients_with_normals(obs) & set(split.test)
        assert 8 <= len(with_normal) <= 10
        counts = subtype.reindex(split.test).value_counts()
        assert counts.between(25 * 0.3 - 2, 25 * 0.3 + 2).all()


def test_splits_differ_from_each_other_and_between_seeds():
    first, second = split_patients(samples(), n_splits=2)
    assert first.test != second.test
    assert split_patients(samples(), n_splits=1, seed=1)[0].test != first.test


def test_more_splits_leave_the_first_ones_alone():
    assert split_patients(samples(), n_splits=5)[:2] == split_patients(samples(), n_splits=2)


def test_the_order_of_samples_and_the_type_of_columns_are_irrelevant():
    obs = samples()
    assert split_patients(obs) == split_patients(obs.iloc[::-1])
    assert split_patients(obs) == split_patients(obs.astype("category"))


def test_what_is_measured_on_test_patients_moves_no_split():
    obs = samples().assign(age=50.0, os_time=100.0)
    split = split_patients(obs, n_splits=1)[0]
    changed = obs.copy()
    changed.loc[changed["patient_id"].isin(split.test), ["age", "os_time"]] = 1.0
    assert split_patients(changed, n_splits=1)[0] == split


@pytest.mark.parametrize("n_normals", [2, 3, 5])
def test_few_normals_are_on_both_sides(n_normals):
    obs = samples(n_matched=n_normals, n_normal_only=0)
    for split in split_patients(obs, n_splits=20, test_fraction=0.1):
        assert patients_with_normals(obs) & set(split.train)
        assert patients_with_normals(obs) & set(split.test)


def test_cohorts_without_normals_or_labels_are_split_too():
    obs = samples(n_matched=0, n_normal_only=0).drop(columns="subtype")
    assert len(split_patients(obs)[0].test) == 30


def test_a_split_survives_json():
    splits = split_patients(samples(), n_splits=2)
    records = json.loads(json.dumps([asdict(split) for split in splits]))
    assert [PatientSplit(**record) for record in records] == splits


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_splits": 0}, "n_splits is 0; at least 1"),
        ({"test_fraction": 1.0}, r"test_fraction is 1\.0; it lies between 0 and 1"),
        ({"stratify_by": "tisue"}, r"stratify_by is 'tisue' \(did you mean 'tissue'\?\)"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(ConfigurationError, match=message):
        split_patients(samples(), **settings)


def test_normals_of_one_patient_cannot_be_on_both_sides():
    with pytest.raises(BackgroundError, match="All normals are of the patient 'p000'"):
        split_patients(samples(n_matched=1, n_normal_only=0))


def test_an_empty_side_is_refused():
    obs = samples(n_tumours=3, n_matched=0, n_normal_only=0)
    with pytest.raises(
        CohortError, match=r"test_fraction 0\.01 of 3 patients leaves 0 for the test"
    ):
        split_patients(obs, test_fraction=0.01)


def cohort() -> ad.AnnData:
    obs = samples(n_tumours=6, n_matched=2, n_normal_only=1)
    return ad.AnnData(np.zeros((len(obs), 2), np.float32), obs=obs, uns={"cohort": "example"})


def test_select_takes_the_samples_of_patients():
    assert select(cohort(), ["p001", "p004"]).obs_names.tolist() == ["s001", "s004", "s007"]
    assert select(cohort(), ["p001", "q000"], "normal").obs_names.tolist() == ["s007", "s008"]
    assert select(cohort(), ["p005"], "normal").n_obs == 0
    assert select(cohort(), ["p001"]).is_view


def test_select_refuses_patients_of_another_cohort():
    with pytest.raises(
        CohortError, match=r"patients 'x1' \(1 in all\) aren't in the cohort 'example'"
    ):
        select(cohort(), ["p001", "x1"])
