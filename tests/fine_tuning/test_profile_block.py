"""A head that learns from the profile beside its embedding."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from twinpurify.errors import GeneMismatchError
from twinpurify.fine_tuning.fitting import run_in_batches
from twinpurify.fine_tuning.profile_block import BlockStandardizer, encoder_module, head_inputs
from twinpurify.representation.registry import create_method
from twinpurify.supervised.scaling import CommonStandardizer

from .made import N_GENES, classifier, profiles

TRAINING, LABELS = profiles(45)
TEST, TRUTH = profiles(30, seed=1)


def fitted_pca():
    return create_method("pca", {"n_dimensions": 4}).fit(TRAINING)


def test_each_block_has_its_share_of_the_variance_and_columns_keep_their_proportions():
    values = np.random.default_rng(0).normal(size=(50, 10)) * np.arange(1, 11) + 3.0
    scaled = BlockStandardizer(CommonStandardizer, 7, 0.8).fit(values).transform(values)
    variances = scaled.var(axis=0)
    assert variances.mean() == pytest.approx(1.0)
    assert variances[:7].sum() / variances.sum() == pytest.approx(0.8)
    np.testing.assert_allclose(scaled.mean(axis=0), 0.0, atol=1e-12)
    own = values.var(axis=0)
    for block in (slice(0, 7), slice(7, 10)):
        np.testing.assert_allclose(
            variances[block] / own[block], variances[block][0] / own[block][0]
        )


def test_an_embedding_that_does_not_vary_gives_nothing():
    values = np.hstack([np.random.default_rng(0).normal(size=(20, 3)), np.ones((20, 2))])
    scaled = BlockStandardizer(CommonStandardizer, 3, 0.5).fit(values).transform(values)
    assert np.isfinite(scaled).all()
    assert (scaled[:, 3:] == 0).all()


def test_the_head_is_logistic_regression_on_both_blocks():
    model = classifier(profile_share=0.3).fit(TRAINING, LABELS)
    blocks = []
    for table in (TRAINING, TEST):
        both = table.to_numpy(np.float64), model.method_.transform(table).astype(np.float64)
        blocks.append(both)
    parts = []
    for (learnt, asked), share in zip(zip(*blocks, strict=True), (0.3, 0.7), strict=True):
        size = np.sqrt(learnt.var(axis=0).sum() / (share * (N_GENES + 4)))
        parts.append([(values - learnt.mean(axis=0)) / size for values in (learnt, asked)])
    learnt, asked = (np.hstack(side) for side in zip(*parts, strict=True))
    plain = LogisticRegression(
        C=model.inverse_penalty_, class_weight="balanced", max_iter=10000, tol=1e-8
    )
    expected = plain.fit(learnt, LABELS).predict_proba(asked)
    np.testing.assert_allclose(model.predict_proba(TEST), expected, atol=1e-2)


def test_what_the_embedding_lost_can_be_learnt_from_the_profile():
    blind = create_method("pca", {"n_dimensions": 1}).fit(TRAINING)
    alone = classifier(method=blind).fit(TRAINING, LABELS).score(TEST, TRUTH)
    beside = classifier(method=blind, profile_share=0.5).fit(TRAINING, LABELS).score(TEST, TRUTH)
    assert beside > alone + 0.1


def test_the_module_gives_the_inputs_of_the_head():
    method = fitted_pca()
    found = run_in_batches(encoder_module(method, 0.5), TEST.to_numpy())
    np.testing.assert_allclose(found, head_inputs(method, TEST, 0.5), atol=1e-4)
    assert found.shape == (30, N_GENES + 4)
    np.testing.assert_array_equal(head_inputs(method, TEST, 0.0), method.transform(TEST))


def test_genes_come_in_any_order_and_must_be_there():
    model = classifier(profile_share=0.5).fit(TRAINING, LABELS)
    turned = TEST[TEST.columns[::-1]]
    np.testing.assert_array_equal(model.predict_proba(turned), model.predict_proba(TEST))
    with pytest.raises(GeneMismatchError, match="are not in the matrix"):
        model.predict_proba(TEST.iloc[:, 1:])
