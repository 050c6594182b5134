"""The steps for counts on real ones, against rnanorm and plain computations."""

import numpy as np
import pandas as pd
import pytest
import rnanorm

from twinpurify.cohort.units.unit import Unit
from twinpurify.normalization.normalizer import Normalizer
from twinpurify.normalization.steps.tmm import TrimmedMeanOfRatios
from twinpurify.normalization.steps.upper_quartile import UpperQuartile

COUNTS = Unit(quantity="counts", scale="linear")


@pytest.fixture(scope="module")
def counts(real_data):
    counts = pd.read_parquet(real_data / "tcga_brca" / "normals_htseq_counts.parquet")
    return counts.iloc[:25, ::2]


def test_upper_quartile_is_that_of_rnanorm(counts):
    expected = rnanorm.UQ().fit_transform(counts.astype(float))
    values = UpperQuartile().fit(counts).transform(counts)
    np.testing.assert_allclose(values, expected, rtol=1e-9)


def test_tmm_is_that_of_rnanorm(counts):
    kept = counts.loc[:, counts.sum() > 0].astype(float)
    expected = rnanorm.TMM().fit_transform(kept)
    values = TrimmedMeanOfRatios().fit(counts).transform(counts)[kept.columns]
    np.testing.assert_allclose(values, expected, rtol=1e-6)


def test_each_sample_is_transformed_on_its_own(counts):
    normalizer = Normalizer(["count_filter", "tmm", "log2", "quantile"]).fit(counts[:18], COUNTS)
    batch = normalizer.transform(counts[18:], COUNTS)
    for sample in counts.index[[18, 24]]:
        alone = normalizer.transform(counts.loc[[sample]], COUNTS)
        pd.testing.assert_frame_equal(alone, batch.loc[[sample]], rtol=0, atol=0)
