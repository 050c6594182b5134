"""Tables of identifiers and symbols, their ambiguous entries, and their likely faults."""

import numpy as np
import pandas as pd
import pytest

from tests.cohort.written import written
from twinpurify.cohort.genes.mapping import map_ids, symbols_of_annotation, would_map
from twinpurify.cohort.notes import Notes
from twinpurify.errors import ExpressionError


def names(*values: str) -> pd.Series:
    return pd.Series(values, dtype=object)


def pairs(**symbols: str) -> pd.DataFrame:
    """One row a symbol; several of an identifier are separated by a blank."""
    rows = [(name, symbol) for name, several in symbols.items() for symbol in several.split(" ")]
    return pd.DataFrame(rows, columns=["from", "to"])


def losses(notes: Notes) -> dict[str, list[str]]:
    return {step["step"]: step["examples"] for step in written(notes).steps if step["dropped"]}


def test_an_identifier_of_several_genes_is_dropped_and_listed():
    ids = names("a_at", "b_at", "c_at")
    found, notes = map_ids(ids, pairs(a_at="TP53", b_at="H1 H2"), frozenset())
    assert found.to_dict() == {0: "TP53"}
    assert losses(notes) == {"unmapped": ["c_at"], "ambiguous": ["b_at"]}
    assert written(notes, n_genes=3).kept_genes == 1


def test_the_one_approved_symbol_of_several_is_taken():
    ids = names("a_at", "b_at")
    table = pairs(a_at="P53 TP53", b_at="TP53 BRCA1")
    found, _ = map_ids(ids, table, frozenset({"TP53", "BRCA1"}))
    assert found.to_dict() == {0: "TP53"}


def test_the_symbol_that_is_the_identifier_itself_is_taken():
    ids = names("TP53")
    found, _ = map_ids(ids, pairs(TP53="P53 TP53"), frozenset())
    assert found.to_dict() == {0: "TP53"}


def test_a_symbol_among_identifiers_stays_a_symbol():
    ids = names("7157", "BRCA1", "MYC")
    found, _ = map_ids(ids, pairs(**{"7157": "TP53", "672": "BRCA1"}), frozenset())
    assert found.to_dict() == {0: "TP53", 1: "BRCA1"}


def test_an_ambiguous_identifier_is_lost_though_it_is_a_symbol_as_well():
    ids = names("A", "B")
    table = pairs(A="X Y", B="A")
    found, notes = map_ids(ids, table, frozenset())
    assert found.to_dict() == {1: "A"}
    assert written(notes, n_genes=2).kept_genes == 1


def test_fillers_are_no_symbols():
    ids = names("1_at", "2_at")
    found, notes = map_ids(ids, pairs(**{"1_at": "---", "2_at": "TP53"}), frozenset())
    assert found.to_dict() == {1: "TP53"}
    assert losses(notes) == {"unmapped": ["1_at"]}


def test_would_map_ignores_versions():
    ids = names("ENSG00000141510", "ENSG00000012048")
    assert would_map(ids, pairs(**{"ENSG00000141510.9": "TP53"}))
    assert not would_map(ids, pairs(**{"ENSG00000000001.9": "TP53"}))


@pytest.mark.parametrize(
    ("ids", "table", "message"),
    [
        (
            ["ENSMUSG00000059552", "ENSMUSG00000017146"],
            pairs(ENSG00000141510="TP53"),
            r"Only 0 of the 2 identifiers are in genes\.map.*'ENSMUSG00000059552'.*"
            r"'ENSG00000141510' .*begin with ENSMUSG, those of the table with ENSG.*mouse",
        ),
        (
            ["ENSG00000141510", "ENSG00000012048"],
            pairs(TP53="ENSG00000141510"),
            r"exchanged: swap genes\.map\.from_column and to_column",
        ),
        (
            ["ENSG00000141510"],
            pairs(**{"7157": "TP53"}),
            r"The matrix has Ensembl ids of genes, the table Entrez ids: set "
            r"genes\.map\.from_column",
        ),
        (["ilmn1", "ilmn2"], pairs(ILMN1="TP53"), "upper and lower case are taken for the same"),
        (["1_at"], pairs(**{"2_at": "TP53"}), "Take the table of this platform"),
    ],
)
def test_a_foreign_table_is_an_error_with_its_likely_cause(ids, table, message):
    with pytest.raises(ExpressionError, match=message):
        map_ids(names(*ids), table, frozenset())


def test_a_fifth_of_the_identifiers_is_enough():
    ids = names(*[f"{i}_at" for i in range(5)])
    assert len(map_ids(ids, pairs(**{"3_at": "TP53"}), frozenset())[0]) == 1


def test_cells_with_one_symbol_repeated_have_one():
    ids = names("1_at", "1_at", "2_at")
    cells = names("DDR1 /// DDR1", "TP53", "P53; TP53")
    found, _ = symbols_of_annotation(ids, cells, "Symbol", frozenset({"TP53"}))
    assert found.to_dict() == {0: "DDR1", 1: "TP53", 2: "TP53"}


@pytest.mark.parametrize("cells", [names("", "NA"), pd.Series([np.nan, np.nan])])
def test_an_empty_column_is_an_error(cells):
    ids = names("1_at", "2_at")
    with pytest.raises(ExpressionError, match=r"names 'GB_ACC', which is empty for 2 of the 2"):
        symbols_of_annotation(ids, cells, "GB_ACC", frozenset())
