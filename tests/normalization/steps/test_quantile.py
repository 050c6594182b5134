"""Quantile normalisation against limma; new samples by the frozen quantiles."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from tests.normalization.golden_tables import golden
from twinpurify.errors import GeneMismatchError
from twinpurify.normalization.steps.cpm import CountsPerMillion
from twinpurify.normalization.steps.log2 import Log2
from twinpurify.normalization.steps.quantile import QuantileNormalization

PROFILES = Log2().transform(CountsPerMillion().transform(golden("counts.csv")))


@pytest.fixture(scope="module")
def fitted():
    return QuantileNormalization().fit(PROFILES)


def test_values_are_those_of_limma_ties_included(fitted):
    values = PROFILES.to_numpy()
    assert any(len(np.unique(sample)) < len(sample) - 10 for sample in values)
    np.testing.assert_allclose(fitted.transform(PROFILES), golden("quantile.csv"), rtol=1e-12)


def test_a_new_sample_takes_the_training_s_distribution(fitted):
    new = pd.DataFrame([np.arange(120.0)], index=["new"], columns=PROFILES.columns)
    np.testing.assert_array_equal(fitted.transform(new)[PROFILES.columns], [fitted.quantiles_])


def test_a_sample_alone_comes_out_as_in_its_batch(fitted):
    alone = fitted.transform(PROFILES.iloc[[4]])
    pd.testing.assert_frame_equal(alone, fitted.transform(PROFILES).iloc[[4]], rtol=0, atol=0)


def test_missing_genes_are_named(fitted):
    with pytest.raises(GeneMismatchError, match=r"1 of the 120 genes that quantile .*'G120'"):
        fitted.transform(PROFILES.iloc[:, :-1])


def test_it_must_be_fitted_first():
    with pytest.raises(NotFittedError, match="QuantileNormalization"):
        QuantileNormalization().transform(PROFILES)
