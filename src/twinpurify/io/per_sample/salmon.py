"""Quantifications of salmon: a folder a sample, with quant.sf and perhaps quant.genes.sf."""

from __future__ import annotations

from twinpurify.io.per_sample.quantifications import FileKind, Quantifier

SALMON = Quantifier(
    "salmon",
    genes=FileKind(("*/quant.genes.sf",), "Name"),
    transcripts=FileKind(("*/quant.sf",), "Name"),
    values={"counts": "NumReads", "tpm": "TPM"},
)
recognize, read_expression = SALMON.recognize, SALMON.read_expression
