"""A small cohort in two text files, and its whole way in, as library calls without a session."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import anndata as ad
import numpy as np
import pandas as pd
import yaml

from twinpurify.cohort.assembly import assemble_cohort
from twinpurify.cohort.declaration.definition import parse_definition
from twinpurify.cohort.genes.to_symbols import GeneTables
from twinpurify.errors import TwinPurifyError
from twinpurify.io.reading import read_expression, read_sample_sheet
from twinpurify.io.tables.id_tables import read_id_table

N_TUMOURS, N_NORMALS = 22, 4
GENES = [
    "ACTB",
    "ADIPOQ",
    "AURKA",
    "CD3D",
    "CDH1",
    "COL10A1",
    "COL1A1",
    "EPCAM",
    "ERBB2",
    "ESR1",
    "FABP4",
    "FN1",
    "FOXA1",
    "GAPDH",
    "GATA3",
    "KRT18",
    "KRT5",
    "MKI67",
    "MMP11",
    "PGR",
    "PLIN1",
    "PTPRC",
    "TP53",
    "VIM",
]
SETTINGS: dict[str, Any] = {
    "title": "A small cohort",
    "platform": "rna_seq",
    "unit": {"quantity": "tpm", "scale": "log2", "offset": 1.0},
    "expression": {"path": "matrix.csv", "orientation": "genes_in_rows"},
    "samples": {"path": "sheet.csv"},
    "columns": {
        "patient_id": "patient",
        "tissue": "kind",
        "subtype": "pam50",
        "grade": "grade",
        "age": "age",
        "sex": "sex",
    },
    "tissue_values": {"tumour": ["tumor"], "normal": ["normal"]},
    "label_values": {"subtype": "pam50", "grade": "grade"},
    "purity": {"cpe": "purity"},
    "survival": {
        "os": {
            "time": "months",
            "event": "status",
            "time_unit": "months",
            "event_values": ["1"],
            "censored_values": ["0"],
        }
    },
}


class Case(NamedTuple):
    """What is wrong with a cohort.

    Attributes
    ----------
    change : callable
        Changes the files in the folder, where the good ones lie already; None leaves them.
    settings : dict
        Dotted keys of the definition -> their values in place of the good ones.
    error : type of TwinPurifyError
        What is raised.
    message : str
        Regular expression of the message.
    """

    change: Callable[[Path], object] | None
    settings: dict[str, Any]
    error: type[TwinPurifyError]
    message: str


def matrix() -> pd.DataFrame:
    """The good matrix, genes × samples, log2(TPM + 1); all in the order of their names."""
    rng = np.random.default_rng(7)
    samples = [f"TCGA-A1-A0{number:02d}-01A" for number in range(N_TUMOURS)]
    samples += [f"TCGA-A1-A0{number:02d}-11A" for number in range(N_NORMALS)]
    levels = rng.uniform(1.5, 12.5, len(GENES))
    values = rng.normal(levels[:, None], 1.2, (len(GENES), len(samples))).clip(0.0, 15.0)
    return pd.DataFrame(values.round(3), index=GENES, columns=samples).rename_axis("gene")


def sheet() -> pd.DataFrame:
    """The good sample sheet, as text."""
    ids = matrix().columns
    tumour = ids.str.endswith("01A")
    return pd.DataFrame(
        {
            "patient": ids.str[:12],
            "kind": np.where(tumour, "tumor", "normal"),
            "pam50": np.where(tumour, np.resize(["LumA", "LumB", "Basal", "Her2"], len(ids)), ""),
            "grade": np.where(tumour, np.resize(["1", "2", "3"], len(ids)), ""),
            "age": np.resize(["61", "48", "55.5"], len(ids)),
            "sex": "female",
            "purity": np.where(tumour, np.resize(["0.7", "0.45", ""], len(ids)), ""),
            "months": np.where(tumour, [f"{12 + number}.5" for number in range(len(ids))], ""),
            "status": np.where(tumour, np.resize(["0", "1"], len(ids)), ""),
        },
        index=ids.rename("sample"),
    )


def write_good(folder: Path) -> Path:
    """Write both files as `SETTINGS` declares them."""
    matrix().to_csv(folder / "matrix.csv")
    sheet().to_csv(folder / "sheet.csv")
    return folder


def declared(changes: dict[str, Any]) -> dict[str, Any]:
    """The good settings with changes by dotted keys; None takes a key out."""
    settings = yaml.safe_load(yaml.safe_dump(SETTINGS))
    for key, value in deepcopy(changes).items():
        *sections, name = key.split(".")
        place = settings
        for section in sections:
            place = place.setdefault(section, {})
        if value is None:
            place.pop(name)
        else:
            place[name] = value
    return settings


def ingest(folder: Path, settings: dict[str, Any]) -> tuple[ad.AnnData, dict[str, Any]]:
    """Take the way of the ingestion pipeline: from raw files to the cohort and its log."""
    definition = parse_definition("mine", settings)
    expression = read_expression(definition.expression, folder)
    samples = read_sample_sheet(definition.samples, definition.expression, folder)
    genes = definition.genes
    tables = GeneTables(
        map=genes.map and read_id_table(genes.map, folder, "genes.map"),
        aliases=genes.aliases and read_id_table(genes.aliases, folder, "genes.aliases"),
    )
    return assemble_cohort(
        expression.values,
        samples,
        definition,
        "mine",
        annotation=expression.genes,
        gene_tables=tables,
        notes=expression.notes,
        warnings=expression.warnings,
    )


def put(name: str, content: bytes | str | Callable[[bytes], bytes]) -> Callable[[Path], object]:
    """Write a file; a function is given the good matrix as CSV, or the good sheet for a sheet."""

    def change(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        good = folder / ("sheet.csv" if name.startswith("sheet") else "matrix.csv")
        made = content(good.read_bytes()) if callable(content) else content
        path.write_bytes(made.encode() if isinstance(made, str) else made)

    return change


def both(*changes: Callable[[Path], object]) -> Callable[[Path], object]:
    """Make several changes, one after another."""

    def change(folder: Path) -> None:
        for each in changes:
            each(folder)

    return change


def in_matrix(alter: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], object]:
    """Change the matrix, genes × samples."""
    return lambda folder: alter(matrix()).to_csv(folder / "matrix.csv")


def in_sheet(alter: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], object]:
    """Change the sample sheet."""
    return lambda folder: alter(sheet()).to_csv(folder / "sheet.csv")
