"""The slots of an AnnData that results stand in, for training cohorts and new samples alike."""

import logging

import anndata
import numpy as np
import pandas as pd
import pytest

from twinpurify.representation.linear.two_component import TwoComponent
from twinpurify.serving.loading import ServedModel
from twinpurify.serving.slots import purify_in_place, score_samples

from .conftest import profiles

SLOTS = ("obsm", "layers")


def as_cohort(table: pd.DataFrame) -> anndata.AnnData:
    unit = {"quantity": "tpm", "scale": "log2", "offset": 1.0}
    return anndata.AnnData(table, uns={"unit": unit, "cohort": "made", "history": ["made"]})


@pytest.fixture
def purified(twinpurify_model, tumours):
    cohort = as_cohort(tumours)
    purify_in_place(cohort, twinpurify_model)
    return cohort


def test_every_slot_holds_what_the_method_says(purified, twinpurify_model, tumours):
    expected = {"purified": "purify", "undiluted": "undilute"}
    np.testing.assert_array_equal(
        purified.obsm["X_twinpurify"], twinpurify_model.transform(tumours)
    )
    for layer, function in expected.items():
        values = getattr(twinpurify_model, function)(tumours)
        np.testing.assert_array_equal(purified.layers[layer], values)
    purity = twinpurify_model.estimate_purity(tumours)
    np.testing.assert_array_equal(purified.obs["purity_estimate"], purity)
    np.testing.assert_array_equal(purified.var["reliability"], twinpurify_model.gene_reliability_)
    assert purified.uns["history"] == ["made", "purification: twinpurify fitted on made"]


def test_new_samples_have_the_same_slots_as_the_cohort(purified, twinpurify_model, tumours):
    scored = score_samples(as_cohort(tumours), ServedModel(twinpurify_model, None))
    for slot in SLOTS:
        of_cohort, of_new = getattr(purified, slot), getattr(scored, slot)
        assert set(of_cohort) == set(of_new)
        for key in of_cohort:
            np.testing.assert_array_equal(of_new[key], of_cohort[key])
    pd.testing.assert_frame_equal(scored.obs, purified.obs)
    assert set(scored.var) - set(purified.var) == {"measured"}
    assert scored.uns["scored_by"] == "twinpurify"


def test_a_method_that_purifies_nothing_fills_its_embedding_alone(pca_model, tumours, caplog):
    cohort = as_cohort(tumours)
    with caplog.at_level(logging.WARNING, "twinpurify"):
        purify_in_place(cohort, pca_model)
    assert (list(cohort.obsm), list(cohort.layers), list(cohort.obs)) == (["X_pca"], [], [])
    assert "made: the method pca gives no purified profiles and no purity" in caplog.text


def test_a_method_that_undoes_no_dilution_has_no_such_layer(tumours, caplog):
    method = TwoComponent(n_dimensions=2).fit(tumours, background=profiles(8, seed=2))
    cohort = as_cohort(tumours)
    purify_in_place(cohort, method)
    assert list(cohort.layers) == ["purified"]
    assert "gives no" not in caplog.text


def test_a_plain_anndata_needs_no_record(pca_model, tumours):
    cohort = anndata.AnnData(tumours)
    purify_in_place(cohort, pca_model)
    assert cohort.uns["history"] == ["purification: pca fitted on these samples"]
