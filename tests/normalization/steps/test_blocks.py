"""Blocks of rows: the same values as the whole, whatever they are read from."""

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from twinpurify.errors import ExpressionError
from twinpurify.normalization.steps import blocks
from twinpurify.normalization.steps.blocks import Blocks, moments, rows_in_block

VALUES = np.random.default_rng(0).normal(8.0, 2.0, (11, 5)).astype(np.float32)
TABLE = pd.DataFrame(VALUES, [f"s{i}" for i in range(11)], list("ABCDE"))


@pytest.fixture(autouse=True)
def three_rows(monkeypatch):
    monkeypatch.setattr(blocks, "MOST_ROWS", 3)


def cohort(matrix=VALUES):
    return ad.AnnData(matrix, pd.DataFrame(index=TABLE.index), pd.DataFrame(index=TABLE.columns))


def backed(tmp_path, matrix):
    cohort(matrix).write_h5ad(tmp_path / "cohort.h5ad")
    return ad.read_h5ad(tmp_path / "cohort.h5ad", backed="r")


SOURCES = {
    "array": lambda _: cohort(),
    "sparse": lambda _: cohort(sparse.csr_matrix(VALUES)),
    "file": lambda folder: backed(folder, VALUES),
    "sparse file": lambda folder: backed(folder, sparse.csr_matrix(VALUES)),
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("rows", [range(11), [0, 2, 3, 8, 9, 10], [4]])
def test_rows_of_a_cohort_are_read(source, rows, tmp_path):
    read = Blocks.of_cohort(SOURCES[source](tmp_path), np.array(rows))
    assert [len(block) for block in read] == {11: [3, 3, 3, 2], 6: [3, 3], 1: [1]}[len(rows)]
    pd.testing.assert_frame_equal(read.to_frame(), TABLE.iloc[list(rows)])


def test_a_view_is_read_without_being_copied_whole():
    view = cohort()[[1, 4, 5, 9], ["D", "A"]]
    read = Blocks.of_cohort(view, np.array([0, 2, 3]))
    expected = TABLE.iloc[[1, 5, 9]][["D", "A"]]
    pd.testing.assert_frame_equal(read.to_frame(), expected)


def test_a_table_is_read_in_float64_by_rows():
    for block in Blocks.of(TABLE):
        assert block.to_numpy().dtype == np.float64
        assert block.to_numpy().flags.c_contiguous
    assert Blocks.of(read := Blocks.of(TABLE)) is read


def test_changes_happen_one_after_the_other():
    changed = Blocks.of(TABLE).map(lambda block: block + 1.0, TABLE.columns)
    changed = changed.map(lambda block: block[["B"]] * 2.0, pd.Index(["B"]))
    expected = (TABLE[["B"]].astype(float) + 1.0) * 2.0
    pd.testing.assert_frame_equal(changed.to_frame(np.float64), expected)
    pd.testing.assert_frame_equal(changed.only(7).to_frame(np.float64), expected.iloc[[7]])


def test_small_changes_are_computed_once(monkeypatch):
    calls = []
    changed = Blocks.of(TABLE).map(lambda block: calls.append(1) or block, TABLE.columns)
    held = changed.held()
    assert list(held.genes) == list(TABLE.columns) and len(calls) == 4
    pd.testing.assert_frame_equal(held.to_frame(), TABLE)
    assert len(calls) == 4
    monkeypatch.setattr(blocks, "HELD_VALUES", 10)
    assert changed.held() is changed


def test_text_is_refused():
    with pytest.raises(ExpressionError, match="the expression holds text values"):
        Blocks.of(TABLE.astype(object).replace({TABLE.iat[0, 0]: "high"})).to_frame()


def test_moments_are_those_of_the_whole():
    mean, variance = moments(Blocks.of(TABLE))
    np.testing.assert_allclose(mean, VALUES.astype(float).mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(variance, VALUES.astype(float).var(axis=0), rtol=1e-9)


def test_a_constant_gene_has_no_variance_at_all():
    table = pd.DataFrame(np.full((1_000, 2), 0.1) * [1, 1e9])
    np.testing.assert_array_equal(moments(Blocks.of(table))[1], 0.0)


def test_blocks_are_small_where_genes_are_many(monkeypatch):
    monkeypatch.setattr(blocks, "MOST_ROWS", 256)
    assert [rows_in_block(n) for n in (0, 100, 60_000, 10**9)] == [256, 256, 69, 1]
