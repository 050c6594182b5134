"""The most variable genes of the training tumours."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from twinpurify.errors import ExpressionError
from twinpurify.normalization.steps.variable_genes import VariableGenes


@pytest.fixture
def profiles():
    """Spread of the genes: A 1, B 0, C 4, D 2, E 0.5."""
    base = np.array([-1.0, 1.0, -1.0, 1.0])
    spread = {"A": 1.0, "B": 0.0, "C": 4.0, "D": 2.0, "E": 0.5}
    return pd.DataFrame({gene: 8.0 + size * base for gene, size in spread.items()})


def test_the_most_variable_stay_in_their_order(profiles):
    assert list(VariableGenes(3).fit_transform(profiles).columns) == ["A", "C", "D"]


def test_genes_that_do_not_vary_are_never_kept(profiles):
    assert list(VariableGenes(100).fit(profiles).genes_) == ["A", "C", "D", "E"]


def test_the_order_of_samples_and_genes_does_not_matter(profiles):
    shuffled = profiles.iloc[::-1, [3, 0, 4, 2, 1]]
    assert set(VariableGenes(2).fit(shuffled).genes_) == {"C", "D"}


def test_others_are_cut_to_the_genes_of_the_training(profiles):
    chosen = VariableGenes(2).fit(profiles)
    others = pd.DataFrame(np.eye(5)[:, ::-1], columns=list("EDCBA"))
    assert list(chosen.transform(others).columns) == ["C", "D"]


def test_equal_genes_are_chosen_in_their_order():
    values = pd.DataFrame({gene: [1.0, 2.0, 3.0] for gene in "WXYZ"})
    assert list(VariableGenes(2).fit(values).genes_) == ["W", "X"]


def test_no_variable_gene_is_an_error():
    constant = pd.DataFrame(np.ones((6, 3)), columns=list("ABC"))
    with pytest.raises(ExpressionError, match="none of the 3 genes varies among 6 tumours"):
        VariableGenes(2).fit(constant)


def test_it_must_be_fitted_first(profiles):
    with pytest.raises(NotFittedError, match="VariableGenes"):
        VariableGenes(2).transform(profiles)
