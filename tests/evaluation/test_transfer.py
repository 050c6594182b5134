"""A frozen method on a cohort that it was not trained on."""

from dataclasses import replace

import numpy as np
import pytest

from twinpurify.errors import GeneMismatchError, SampleSheetError
from twinpurify.evaluation.splits.data import split_data
from twinpurify.evaluation.transfer import evaluate_transfer

from .stand_ins import Projection, bootstrap, divide, make_cohort, settings, values


@pytest.fixture
def target():
    """Another cohort: tumours of other patients."""
    cohort, _ = make_cohort(120)
    cohort = cohort[cohort.obs["tissue"] == "tumour"].copy()
    cohort.obs["patient_id"] = [f"T{index // 2:02d}" for index in range(cohort.n_obs)]
    cohort.obs_names = [f"sample-{index}" for index in range(cohort.n_obs)]
    return cohort


def transfer(cohort, target, **changes):
    data = split_data(cohort, divide(cohort))
    chosen = settings(min_class_patients=4, **changes)
    return evaluate_transfer(
        Projection(), data, target.to_df(), target.obs, chosen, bootstrap(target)
    )


def test_the_questions_are_answered_in_the_target(cohort, target):
    result = transfer(cohort, target)
    found = values(result.measurements)
    assert {task for task, _, _ in found} == {
        "subtype",
        "grade",
        "survival_os",
        "survival_os_increment",
        *(f"purity_left@{s}" for s in ("absolute", "absolute_within_subtype")),
        *(f"purity_left@{s}" for s in ("cpe", "cpe_within_subtype")),
        *(f"purity_estimate@{s}" for s in ("absolute", "cpe", "truth")),
    }
    assert {fraction for _, _, fraction in found} == {1.0}
    assert np.isfinite(list(found.values())).all()
    assert found["subtype", "balanced_accuracy", 1.0] > 0.6
    assert np.isfinite(found["subtype", "brier", 1.0])
    for table in ("confusion", "calibration"):
        assert set(result.tables[table]["task"]) == {"subtype", "grade"}
    assert set(result.predictions["sample_id"]) == set(target.obs_names)
    unknown = ["pathway_purity", "pathway_contrast", "immune_left"]
    assert [skip.task for skip in result.skipped] == ["survival_pfi", *unknown]


def test_the_subtype_is_learnt_in_the_training_cohort(cohort, target):
    target.obs["subtype"] = target.obs["subtype"].map(
        {"LumA": "Basal", "LumB": "LumA", "Basal": "LumB"}
    )
    found = values(transfer(cohort, target, tasks=["subtype"]).measurements)
    assert found["subtype", "balanced_accuracy", 1.0] < 0.3


def test_each_split_deals_the_patients_anew(cohort, target):
    scores = []
    for split in (0, 1, 0):
        data = split_data(cohort, divide(cohort))
        data = replace(data, split=split)
        result = evaluate_transfer(
            Projection(),
            data,
            target.to_df(),
            target.obs,
            settings(tasks=["purity_left"]),
            bootstrap(target),
        )
        scores.append(result.measurements[0].value)
    assert scores[0] == scores[2] != scores[1]


def test_patients_in_training_are_left_out(cohort, target):
    train = divide(cohort).train
    tumours = [patient for patient in train if patient.startswith("P")][:6]
    normals = [patient for patient in train if patient.startswith("Q")][:2]
    column = target.obs.columns.get_loc("patient_id")
    target.obs.iloc[:8, column] = [*tumours, *normals]
    result = transfer(cohort, target, tasks=["survival"])
    assert result.skipped[0].task == "transfer"
    assert result.skipped[0].reason == "8 of 120 target tumours: their patients are in training"
    assert set(result.predictions["sample_id"]) == set(target.obs_names[8:])


def test_other_genes_are_refused(cohort, target):
    data = split_data(cohort, divide(cohort))
    with pytest.raises(GeneMismatchError, match=r"29 genes, where the 30 .* missing: 'G00'"):
        evaluate_transfer(
            Projection(),
            data,
            target.to_df().iloc[:, 1:],
            target.obs,
            settings(),
            bootstrap(target),
        )


def test_a_sheet_of_other_samples_is_refused(cohort, target):
    data = split_data(cohort, divide(cohort))
    with pytest.raises(SampleSheetError, match="on one side only: 'sample-0'"):
        evaluate_transfer(
            Projection(), data, target.to_df(), target.obs.iloc[1:], settings(), bootstrap(target)
        )
