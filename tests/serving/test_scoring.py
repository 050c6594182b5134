"""Scoring of new profiles by a fitted method."""

import logging

import anndata
import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import ConfigurationError, ExpressionError, GeneMismatchError
from twinpurify.serving.scoring import available_outputs, give_output, score_profiles


def test_scores_are_those_of_the_method(twinpurify_model, tumours):
    scored = score_profiles(twinpurify_model, tumours)
    np.testing.assert_array_equal(scored.embedding, twinpurify_model.transform(tumours))
    np.testing.assert_array_equal(scored.purity, twinpurify_model.estimate_purity(tumours))
    pd.testing.assert_frame_equal(scored.purified, twinpurify_model.purify(tumours))
    assert scored.missing_share == 0.0


def test_scores_carry_names(twinpurify_model, tumours):
    scored = score_profiles(twinpurify_model, tumours)
    assert list(scored.embedding.columns) == ["dimension_1", "dimension_2", "dimension_3"]
    for table in (scored.embedding, scored.purified, scored.purity):
        assert list(table.index) == list(tumours.index)
    assert scored.purity.name == "purity"
    assert list(scored.purified.columns) == list(tumours.columns)


def test_an_anndata_scores_like_its_table(twinpurify_model, tumours):
    scored = score_profiles(twinpurify_model, anndata.AnnData(tumours))
    expected = score_profiles(twinpurify_model, tumours)
    pd.testing.assert_frame_equal(scored.purified, expected.purified)


def test_order_and_surplus_of_genes_do_not_matter(twinpurify_model, tumours):
    shuffled = tumours[tumours.columns[::-1]].assign(UNKNOWN=1.0)
    expected = score_profiles(twinpurify_model, tumours).embedding
    pd.testing.assert_frame_equal(score_profiles(twinpurify_model, shuffled).embedding, expected)


def test_one_sample_scores_alone_as_in_its_batch(twinpurify_model, tumours):
    batch = score_profiles(twinpurify_model, tumours)
    alone = score_profiles(twinpurify_model, tumours.iloc[[5]])
    np.testing.assert_allclose(alone.embedding, batch.embedding.iloc[[5]], atol=1e-5)
    np.testing.assert_allclose(alone.purified, batch.purified.iloc[[5]], atol=1e-5)


def test_a_method_without_purified_expression_gives_none(pca_model, tumours):
    scored = score_profiles(pca_model, tumours)
    assert scored.purified is None
    assert scored.purity is None
    assert available_outputs(pca_model) == ["embedding"]


def test_missing_genes_are_an_error_that_names_them(pca_model, tumours):
    with pytest.raises(GeneMismatchError, match=r"2 of the model's 12 genes .*'GENE0', 'GENE1'"):
        score_profiles(pca_model, tumours.iloc[:, 2:])


def test_missing_genes_can_take_their_training_mean(pca_model, tumours, caplog):
    with caplog.at_level(logging.WARNING, "twinpurify.serving.scoring"):
        scored = score_profiles(pca_model, tumours.iloc[:, 3:], "training_mean")
    filled = tumours.copy()
    filled.iloc[:, :3] = pca_model.gene_mean_[:3]
    np.testing.assert_array_equal(scored.embedding, pca_model.transform(filled))
    assert scored.missing_share == 0.25
    assert "3 of the model's 12 genes are missing in the 24 profiles" in caplog.text


def test_no_shared_gene_is_an_error_under_any_policy(pca_model, tumours):
    foreign = tumours.rename(columns=lambda gene: f"ENSG_{gene}")
    with pytest.raises(GeneMismatchError, match="none of the model's 12 genes"):
        score_profiles(pca_model, foreign, "training_mean")


def test_an_unknown_policy_is_an_error(pca_model, tumours):
    with pytest.raises(ConfigurationError, match="missing_genes is 'zero'"):
        score_profiles(pca_model, tumours, "zero")


def test_nan_is_an_error_that_says_where(pca_model, tumours):
    broken = tumours.copy()
    broken.iloc[3, 4] = np.nan
    with pytest.raises(ExpressionError, match="s3/GENE4"):
        score_profiles(pca_model, broken)


def test_an_unknown_output_is_an_error(pca_model, tumours):
    with pytest.raises(
        ConfigurationError, match="output is 'subtype'; expected one of 'embedding'"
    ):
        give_output(pca_model, tumours, "subtype")


def test_an_output_that_the_method_lacks_is_an_error_that_names_who_has_it(pca_model, tumours):
    message = r"'pca' gives no 'purity'; it gives 'embedding'; methods that do are .*'twinpurify'"
    with pytest.raises(ConfigurationError, match=message):
        give_output(pca_model, tumours, "purity")
