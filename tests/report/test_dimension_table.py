"""A dimension is named by its surest pathway, or not at all."""

import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.report.dimension_table import HEADINGS, dimension_table


@pytest.fixture
def tables():
    """Two dimensions, two pathways; the second split says something else."""
    rows = [
        {"dimension": dimension, "collection": "hallmark", "pathway": pathway, "score": score}
        | {"p_value": fdr, "fdr": fdr, "top_genes": f"GENE{dimension}", "split": split}
        for split, dimension, pathway, score, fdr in (
            (0, 1, "HALLMARK_E2F_TARGETS", -2.5, 0.3),
            (0, 1, "HALLMARK_HYPOXIA", 1.0, float("nan")),
            (0, 0, "HALLMARK_E2F_TARGETS", 3.0, 0.04),
            (0, 0, "HALLMARK_ESTROGEN", -4.0, 0.001),
            (1, 0, "HALLMARK_HYPOXIA", 9.0, 1e-9),
        )
    ]
    run = {"cohort": "demo", "trained_on": "demo", "method": "twinpurify"}
    return {"dimension_names": pd.DataFrame([run | row for row in rows])}


def test_the_surest_pathway_of_the_first_split_names_a_dimension(tables):
    table = dimension_table(tables, "twinpurify")
    assert tuple(table.columns) == HEADINGS
    assert table.to_numpy().tolist() == [
        ["0", "HALLMARK ESTROGEN (hallmark)", "−4.00", "0.001", "GENE0"],
        ["1", "none stands out", "–", "–", "GENE1"],
    ]


def test_without_the_table_there_is_a_reason(tables):
    with pytest.raises(TableError, match="the run wrote no table 'dimension_names'"):
        dimension_table({}, "twinpurify")
    with pytest.raises(TableError, match="'dimension_names' has no row of method 'pca'"):
        dimension_table(tables, "pca")
