"""Nodes of the normalization pipeline."""

import json

import numpy as np

from twinpurify.pipelines.normalization.nodes import normalize_truth, split_patients


def test_a_cohort_and_its_truth_come_to_one_scale(normalized, simulated, definition):
    truth = normalize_truth(simulated[2], definition)
    assert normalized.uns["unit"]["scale"] == "log2"
    np.testing.assert_allclose(truth, simulated[2], atol=1e-5)
    np.testing.assert_allclose(
        normalized.to_df(), simulated[0].loc[normalized.obs_names, normalized.var_names], atol=1e-5
    )


def test_splits_are_as_many_as_asked_for_and_plain(splits, evaluation):
    assert [split["split"] for split in splits] == list(range(evaluation.n_splits))
    assert json.loads(json.dumps(splits)) == splits


def test_a_patient_is_on_one_side_with_her_normal(splits, normalized):
    everybody = set(normalized.obs["patient_id"])
    for split in splits:
        assert not set(split["train"]) & set(split["test"])
        assert set(split["train"]) | set(split["test"]) == everybody


def test_the_share_of_test_patients_is_the_setting_s(normalized, evaluation):
    half = evaluation.model_copy(update={"test_fraction": 0.5})
    (split, _) = split_patients(normalized, half)
    assert abs(len(split["test"]) - len(split["train"])) <= 1


def test_the_seed_decides(normalized, evaluation, splits):
    assert split_patients(normalized, evaluation) == splits
    other = evaluation.model_copy(update={"seed": 1})
    assert split_patients(normalized, other) != splits
