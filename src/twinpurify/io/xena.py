"""Downloads of UCSC Xena: matrices with genes in rows, and tables about samples."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import listed
from twinpurify.io.files.streams import head_of, unpacked_name
from twinpurify.io.raw_expression import RawExpression
from twinpurify.io.tables.matrix import matrix_of
from twinpurify.io.tables.missing import without_codes
from twinpurify.io.tables.opening import open_declared
from twinpurify.io.tables.tabular import read_table

MATRIX_CELLS = ("sample", "ensembl_id", "gene", "xena_sample")
SHEET_CELLS = ("sampleid", "submitter_id.samples")
BARCODE = re.compile(r"(TCGA|TARGET)-\w{2,}-\w{3,}-\d\d")
# HTSeq and STAR count here what they could give to no gene.
COUNTERS = re.compile(r"__\w+|N_(unmapped|multimapping|noFeature|ambiguous)")
# What files of these names hold: the hub tells it beside the file, not within.
QUANTITIES = {
    r"hiseqv2$": "log2(RSEM + 1)",
    r"\.(htseq|star)_counts": "log2(counts + 1)",
    r"\.(htseq|star)_fpkm": "log2(FPKM + 1)",
    r"\.star_tpm": "log2(TPM + 1)",
    r"rsem_gene_tpm": "log2(TPM + 0.001)",
    r"rsem_gene_fpkm": "log2(FPKM + 0.001)",
    r"expected_count": "log2(counts + 1)",
}
RELATIVE = re.compile(r"hiseqv2_(pancan|percentile)")


def recognize(path: Path) -> dict[str, str]:
    """Tell `path` by its first cell, together with its ids or a name without ending."""
    lines = head_of(path).decode("utf-8", errors="replace").removeprefix("\ufeff").splitlines()
    (first, *names), (row, *_) = (line.split("\t") for line in [*lines, "", ""][:2])
    cell = first.casefold()
    # The last of very many ids may be cut off.
    has_barcodes = all(BARCODE.match(name) for name in names[:-1] or names)
    has_no_ending = "." not in unpacked_name(path)
    if not names:
        return {}
    if cell in SHEET_CELLS and has_no_ending:
        why = "its name has no ending"
    elif cell in MATRIX_CELLS and has_barcodes:
        why = "its columns are barcodes"
    elif cell in MATRIX_CELLS and has_no_ending and not BARCODE.match(row):
        why = "its name has no ending"
    else:
        return {}
    return {"xena": f"its first cell is {first!r}, and {why}"}


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read a matrix, without the rows in which reads of no gene are counted.

    Parameters
    ----------
    path, table, folder
        As of `Reader`; rows are genes unless ``orientation`` says otherwise.
    """
    orientation = table.orientation or "genes_in_rows"
    opened = open_declared(path, "tsv", "expression")
    read = matrix_of(opened, table.model_copy(update={"orientation": orientation}))
    name = unpacked_name(path).removesuffix(".tsv")
    held = [what for pattern, what in QUANTITIES.items() if re.search(pattern, name)]
    notes = [
        f"Orientation: {orientation}.",
        *(f"A file of the name {path.name} holds {what} as a rule." for what in held),
        *read.notes,
    ]
    counters = np.array([bool(COUNTERS.fullmatch(gene)) for gene in read.values.columns], bool)
    if counters.any():
        left_out = listed(read.values.columns[counters])
        notes.append(f"Rows that count reads of no gene were left out: {left_out}.")
        read = read.with_genes(~counters)
    warnings = []
    if RELATIVE.search(unpacked_name(path)):
        warnings.append(
            f"A file of the name {path.name} holds values relative to other samples of TCGA, which "
            "are in no unit. Take HiSeqV2 in its place."
        )
    return replace(read, notes=tuple(notes), warnings=tuple(warnings))


def read_samples(path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
    """Read clinicalMatrix, phenotype or survival; arguments and result as of `Reader`."""
    return without_codes(read_table(path, "tsv", table.id_column, setting="samples"))
