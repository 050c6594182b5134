"""Nodes of the normalization pipeline."""

import json

import numpy as np
import pytest

from twinpurify.errors import ExpressionError
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.pipelines.normalization.nodes import (
    fit_normalizers,
    normalize_target,
    normalize_truth,
    split_patients,
)


def test_a_cohort_and_its_truth_come_to_one_scale(normalized, simulated, definition):
    truth = normalize_truth(simulated[2], definition)
    assert normalized.uns["unit"]["scale"] == "log2"
    np.testing.assert_allclose(truth, simulated[2], atol=1e-5)
    np.testing.assert_allclose(
        normalized.to_df(), simulated[0].loc[normalized.obs_names, normalized.var_names], atol=1e-5
    )


def test_steps_are_fitted_on_the_training_tumours_of_each_split(cohort, splits, normalizers):
    assert list(normalizers) == ["split_0", "split_1"]
    profiles, obs = cohort.to_df(), cohort.obs
    for split in splits:
        rows = (obs["patient_id"].isin(split["train"]) & (obs["tissue"] == "tumour")).to_numpy()
        most = profiles.loc[rows].var().nlargest(60).index
        assert set(normalizers[f"split_{split['split']}"].genes_) == set(most)


def test_the_normaliser_of_the_final_model_is_fitted_on_everybody(cohort, normalizer, normalized):
    tumours = cohort[cohort.obs["tissue"] == "tumour"].to_df()
    assert set(normalizer.genes_) == set(tumours.var().nlargest(60).index)
    assert list(normalized.var_names) == list(normalizer.genes_)


def test_a_cohort_without_tumours_in_training_is_refused(cohort, splits):
    normals = cohort[cohort.obs["tissue"] == "normal"]
    with pytest.raises(ExpressionError, match="none of the 12 samples is a tumour"):
        fit_normalizers(normals, [], NormalizationSettings())


def test_a_target_keeps_all_its_genes_and_is_fitted_on_nothing(cohort):
    whole = normalize_target(cohort)
    alone = normalize_target(cohort[[3]])
    assert whole.shape == cohort.shape
    np.testing.assert_array_equal(alone.X[0], whole.X[3])


def test_splits_are_as_many_as_asked_for_and_plain(splits, evaluation):
    assert [split["split"] for split in splits] == list(range(evaluation.n_splits))
    assert json.loads(json.dumps(splits)) == splits


def test_a_patient_is_on_one_side_with_her_normal(splits, cohort):
    everybody = set(cohort.obs["patient_id"])
    for split in splits:
        assert not set(split["train"]) & set(split["test"])
        assert set(split["train"]) | set(split["test"]) == everybody


def test_the_share_of_test_patients_is_the_setting_s(cohort, evaluation):
    half = evaluation.model_copy(update={"test_fraction": 0.5})
    (split, _) = split_patients(cohort, half)
    assert abs(len(split["test"]) - len(split["train"])) <= 1


def test_the_seed_decides(cohort, evaluation, splits):
    assert split_patients(cohort, evaluation) == splits
    other = evaluation.model_copy(update={"seed": 1})
    assert split_patients(cohort, other) != splits
