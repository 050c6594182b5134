"""Files that can be read, though something about them is odd: the log says what, and what left."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from .small_cohort import (
    GENES,
    both,
    declared,
    in_matrix,
    in_sheet,
    ingest,
    matrix,
    put,
    write_good,
)

Change = Callable[[Path], object]
FIRST, SECOND, THIRD = matrix().columns[:3]
BARCODES = {"barcodes": {"scheme": "tcga"}}
TABLE = {"genes.map": {"path": "map.csv", "from_column": "id", "to_column": "symbol"}}


class Odd(NamedTuple):
    """What is odd about a cohort.

    Attributes
    ----------
    change : callable
        Changes the good files.
    settings : dict
        Dotted keys of the definition -> their values in place of the good ones.
    warning : str
        Regular expression of a warning; empty where a line of the log is enough.
    step : str
        Regular expression of a line of the log: step, reason, examples.
    shape : tuple of int
        Samples and genes of the cohort.
    genes : tuple of str
        Names that the cohort must have.
    """

    change: Change
    settings: dict[str, Any]
    warning: str
    step: str
    shape: tuple[int, int] = (26, 24)
    genes: tuple[str, ...] = ()


def genes_called(change: dict[str, str] | Callable[[str], str]) -> Change:
    return in_matrix(lambda good: good.rename(index=change))


def cells(column: str, value: str, *samples: str) -> Change:
    def alter(good: pd.DataFrame) -> pd.DataFrame:
        good.loc[list(samples) or good.index, column] = value
        return good

    return in_sheet(alter)


def ensembl(name: str) -> str:
    return f"ENSG{GENES.index(name):011d}"


def id_table(*further: str, but: int = 0) -> Change:
    """A table of Ensembl ids and symbols that lacks the last few."""
    rows = [f"{ensembl(name)},{name}" for name in GENES[: len(GENES) - but]]
    return put("map.csv", "\n".join(["id,symbol", *rows, *further]) + "\n")


def second_aliquot(good: pd.DataFrame) -> pd.DataFrame:
    """The second patient's tumour is a second vial of the first one's."""
    return good.rename(columns={SECOND: f"{FIRST[:-1]}B"}, index={SECOND: f"{FIRST[:-1]}B"})


def with_gap(good: pd.DataFrame) -> pd.DataFrame:
    good.loc["ESR1", SECOND] = np.nan
    return good


OF_GENES = {
    "gene names of a spreadsheet": Odd(
        genes_called({"TP53": "2-Sep", "VIM": "1-Mar"}),
        {},
        r"A spreadsheet turned gene symbols into dates or numbers: '1-Mar', '2-Sep' \(2 in all\)\. "
        r"1 were restored; 1 rows could be several genes and were dropped\. Take the matrix from",
        r"mangled_symbols: .* 2-Sep → SEPTIN2$",
        (26, 23),
        ("SEPTIN2",),
    ),
    "dates with a year": Odd(
        genes_called({"TP53": "2020-03-07", "VIM": "Sep-09"}),
        {},
        r"dates or numbers: '2020-03-07', 'Sep-09' \(2 in all\)\. 2 were restored; 0 rows",
        r"mangled_symbols: .* 2020-03-07 → MARCHF7, Sep-09 → SEPTIN9",
    ),
    "symbols that were given up": Odd(
        genes_called({"TP53": "SEPT2", "VIM": "MARCH7"}),
        {},
        "",
        r"gene_ids: detected as gene symbols: 24 of 24",
        genes=("SEPTIN2", "MARCHF7"),
    ),
    "Ensembl ids without a table": Odd(
        genes_called(ensembl),
        {},
        r"The genes stay named by their identifiers, such as 'ENSG00000000000', .* Set genes\.map",
        r"gene_ids: kept as they are: nothing says the symbols \(ensembl\)",
    ),
    "ids of mouse": Odd(
        genes_called(str.capitalize),
        {},
        r"named like those of another species than man, often mouse: 'Actb', .*orthologues before",
        r"gene_ids: ",
    ),
    "a mixture of ids": Odd(
        genes_called(lambda name: ensembl(name) if name < "E" else name),
        {},
        r"named by a mixture of identifiers \(\d+ gene symbols, \d+ Ensembl ids of genes\)",
        r"gene_ids: ",
    ),
    "ids that the table lacks": Odd(
        both(genes_called(ensembl), id_table(but=4)),
        TABLE,
        "",
        r"unmapped: identifiers without a symbol: ENSG00000000020, ENSG00000000021, ",
        (26, 20),
    ),
    "ids of several genes": Odd(
        both(genes_called(ensembl), id_table(f"{ensembl('TP53')},WRAP53")),
        TABLE,
        "",
        r"ambiguous: identifiers of several genes: ENSG00000000022$",
        (26, 23),
    ),
    "a gene in two rows": Odd(
        genes_called({"VIM": "TP53"}),
        {},
        "",
        r"collapsed: rows added to another row of their gene: ",
        (26, 23),
    ),
    "a gene with a gap": Odd(
        in_matrix(with_gap),
        {"genes.missing": "drop"},
        "",
        r"missing: genes that lack a value in some sample .*: ESR1$",
        (26, 23),
    ),
    "genes that don't vary": Odd(
        in_matrix(lambda good: good.mul(~good.index.isin(["ESR1", "PGR"]), axis=0)),
        {},
        "",
        r"constant_genes: 2 genes have one value in every sample.*: ESR1, PGR$",
    ),
}

OF_SAMPLES = {
    "profiles without a row in the sheet": Odd(
        in_sheet(lambda good: good.drop(index=FIRST)),
        {},
        "",
        rf"join: profiles without a row in the sample sheet: {FIRST}$",
        (25, 24),
    ),
    "rows of the sheet without a profile": Odd(
        in_matrix(lambda good: good.drop(columns=FIRST)),
        {},
        "",
        rf"join: rows of the sample sheet without a profile: {FIRST}$",
        (25, 24),
    ),
    "metastases among tumours": Odd(
        cells("kind", "Metastatic", FIRST),
        {"tissue_values": None},
        "",
        rf"tissue: neither tumour nor adjacent normal, but metastasis: 'Metastatic' \(1\): "
        rf"{FIRST}$",
        (25, 24),
    ),
    "barcodes that contradict the tissue": Odd(
        cells("kind", "normal", FIRST),
        BARCODES,
        rf"columns\.tissue contradicts the sample type of barcodes: '{FIRST}: normal, not 01' "
        r"\(1 in all\)\. The column counts; leave columns\.tissue out if the barcodes are right",
        "",
    ),
    "barcodes that contradict the patient": Odd(
        cells("patient", "TCGA-ZZ-0000", FIRST),
        BARCODES,
        rf"columns\.patient_id contradicts the patients of barcodes: '{FIRST}: TCGA-ZZ-0000'",
        "",
    ),
    "two aliquots of a tumour": Odd(
        both(
            lambda folder: in_matrix(second_aliquot)(folder),
            lambda folder: in_sheet(second_aliquot)(folder),
        ),
        BARCODES | {"columns.patient_id": None, "purity": {"cpe": "purity"}},
        "",
        rf"duplicates: 2 aliquots are of 1 samples; .*: {FIRST[:-1]}B \(stays: {FIRST}\)$",
        (25, 24),
    ),
    "times that are negative": Odd(
        cells("months", "-3", FIRST, SECOND),
        {},
        "",
        rf"survival_os: 2 of 22 tumours left without os: the time is 0 or less: {FIRST}, {SECOND}$",
    ),
    "times that are missing": Odd(
        cells("months", "", THIRD),
        {},
        "",
        rf"survival_os: 1 of 22 tumours left without os: the time is missing: {THIRD}$",
    ),
    "competing events": Odd(
        cells("status", "2", FIRST),
        {"survival.os.competing_values": ["2"]},
        "",
        rf"survival_os: 1 of 22 tumours have a competing event and are censored .*: {FIRST}$",
    ),
    "no events": Odd(
        cells("status", "0"), {}, r"No tumour has an event of os; it can't be evaluated\.", ""
    ),
    "labels that no tumour has": Odd(
        cells("grade", ""), {}, r"Every value of 'grade' \(1 in all\) is missing; the cohort", ""
    ),
    "values of a label that no sample has": Odd(
        cells("pam50", "LumA", FIRST),
        {"label_values.subtype": ["LumA", "LumB", "Normal"]},
        r"label_values\.subtype names 'Normal' \(1 in all\), which no sample has\.",
        r"labels: subtype left missing, since label_values\.subtype doesn't name it: 'Basal' "
        r"\(\d\)",
    ),
    "grades that don't tell": Odd(
        cells("grade", "GX", FIRST),
        {},
        "",
        rf"labels: label_values\.grade: left missing, since the value doesn't tell it: 'GX' "
        rf".*{FIRST}",
    ),
}

ODD = {**OF_GENES, **OF_SAMPLES}


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_told(name, tmp_path):
    odd = ODD[name]
    odd.change(write_good(tmp_path))
    cohort, log = ingest(tmp_path, declared(odd.settings))
    assert cohort.shape == odd.shape
    assert set(odd.genes) <= set(cohort.var_names)
    said = [
        f"{step['step']}: {step['reason']}: {', '.join(step['examples'])}" for step in log["steps"]
    ]
    assert any(re.search(odd.step, line) for line in said), said
    found = [
        warning for warning in log["warnings"] if odd.warning and re.search(odd.warning, warning)
    ]
    assert len(found) == len(log["warnings"]) == bool(odd.warning), log["warnings"]
