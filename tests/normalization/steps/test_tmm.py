"""TMM against edgeR and rnanorm, and what happens at its edges."""

import numpy as np
import pandas as pd
import pytest
import rnanorm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata
from sklearn.exceptions import NotFittedError

from tests.normalization.golden_tables import golden
from twinpurify.errors import GeneMismatchError
from twinpurify.normalization.steps.tmm import TrimmedMeanOfRatios, _central

COUNTS = golden("counts.csv")


@pytest.fixture(scope="module")
def fitted():
    return TrimmedMeanOfRatios().fit(COUNTS)


def test_factors_are_those_of_edger(fitted):
    expected = golden("factors.csv").loc["tmm"]
    np.testing.assert_allclose(fitted.factors(COUNTS), expected, rtol=1e-12)


def test_values_are_those_of_edger(fitted):
    np.testing.assert_allclose(fitted.transform(COUNTS), golden("cpm_tmm.csv"), rtol=1e-12)


def test_values_are_those_of_rnanorm_on_the_genes_that_it_keeps(fitted):
    kept = COUNTS.loc[:, COUNTS.sum() > 0]
    expected = rnanorm.TMM().fit_transform(kept)
    np.testing.assert_allclose(fitted.transform(COUNTS)[kept.columns], expected, rtol=1e-10)


@pytest.mark.parametrize("sample", [0, 6, 7])
def test_a_sample_alone_comes_out_as_in_its_batch(fitted, sample):
    alone = fitted.transform(COUNTS.iloc[[sample]])
    pd.testing.assert_frame_equal(alone, fitted.transform(COUNTS).iloc[[sample]], rtol=0, atol=0)


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.sampled_from([-2.0, -1.0, 0.0, 0.5, 3.0]), min_size=1, max_size=40),
    trim=st.sampled_from([0.0, 0.05, 0.3, 0.49]),
)
def test_ends_are_cut_off_by_mean_ranks(values, trim):
    rank, cut = rankdata(values), int(len(values) * trim)
    expected = (rank >= cut + 1) & (rank <= len(values) - cut)
    np.testing.assert_array_equal(_central(np.array(values), trim), expected)


def test_genes_with_most_reads_leave_the_others_as_they_are():
    few = COUNTS.iloc[[0]].copy()
    few.iloc[:, :4] += 100_000
    fitted = TrimmedMeanOfRatios().fit(COUNTS)
    before, after = fitted.transform(COUNTS.iloc[[0]]), fitted.transform(few)
    ratio = (after / before).iloc[0, 4:].dropna()
    np.testing.assert_allclose(ratio, 1.0, rtol=0.15)


def test_a_sample_like_the_reference_has_the_factor_one(fitted):
    reference = pd.DataFrame([fitted.reference_ * 2], columns=fitted.genes_)
    assert fitted.factors(reference) == pytest.approx(1.0 / fitted.geometric_mean_, rel=1e-12)


def test_a_sample_without_reads_stays_at_zero(fitted):
    assert (fitted.transform(COUNTS.iloc[[0]] * 0.0) == 0.0).all(axis=None)


def test_a_training_without_reads_stays_at_zero():
    nothing = COUNTS.iloc[:3] * 0.0
    assert (TrimmedMeanOfRatios().fit_transform(nothing) == 0.0).all(axis=None)


def test_without_upper_quartiles_the_reference_has_the_largest_roots():
    # One gene of ten has reads in more than one sample.
    sparse = pd.DataFrame(np.eye(9, 10, k=1) * 9.0)
    sparse[0] = [5.0, 6.0, 7.0, 90.0, 8.0, 5.0, 6.0, 7.0, 8.0]
    np.testing.assert_array_equal(TrimmedMeanOfRatios().fit(sparse).reference_, sparse.iloc[3])


def test_a_gene_that_is_missing_counts_as_one_without_reads(fitted):
    gene = COUNTS.columns[3]
    without = COUNTS.drop(columns=gene)
    expected = fitted.transform(COUNTS.assign(**{gene: 0.0})).drop(columns=gene)
    pd.testing.assert_frame_equal(fitted.transform(without), expected)


def test_too_many_missing_genes_are_named(fitted):
    with pytest.raises(GeneMismatchError, match=r"60 of the 120 genes that tmm .*'G061', 'G062'"):
        fitted.transform(COUNTS.iloc[:, :60])


def test_it_must_be_fitted_first():
    with pytest.raises(NotFittedError, match="TrimmedMeanOfRatios"):
        TrimmedMeanOfRatios().transform(COUNTS)
