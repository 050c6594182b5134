"""Upper quartile against edgeR and rnanorm, and what happens at its edges."""

import numpy as np
import pandas as pd
import pytest
import rnanorm
from sklearn.exceptions import NotFittedError

from tests.normalization.golden_tables import golden
from twinpurify.errors import ExpressionError, GeneMismatchError
from twinpurify.normalization.steps.upper_quartile import UpperQuartile

COUNTS = golden("counts.csv")


@pytest.fixture(scope="module")
def fitted():
    return UpperQuartile().fit(COUNTS)


def test_factors_are_those_of_edger(fitted):
    expected = golden("factors.csv").loc["upper_quartile"]
    np.testing.assert_allclose(fitted.factors(COUNTS), expected, rtol=1e-12)


def test_values_are_those_of_edger(fitted):
    expected = golden("cpm_upper_quartile.csv")
    np.testing.assert_allclose(fitted.transform(COUNTS), expected, rtol=1e-12)


def test_values_are_those_of_rnanorm(fitted):
    expected = rnanorm.UQ().fit_transform(COUNTS)
    np.testing.assert_allclose(fitted.transform(COUNTS), expected, rtol=1e-10)


def test_the_quartile_is_over_the_genes_of_the_training_also_for_one_sample(fitted):
    alone = fitted.transform(COUNTS.iloc[[6]])
    pd.testing.assert_frame_equal(alone, fitted.transform(COUNTS).iloc[[6]], rtol=0, atol=0)
    # Its own genes without reads stay among those that the quartile is taken of.
    assert (COUNTS.iloc[6] == 0).sum() > (~fitted.expressed_).sum() >= 2


def test_a_sample_with_few_genes_is_refused(fitted):
    sparse = COUNTS.iloc[[2]].copy()
    sparse.iloc[:, 20:] = 0.0
    with pytest.raises(ExpressionError, match=r"no reads in 'S03' \(1 in all\).*count_filter"):
        fitted.transform(sparse)
    with pytest.raises(ExpressionError, match="three quarters of the genes have no reads"):
        UpperQuartile().fit(pd.concat([COUNTS, sparse]))
    with pytest.raises(ExpressionError, match="three quarters of the genes have no reads"):
        UpperQuartile().fit(sparse * 0.0)


def test_too_many_missing_genes_are_named(fitted):
    with pytest.raises(GeneMismatchError, match="20 of the 120 genes that upper_quartile"):
        fitted.transform(COUNTS.iloc[:, 20:])


def test_it_must_be_fitted_first():
    with pytest.raises(NotFittedError, match="UpperQuartile"):
        UpperQuartile().transform(COUNTS)
