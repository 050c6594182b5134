"""Filters of genes by counts, level and variance; protected genes stay."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from twinpurify.normalization.steps.count_filter import CountFilter
from twinpurify.normalization.steps.expression_filter import ExpressionFilter
from twinpurify.normalization.steps.variable_genes import VariableGenes
from twinpurify.normalization.steps.variance_filter import VarianceFilter

from .golden_tables import golden

COUNTS = golden("counts.csv")
FILTERS = {
    "count_filter": CountFilter(),
    "expression_filter": ExpressionFilter(5.0, 0.9),
    "variance_filter": VarianceFilter(2.0),
    "variable_genes": VariableGenes(10),
}


def test_counts_are_filtered_as_edger_does():
    kept = golden("filter_by_expr.csv").loc["kept"]
    assert 0 < kept.sum() < len(kept)
    np.testing.assert_array_equal(CountFilter().fit(COUNTS).genes_, kept.index[kept == 1])


def test_a_gene_of_few_reads_in_all_goes():
    counts = pd.DataFrame({"A": [1.0, 1.0], "B": [50.0, 60.0]})
    assert list(CountFilter(min_count=0.5).fit(counts).genes_) == ["B"]
    assert list(CountFilter(min_count=0.5, min_total=2.0).fit(counts).genes_) == ["A", "B"]


def test_samples_without_reads_are_filtered_like_others():
    assert list(CountFilter().fit(COUNTS * 0.0).genes_) == []


def test_a_share_of_the_tumours_must_reach_the_level():
    profiles = pd.DataFrame({"A": [0.0, 0, 0, 0, 3], "B": [1.0] * 5, "C": [0.0] * 5})
    assert list(ExpressionFilter().fit(profiles).genes_) == ["A", "B"]
    assert list(ExpressionFilter(min_share=0.3).fit(profiles).genes_) == ["B"]
    assert list(ExpressionFilter(min_value=2.0).fit(profiles).genes_) == ["A"]


def test_genes_of_small_variance_go():
    profiles = pd.DataFrame({"A": [0.0, 2.0], "B": [1.0, 1.0], "C": [0.0, 4.0]})
    assert list(VarianceFilter().fit(profiles).genes_) == ["A", "C"]
    assert list(VarianceFilter(1.0).fit(profiles).genes_) == ["C"]


@pytest.mark.parametrize("name", FILTERS)
def test_protected_genes_stay_in_their_place(name):
    profiles = COUNTS if name == "count_filter" else np.log2(COUNTS + 1.0)
    loose = FILTERS[name].fit(profiles).genes_
    gone = [gene for gene in COUNTS.columns if gene not in loose][-2:]
    filtered = FILTERS[name].__class__(**FILTERS[name].get_params())
    filtered.set_params(protected_genes=[*gone, "unknown"])
    kept = filtered.fit(profiles).genes_
    assert set(gone) <= set(kept)
    assert list(kept) == sorted(kept)


def test_protected_genes_count_among_the_most_variable():
    profiles = np.log2(COUNTS + 1.0)
    first = list(VariableGenes(10).fit(profiles).genes_)
    kept = list(VariableGenes(10, ["G017", first[0]]).fit(profiles).genes_)
    assert len(kept) == 10 and "G017" in kept and first[0] in kept
    assert len(set(first) & set(kept)) == 9
    many = list(COUNTS.columns[:15])
    assert list(VariableGenes(10, many).fit(profiles).genes_) == many


@pytest.mark.parametrize("name", FILTERS)
def test_other_samples_keep_the_same_genes_by_name(name):
    fitted = FILTERS[name].fit(COUNTS if name == "count_filter" else np.log2(COUNTS + 1.0))
    others = COUNTS.iloc[:2, ::-1].assign(new=1.0)
    assert list(fitted.transform(others).columns) == list(fitted.genes_)
    lacking = others.drop(columns=fitted.genes_[0])
    assert list(fitted.transform(lacking).columns) == list(fitted.genes_[1:])


@pytest.mark.parametrize("name", FILTERS)
def test_it_must_be_fitted_first(name):
    unfitted = FILTERS[name].__class__()
    with pytest.raises(NotFittedError, match=type(unfitted).__name__):
        unfitted.transform(COUNTS)
