"""Symbols that a spreadsheet took for dates or numbers, and outdated ones."""

from types import SimpleNamespace

import pandas as pd
import pytest

from tests.cohort.genes.test_mapping import losses, names, pairs
from tests.cohort.written import written
from twinpurify.cohort.genes.symbols import approve_symbols, restore_symbols


def restore(*names: str) -> tuple[list[str], SimpleNamespace]:
    found, notes = restore_symbols(pd.Series(names, dtype=object))
    return list(found), written(notes, 1, len(names))


@pytest.mark.parametrize(
    ("mangled", "gene"),
    [
        ("3-Mar", "MARCHF3"),
        ("03-Mar", "MARCHF3"),
        ("3-MAR", "MARCHF3"),
        ("11-Mar", "MARCHF11"),
        ("2-Sep", "SEPTIN2"),
        ("Sep-02", "SEPTIN2"),
        ("2-Sept", "SEPTIN2"),
        ("2-Sep-20", "SEPTIN2"),
        ("15-Sep", "SELENOF"),
        ("1-Dec", "DEC1"),
        ("2020/09/07", "SEPTIN7"),
        ("2020-09-07", "SEPTIN7"),
        ("2020-09-07 00:00:00", "SEPTIN7"),
        ("2001/09/01", "SEPTIN1"),
        ("9/7/2020", "SEPTIN7"),
        ("07.09.2020", "SEPTIN7"),
        ("09/7", "SEPTIN7"),
        ("43897", "MARCHF7"),
        ("44081.0", "SEPTIN7"),
    ],
)
def test_a_date_of_one_gene_is_restored(mangled, gene):
    found, log = restore(mangled, "TP53")
    assert found == [gene, "TP53"]
    assert f"'{mangled}' (1 in all). 1 were restored; 0 rows" in log.warnings[0]
    assert log.steps[0]["reason"] == "1 dates turned back into gene symbols"
    assert log.steps[0]["examples"] == [f"{mangled} → {gene}"]
    assert log.kept_genes == 2


@pytest.mark.parametrize(
    "mangled",
    [
        "1-Mar",
        "2-Mar",
        "2001/03/01",
        "43891",
        "2002/09/01",
        "3/9/2020",
        "4-Oct",
        "5-Apr",
        "2.31E+13",
        "1.00E+06",
        "2,31E+13",
    ],
)
def test_what_could_be_several_genes_is_dropped_and_listed(mangled):
    found, log = restore("TP53", mangled, mangled)
    assert found == ["TP53"]
    assert log.kept_genes == 1
    assert log.steps[-1] | {"kept_samples": 0} == {
        "step": "mangled_symbols",
        "kept_samples": 0,
        "kept_genes": 1,
        "dropped": 2,
        "reason": "dates and numbers that could be several genes",
        "examples": [mangled, mangled],
    }
    assert "A spreadsheet turned gene symbols into dates or numbers" in log.warnings[0]


@pytest.mark.parametrize(
    "name",
    ["5-HT1A", "9-27", "12-HETER", "61E3.4", "APR-2", "OCT-4", "DEC-205", "NOV", "JUN", "MARCO",
     "MARS1", "SEPSECS", "DECR1", "OCTN2", "2310009E13Rik", "7A5", "17-1A", "4.1R", "323/A3"],
)  # fmt: skip
def test_symbols_that_resemble_dates_stay(name):
    found, log = restore(name)
    assert found == [name]
    assert log.warnings == []
    assert log.steps == []


def test_numbers_among_entrez_ids_are_no_dates():
    found, log = restore("TP53", "43897", "672")
    assert found == ["TP53", "43897", "672"]
    assert log.warnings == []


@pytest.mark.parametrize(
    ("former", "approved"),
    [("MARCH1", "MARCHF1"), ("SEPT2", "SEPTIN2"), ("MARC1", "MTARC1"), ("SEP15", "SELENOF"),
     ("DEC1", "DEC1")],
)  # fmt: skip
def test_symbols_that_spreadsheets_mangle_get_their_approved_name(former, approved):
    assert restore(former)[0] == [approved]


ALIASES = pairs(
    MLL2="KMT2D KMT2B",
    C9orf47="S1PR3",
    S1PR3="S1PR3",
    CYorf15A="TXLNGY",
    CYorf15B="TXLNGY",
    ARNTL="BMAL1",
    AGO1="AGO1",
    C10orf105="C10orf105",
)


@pytest.mark.parametrize(
    ("given", "expected", "reason"),
    [
        (["ARNTL"], ["BMAL1"], "1 outdated symbols replaced by approved ones"),
        (["AGO1", "NEW1"], ["AGO1", "NEW1"], None),
        (["MLL2"], ["MLL2"], "1 aliases of several genes, left as they are"),
        (["C9orf47", "S1PR3"], ["C9orf47", "S1PR3"], "1 aliases of genes that are measured"),
        (["CYorf15A", "CYorf15B"], ["CYorf15A", "CYorf15B"], "2 aliases of a gene that has anoth"),
        (["CYorf15A"], ["TXLNGY"], "1 outdated symbols"),
        (["ARNTL", "ARNTL"], ["BMAL1", "BMAL1"], "1 outdated symbols"),
        (["C10ORF105"], ["C10orf105"], None),
    ],
)
def test_an_alias_becomes_approved_where_the_gene_is_certain(given, expected, reason):
    found, notes = approve_symbols(names(*given), ALIASES)
    assert list(found) == expected
    reasons = [step["reason"] for step in written(notes).steps]
    assert len(reasons) == (reason is not None)
    assert not reasons or reasons[0].startswith(reason)


def test_without_a_table_only_reading_frames_change():
    found, notes = approve_symbols(names("ARNTL", "CXORF22", "?"), None)
    assert list(found) == ["ARNTL", "CXorf22"]
    assert losses(notes) == {"unmapped": ["?"]}
