"""Which gene sets a matrix can answer for."""

import logging

import pandas as pd
import pytest

from twinpurify.evaluation.known_truths.gene_sets import log_coverage, usable_sets
from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.measurement import UnanswerableError

SETS = pd.DataFrame(
    [("c", "BIG", gene, 1.0) for gene in "ABCD"] + [("c", "SMALL", gene, 1.0) for gene in "AXY"],
    columns=["collection", "source", "target", "weight"],
)


def test_a_set_without_enough_genes_is_left_out():
    usable = usable_sets(Resources(gene_sets=SETS), "c", ["A", "B", "C", "Z"], 3)
    assert usable["source"].unique().tolist() == ["BIG"]
    assert usable["target"].tolist() == ["A", "B", "C"]


def test_nothing_usable_is_no_question():
    with pytest.raises(UnanswerableError, match="none of the 2 gene sets 'c' has 3 genes"):
        usable_sets(Resources(gene_sets=SETS), "c", ["A", "B"], 3)
    with pytest.raises(UnanswerableError, match=r"setting gene_sets\.d"):
        usable_sets(Resources(gene_sets=SETS), "d", ["A", "B"], 3)


def test_the_coverage_is_logged(caplog):
    with caplog.at_level(logging.INFO):
        log_coverage(SETS, pd.Index(["A", "B", "C", "D"]))
    (message,) = [record.getMessage() for record in caplog.records]
    assert message == (
        "gene sets c: 2 sets; of a set's genes the matrix holds 67% in the median, 33% at least "
        "(SMALL)"
    )
