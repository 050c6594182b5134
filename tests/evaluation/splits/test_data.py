"""A split takes a cohort apart by patient, normals included."""

from dataclasses import replace

import pytest

from tests.evaluation.stand_ins import GENES, Division, divide
from twinpurify.errors import SampleSheetError
from twinpurify.evaluation.splits.data import split_data


def test_every_part_holds_the_samples_of_its_patients(cohort):
    division = divide(cohort)
    data = split_data(cohort, division, seed=3)
    for side, patients in (("train", division.train), ("test", division.test)):
        for tissue, sheet in (("tumour", f"{side}_obs"), ("normal", f"{side}_normals_obs")):
            profiles, obs = getattr(data, f"{side}_{tissue}s"), getattr(data, sheet)
            expected = cohort.obs["patient_id"].isin(patients) & (cohort.obs["tissue"] == tissue)
            assert list(profiles.index) == list(obs.index) == list(cohort.obs_names[expected])
            assert list(profiles.columns) == GENES
            assert (profiles.to_numpy() == cohort[profiles.index].X).all()
    assert (data.split, data.seed) == (0, 3)


def test_patients_of_neither_side_are_left_out(cohort):
    data = split_data(cohort, Division(1, ["P001", "P002"], ["P003"]))
    assert list(data.train_tumours.index) == ["P001-T", "P002-T"]
    assert list(data.test_tumours.index) == ["P003-T"]
    assert data.train_normals.empty and data.test_normals.empty


def test_a_patient_on_both_sides_is_refused(cohort):
    with pytest.raises(SampleSheetError, match=r"training and test: 'P001' \(1 in all\)"):
        split_data(cohort, Division(0, ["P001", "P002"], ["P001"]))


def test_a_side_without_tumours_is_refused(cohort):
    with pytest.raises(SampleSheetError, match=r"none of its 1 test patients has a tumour"):
        split_data(cohort, Division(0, ["P001"], ["Q001"]))


def test_what_depends_on_the_split_alone_is_computed_once(cohort):
    data, computed = split_data(cohort, divide(cohort)), []

    def compute():
        computed.append(len(computed))
        return computed[-1]

    assert [data.once("a", compute), data.once("a", compute), data.once("b", compute)] == [0, 0, 1]
    assert replace(data, seed=1).once("a", compute) == 2


def test_the_contrasts_of_a_cohort_come_along(cohort):
    assert split_data(cohort, divide(cohort)).contrasts == {}
    cohort.uns["contrasts"] = {"er": {"collection": "hallmark", "pathway": "EARLY"}}
    (expected,) = split_data(cohort, divide(cohort)).contrasts.values()
    assert expected == ("hallmark", "EARLY")
    assert str(expected) == "hallmark EARLY"
