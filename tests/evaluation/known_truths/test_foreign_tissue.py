"""Tissue of another cohort: whose samples and which genes serve."""

import logging

import pytest

from twinpurify.errors import BackgroundError
from twinpurify.evaluation.known_truths.foreign_tissue import select_foreign


@pytest.fixture
def own(cohort):
    cohort.uns["cohort"] = "demo"
    return cohort


@pytest.fixture
def other(cohort):
    other = cohort[:60, ::-1].copy()
    other.obs["patient_id"] = [f"R{index:03d}" for index in range(60)]
    other.uns["cohort"] = "elsewhere"
    return other


def test_samples_of_the_cohort_s_own_patients_leave(own, other, caplog):
    other.obs.iloc[:3, other.obs.columns.get_loc("patient_id")] = own.obs["patient_id"].iloc[:3]
    with caplog.at_level(logging.INFO):
        tissue = select_foreign(other, own)
    assert tissue.index.tolist() == other.obs_names[3:].tolist()
    assert "57 samples (3 of patients who are in demo left out), 30 of 30 genes" in caplog.text


def test_the_genes_that_both_have_come_in_the_cohort_s_order(own, other):
    assert select_foreign(other[:, 4:9], own).columns.tolist() == [
        gene for gene in own.var_names if gene in set(other.var_names[4:9])
    ]


def test_nothing_left_is_an_error(own, other):
    with pytest.raises(BackgroundError, match=r"of its 60 samples 60 are of other .* 0 of the 30"):
        select_foreign(other[:, :0], own)
    other.obs["patient_id"] = own.obs["patient_id"].iloc[0]
    with pytest.raises(BackgroundError, match="elsewhere can't be mixed into tumours of demo"):
        select_foreign(other, own)
