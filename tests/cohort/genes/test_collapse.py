"""Several rows of one gene become one, by the rule of the unit, against a slow computation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cohort.written import written
from twinpurify.cohort.genes import collapse as gene_collapse
from twinpurify.cohort.genes.collapse import collapse_genes, collapse_rule
from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import ConfigurationError, ExpressionError

COUNTS = Unit(quantity="counts", scale="linear")
LOG2_FPKM = Unit(quantity="fpkm", scale="log2", offset=0.1)
ARRAY = Unit(quantity="intensity", scale="log2", offset=0.0)
RATIO = Unit(quantity="log_ratio", scale="log2")


def collapse(values, genes, rule, unit=COUNTS):
    expression = pd.DataFrame(np.asarray(values, dtype=np.float32))
    sources = pd.Series([f"r{i}" for i in range(len(genes))], dtype=object)
    names = pd.Series(genes, dtype=object).dropna()
    (frame, var), notes = collapse_genes(expression, sources, names, rule, unit)
    log = written(notes, len(expression), len(names))
    assert log.kept_genes == frame.shape[1]
    return frame, var, log


@pytest.mark.parametrize(
    ("rule", "unit", "chosen"),
    [
        ("auto", COUNTS, "sum"),
        ("auto", LOG2_FPKM, "sum"),
        ("auto", ARRAY, "max_mean"),
        ("auto", RATIO, "max_mean"),
        ("mean", ARRAY, "mean"),
        ("sum", ARRAY, "sum"),
        ("error", COUNTS, "error"),
    ],
)
def test_the_rule_follows_the_unit(rule, unit, chosen):
    assert collapse_rule(rule, unit) == chosen


def test_ratios_dont_add_up():
    with pytest.raises(ConfigurationError, match=r"genes\.collapse is sum, but.*log2 ratio"):
        collapse_rule("sum", RATIO)


def test_counts_are_summed():
    frame, var, log = collapse([[1, 2, 4, 8]], ["B", "A", "B", np.nan], "sum")
    assert frame.to_dict("list") == {"A": [2.0], "B": [5.0]}
    assert var.to_dict("index") == {
        "A": {"source_id": "r1", "n_collapsed": 1},
        "B": {"source_id": "r0;r2", "n_collapsed": 2},
    }
    (step,) = log.steps
    assert (step["step"], step["dropped"], step["examples"]) == ("collapsed", 1, ["r2 (B)"])


def test_logarithms_are_summed_in_linear_space():
    linear = np.array([[0.0, 3.0, 5.0]])
    frame, _, _ = collapse(np.log2(linear + 0.1), ["A", "A", "B"], "sum", LOG2_FPKM)
    np.testing.assert_allclose(frame, np.log2([[3.1, 5.1]]), rtol=1e-6)


def test_the_row_of_the_largest_mean_is_kept():
    frame, var, _ = collapse([[5, 6, 1], [5, 6, 1]], ["A", "A", "B"], "max_mean", ARRAY)
    np.testing.assert_array_equal(frame["A"], [6, 6])
    assert var.loc["A"].to_dict() == {"source_id": "r1", "n_collapsed": 2}


def test_a_row_with_missing_values_loses():
    frame, _, _ = collapse([[9, 1], [np.nan, 2]], ["A", "A"], "max_mean", ARRAY)
    np.testing.assert_array_equal(frame["A"], [1, 2])


def test_equal_rows_are_told_by_their_source():
    _, var, _ = collapse([[3, 3, 3]], ["A", "A", "A"], "max_mean", ARRAY)
    assert var.loc["A", "source_id"] == "r0"


def test_doubled_genes_can_be_an_error():
    with pytest.raises(ExpressionError, match=r"Genes have several rows: 'A' \(1 in all\).*auto"):
        collapse([[1, 2]], ["A", "A"], "error")
    assert collapse([[1, 2]], ["A", "B"], "error")[0].shape == (1, 2)


def test_rows_of_one_name_and_one_mean_are_told_apart_by_their_values():
    values = np.array([[1, 3, 2], [3, 1, 2]], dtype=np.float32)
    names = pd.Series(["TP53"] * 3, dtype=object)
    for order in ([0, 1, 2], [1, 2, 0], [2, 1, 0]):
        expression = pd.DataFrame(values[:, order])
        (frame, _), _ = collapse_genes(expression, names, names, "max_mean", ARRAY)
        assert frame["TP53"].tolist() == [1, 3]


def test_a_matrix_in_order_isnt_copied():
    values = np.ones((2, 3), dtype=np.float32)
    frame, _, _ = collapse(values, ["A", "B", "C"], "sum")
    assert np.shares_memory(frame.to_numpy(), values)


def slow(values: np.ndarray, genes: list[str], rule: str, unit: Unit) -> pd.DataFrame:
    collapsed = {}
    for gene in sorted(set(genes)):
        rows = values[:, [name == gene for name in genes]].astype(np.float64)
        if rule == "mean":
            collapsed[gene] = rows.mean(axis=1)
        elif rule == "max_mean":
            collapsed[gene] = rows[:, rows.mean(axis=0).argmax()]
        else:
            collapsed[gene] = unit.from_linear(unit.to_linear(rows).sum(axis=1))
    return pd.DataFrame(collapsed)


@settings(max_examples=60, deadline=None)
@given(
    genes=st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=12),
    rule=st.sampled_from(["sum", "mean", "max_mean"]),
    unit=st.sampled_from([COUNTS, LOG2_FPKM, ARRAY]),
    order=st.sampled_from("CF"),
    block=st.sampled_from([1, 7, 1000]),
    seed=st.integers(0, 99),
)
def test_every_rule_against_a_slow_one(genes, rule, unit, order, block, seed):
    values = np.random.default_rng(seed).uniform(0, 12, (5, len(genes)))
    values = np.asarray(values, dtype=np.float32, order=order)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gene_collapse, "BLOCK_VALUES", block)
        frame, var, _ = collapse(values, genes, rule, unit)
    pd.testing.assert_frame_equal(
        frame.astype(np.float64), slow(values, genes, rule, unit), rtol=1e-5, check_names=False
    )
    assert var["n_collapsed"].sum() == len(genes)
