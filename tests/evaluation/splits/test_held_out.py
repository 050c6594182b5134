"""Samples scored by probes fitted on other patients."""

import numpy as np
import pandas as pd

from tests.evaluation.stand_ins import embed, settings
from twinpurify.evaluation.splits.held_out import cross_validated, of_split


def test_a_split_is_one_fold_that_scores_the_test_tumours(cohort):
    embedded = embed(cohort)
    held = of_split(embedded)
    ((fit, score),) = held.folds()
    assert list(held.obs.index[fit]) == list(embedded.data.train_tumours.index)
    assert list(held.obs.index[score]) == list(embedded.data.test_tumours.index)
    np.testing.assert_array_equal(held.features[score], embedded.test)
    np.testing.assert_array_equal(held.weights[:, score], embedded.test_weights)
    assert (held.weights[:, fit] == 0.0).all()


def test_a_cross_validation_scores_everybody_and_keeps_patients_together():
    obs = pd.DataFrame({"patient_id": [f"P{index // 3}" for index in range(60)]})
    features, weights = np.arange(120.0).reshape(60, 2), np.ones((4, 60))
    held = cross_validated(features, obs, weights, settings(), seed=0, split=0)
    folds = list(held.folds())
    assert len(folds) == 5 and held.scored.all()
    for fit, score in folds:
        assert not set(held.patients[fit]) & set(held.patients[score])
        assert (fit ^ score).all()
    again = cross_validated(features, obs, weights, settings(), seed=0, split=1)
    assert (again.fold != held.fold).any()


def test_taking_rows_keeps_everything_aligned(cohort):
    held = of_split(embed(cohort))
    rows = held.obs["subtype"].isin(["LumA"]).to_numpy()
    part = held.take(rows)
    assert (part.obs["subtype"] == "LumA").all()
    np.testing.assert_array_equal(part.features, held.features[rows])
    np.testing.assert_array_equal(part.fold, held.fold[rows])
    np.testing.assert_array_equal(part.weights, held.weights[:, rows])
