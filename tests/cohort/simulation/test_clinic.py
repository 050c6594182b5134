"""The clinical labels of the synthetic cohort follow from its biology."""

import pandas as pd
import pytest
from lifelines.utils import concordance_index

from twinpurify.cohort.simulation.synthetic import (
    SyntheticCohort,
    SyntheticSettings,
    generate_synthetic_cohort,
)


@pytest.fixture(scope="module")
def cohort() -> SyntheticCohort:
    return generate_synthetic_cohort(SyntheticSettings())


@pytest.fixture(scope="module")
def tumours(cohort) -> pd.DataFrame:
    return cohort.samples[cohort.samples["tissue"] == "tumour"].set_index("sample")


def test_normals_carry_no_label_of_a_tumour(cohort):
    normals = cohort.samples[cohort.samples["tissue"] == "normal"]
    labels = ["subtype", "grade", "stage", "os_time", "os_event", "absolute_purity"]
    assert normals[labels].isna().all(axis=None)


def test_codes_survive_a_csv_file(cohort, tmp_path):
    cohort.samples.to_csv(tmp_path / "samples.csv", index=False)
    read = pd.read_csv(tmp_path / "samples.csv", dtype=str)
    assert set(read["os_event"].dropna()) == {"0", "1"}
    assert set(read["grade"].dropna()) == {"1", "2", "3"}


def test_published_purity_is_a_noisy_and_incomplete_copy(cohort, tumours):
    published = tumours["absolute_purity"]
    assert published.isna().mean() == pytest.approx(0.2, abs=0.05)
    assert published.dropna().between(0.0, 1.0).all()
    assert 0.7 < published.corr(cohort.truth_table["purity"]) < 0.95
    assert tumours["leukocyte_fraction"].corr(cohort.truth_table["immune_fraction"]) > 0.8


def test_survival_depends_on_the_programme(cohort, tumours):
    time, event = tumours["os_time"].astype(float), tumours["os_event"].astype(int)
    programme = cohort.truth_table["programme"]
    assert concordance_index(time, -programme, event) > 0.65
    assert 0.25 < event.mean() < 0.5
    assert (time > 0).all()


def test_survival_ignores_a_programme_without_effect():
    settings = SyntheticSettings(n_genes=100, log_hazard_ratio=0.0)
    cohort = generate_synthetic_cohort(settings)
    sheet = cohort.samples.dropna(subset=["os_time"])
    concordance = concordance_index(
        sheet["os_time"].astype(float), -cohort.truth_table["programme"], sheet["os_event"]
    )
    assert 0.4 < concordance < 0.6


def test_grade_follows_proliferation(cohort, tumours):
    genes = ["MKI67", "AURKA", "BIRC5", "CCNB1", "TOP2A"]
    signal = cohort.pure_profiles[genes].mean(axis=1).groupby(tumours["grade"]).mean()
    assert signal["1"] < signal["2"] < signal["3"]


def test_samples_of_a_patient_share_age_and_batch(cohort):
    by_patient = cohort.samples.groupby("patient_id")[["age", "batch"]].nunique()
    assert (by_patient == 1).all(axis=None)
