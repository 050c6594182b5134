"""Ranks within each sample as normal scores, each gene on the training tumours' scale."""

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from twinpurify.normalization.alignment.nonparanormal import (
    NonparanormalAlignment,
    normal_scores,
)


@pytest.fixture
def reference():
    return pd.DataFrame(np.random.default_rng(1).normal(8, 2, (50, 12))).add_prefix("G")


@pytest.fixture
def target():
    means = np.random.default_rng(2).normal(5, 1, 12)
    return pd.DataFrame(np.random.default_rng(3).normal(means, 1, (40, 12))).add_prefix("G")


def test_scores_are_normal_quantiles_of_ranks():
    normal = NormalDist()
    expected = [normal.inv_cdf(rank / 5) for rank in (3.5, 1, 3.5, 2)]
    np.testing.assert_allclose(normal_scores(np.array([[7.0, 0.0, 7.0, 1.0]]))[0], expected)


def test_genes_get_the_reference_s_mean_and_spread(reference, target):
    aligned = NonparanormalAlignment().fit(target, reference=reference).transform(target)
    np.testing.assert_allclose(aligned.mean(), reference.mean(), atol=1e-5)
    np.testing.assert_allclose(aligned.std(ddof=0), reference.std(ddof=0), atol=1e-4)


def test_any_rising_distortion_of_a_sample_is_undone(reference, target):
    alignment = NonparanormalAlignment().fit(target, reference=reference)
    pd.testing.assert_frame_equal(
        alignment.transform(np.exp(target / 4)), alignment.transform(target)
    )


def test_a_gene_of_constant_rank_takes_the_reference_s_mean(reference, target):
    target["G0"] = target.max().max() + 1.0
    aligned = NonparanormalAlignment().fit(target, reference=reference).transform(target)
    np.testing.assert_allclose(aligned["G0"], reference["G0"].mean(), rtol=1e-5)
