"""Profiles as methods take them: what is accepted, what is refused, and missing genes."""

import anndata
import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import ConfigurationError, ExpressionError, GeneMismatchError
from twinpurify.interface.profiles import as_profiles, complete_genes, select_genes

GENES = ["ESR1", "ERBB2", "MKI67"]


@pytest.fixture
def table() -> pd.DataFrame:
    values = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    return pd.DataFrame(values, index=["s1", "s2"], columns=GENES)


def test_a_table_becomes_float32(table):
    found = as_profiles(table)
    assert (found.dtypes == np.float32).all()
    assert found.index.tolist() == ["s1", "s2"]
    assert (table.dtypes == np.float64).all()


def test_float32_values_are_not_copied_and_names_are_the_callers_own():
    values = np.ones((2, 3), np.float32)
    assert np.shares_memory(as_profiles(values).to_numpy(), values)
    table = pd.DataFrame(values)
    found = as_profiles(table)
    assert np.shares_memory(found.to_numpy(), values)
    assert found.columns.tolist() == ["0", "1", "2"]
    assert table.columns.tolist() == [0, 1, 2]


@pytest.mark.parametrize("sparse", [False, True])
def test_anndata_gives_its_table(table, sparse):
    from scipy.sparse import csr_matrix

    values = table.to_numpy(dtype=np.float32)
    cohort = anndata.AnnData(csr_matrix(values) if sparse else values)
    cohort.obs_names, cohort.var_names = table.index, GENES
    pd.testing.assert_frame_equal(as_profiles(cohort), as_profiles(table))


def test_a_plain_array_takes_the_names_that_fit(table):
    values = table.to_numpy()
    assert as_profiles(values, np.array(GENES, dtype=object)).columns.tolist() == GENES
    assert as_profiles(values, np.array(["A"], dtype=object)).columns.tolist() == ["0", "1", "2"]
    assert as_profiles(values.tolist()).columns.tolist() == ["0", "1", "2"]


def test_numbers_as_gene_names_become_text(table):
    assert as_profiles(table.set_axis([2099, 2064, 4288], axis=1)).columns[0] == "2099"


@pytest.mark.parametrize(
    ("values", "match"),
    [
        (np.ones(3), r"expected a matrix samples × genes, found shape \(3,\)"),
        (np.ones((2, 2, 2)), r"found shape \(2, 2, 2\)"),
        (np.ones((0, 3)), r"found an empty table \(0, 3\)"),
        (pd.DataFrame(index=["s1"]), r"found an empty table \(1, 0\)"),
        (np.array([["high", "low"]]), "the expression holds text values: .*high"),
        (np.array([[1.0, 31.0]]), r"largest value is 31, and log2\(x \+ 1\) stays below 30"),
    ],
)
def test_malformed_matrices_are_refused(values, match):
    with pytest.raises(ExpressionError, match=match):
        as_profiles(values)


@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_values_that_are_not_finite_are_named(table, bad):
    table.loc["s2", "ERBB2"] = bad
    with pytest.raises(ExpressionError, match=r"^1 values .* NaN or infinite, .* s2/ERBB2; remove"):
        as_profiles(table)


def test_at_most_five_of_the_offenders_are_named():
    with pytest.raises(ExpressionError, match=r"^8 values .* 0/0, 0/1, 0/2, 0/3, 0/4; remove"):
        as_profiles(np.full((1, 8), np.nan))


def test_doubled_genes_are_named(table):
    table.columns = ["ESR1", "ESR1", "MKI67"]
    with pytest.raises(ExpressionError, match=r"doubled genes 'ESR1' \(1 in all\); collapse them"):
        as_profiles(table)


def test_genes_doubled_as_number_and_text_are_doubled(table):
    with pytest.raises(ExpressionError, match="doubled genes '7'"):
        as_profiles(table.set_axis([7, "7", "8"], axis=1))


# --- The genes of a model


def test_genes_are_selected_in_the_order_of_the_model(table):
    wanted = np.array(["MKI67", "ESR1"], dtype=object)
    np.testing.assert_array_equal(select_genes(table, wanted), [[3.0, 1.0], [6.0, 4.0]])
    everything = np.array(GENES, dtype=object)
    np.testing.assert_array_equal(select_genes(table, everything), table.to_numpy())


def test_missing_genes_are_named_with_the_setting_that_mends_it(table):
    wanted = np.array(["ESR1", "TP53"], dtype=object)
    match = r"1 of the model's 2 genes .* matrix of 3 genes: 'TP53' \(1 in all\).*training_mean"
    with pytest.raises(GeneMismatchError, match=match):
        select_genes(table, wanted)


def test_missing_genes_are_filled_with_their_training_mean(table):
    wanted = np.array(["TP53", "MKI67", "ESR1", "GATA3"], dtype=object)
    means = np.array([7.0, 70.0, 700.0, 8.0], dtype=np.float32)
    completed, share = complete_genes(table, wanted, means, "training_mean")
    assert share == 0.5
    assert completed.columns.tolist() == wanted.tolist()
    assert completed.index.tolist() == ["s1", "s2"]
    assert (completed.dtypes == np.float32).all()
    np.testing.assert_array_equal(completed, [[7.0, 3.0, 1.0, 8.0], [7.0, 6.0, 4.0, 8.0]])


@pytest.mark.parametrize("policy", ["error", "training_mean"])
def test_nothing_is_filled_where_nothing_is_missing(table, policy):
    wanted = np.array(["MKI67", "ESR1"], dtype=object)
    completed, share = complete_genes(table, wanted, np.zeros(2), policy)
    assert share == 0.0
    np.testing.assert_array_equal(completed, table[["MKI67", "ESR1"]])


def test_policy_error_refuses_a_missing_gene(table):
    wanted = np.array(["ESR1", "TP53"], dtype=object)
    with pytest.raises(GeneMismatchError, match="1 of the model's 2 genes"):
        complete_genes(table, wanted, np.zeros(2), "error")


@pytest.mark.parametrize("policy", ["error", "training_mean"])
def test_no_policy_makes_profiles_out_of_nothing(table, policy):
    wanted = np.array(["TP53", "GATA3"], dtype=object)
    match = r"none of the model's 2 genes, 'TP53', 'GATA3' \(2 in all\).*'ESR1'.*samples in rows"
    with pytest.raises(GeneMismatchError, match=match):
        complete_genes(table, wanted, np.zeros(2), policy)


@pytest.mark.parametrize("policy", ["error", "training_mean"])
def test_a_value_missing_within_a_gene_is_not_filled(table, policy):
    table.loc["s1", "ESR1"] = np.nan
    with pytest.raises(ExpressionError, match="s1/ESR1"):
        complete_genes(table, np.array(GENES, dtype=object), np.zeros(3), policy)


def test_an_unknown_policy_is_refused(table):
    with pytest.raises(ConfigurationError, match="missing_genes is 'zero'; expected 'error' or"):
        complete_genes(table, np.array(GENES, dtype=object), np.zeros(3), "zero")


def test_missing_values_pass_where_they_are_filled_in_later(table):
    gaps = table.mask(np.eye(*table.shape, dtype=bool))
    pd.testing.assert_frame_equal(as_profiles(gaps, allow_missing=True), gaps.astype(np.float32))
    with pytest.raises(ExpressionError, match="values of the expression are NaN or infinite"):
        as_profiles(gaps)
    with pytest.raises(ExpressionError, match="1 values of the expression are infinite"):
        as_profiles(gaps.mask(gaps == gaps.iloc[0, 1], np.inf), allow_missing=True)
    with pytest.raises(ExpressionError, match="the largest value is 50"):
        as_profiles(gaps.mask(gaps == gaps.iloc[0, 1], 50.0), allow_missing=True)
