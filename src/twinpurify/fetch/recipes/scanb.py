"""SCAN-B (GSE96058): a matrix among GEO's supplementary files, its sample sheet in two others."""

from __future__ import annotations

import pandas as pd

from twinpurify.cohort.declaration.sources import SampleTable
from twinpurify.fetch.definitions.columns import label_lines
from twinpurify.fetch.definitions.draft import Draft, comments, flow, quoted, section
from twinpurify.fetch.definitions.gene_lines import gene_lines
from twinpurify.fetch.recipes.geo_paths import series_folder
from twinpurify.fetch.sources import addresses
from twinpurify.fetch.transfer.fetcher import Fetcher
from twinpurify.fetch.transfer.remote_file import RemoteFile
from twinpurify.io.geo.series_matrix import read_samples
from twinpurify.persistence import replacing

SERIES = "GSE96058"
FOLDER = "scanb/geo"
MATRIX = f"{SERIES}_gene_expression_3273_samples_and_136_replicates_transformed.csv.gz"
# A platform each; together they describe all samples of the matrix.
SHEETS = tuple(f"{SERIES}-{platform}_series_matrix.txt.gz" for platform in ("GPL11154", "GPL18573"))
CANDIDATES = {
    "subtype": ["pam50 subtype"],
    "grade": ["nhg"],
    "age": ["age at diagnosis"],
}
SURVIVAL = {
    "time": "overall survival days",
    "event": "overall survival event",
    "time_unit": "days",
    "event_values": ["1"],
    "censored_values": ["0"],
}


def files_of(bases: tuple[str, ...]) -> list[RemoteFile]:
    """Name the files.

    Parameters
    ----------
    bases : tuple of str
        Address of GEO.

    Returns
    -------
    list of RemoteFile
        The matrix, and the two series matrices with the samples.
    """
    folder = series_folder(SERIES)
    there = [f"{folder}/suppl/{MATRIX}", *(f"{folder}/matrix/{name}" for name in SHEETS)]
    return [
        RemoteFile(addresses(bases, path), f"{FOLDER}/{path.rpartition('/')[2]}") for path in there
    ]


def fetch(fetcher: Fetcher, bases: tuple[str, ...]) -> list[Draft]:
    """Fetch the cohort, and put the two parts of its sample sheet together.

    Parameters
    ----------
    fetcher : Fetcher
        Brings the files.
    bases : tuple of str
        Address of GEO.

    Returns
    -------
    list of Draft
        Its definition.
    """
    matrix, *sheets = files_of(bases)
    fetcher.get([matrix, *sheets])
    sheet = pd.concat(
        [read_samples(fetcher.path_of(f), SampleTable(), fetcher.raw) for f in sheets]
    )
    with replacing(fetcher.raw / FOLDER / "samples.tsv") as unfinished:
        sheet.to_csv(unfinished, sep="\t", lineterminator="\n")
    expression = {"path": matrix.path, "format": "csv", "orientation": "genes_in_rows"}
    samples = {"path": f"{FOLDER}/samples.tsv", "format": "tsv", "id_column": "title"}
    return [
        Draft(
            cohort="scanb",
            source="geo",
            lines=(
                "title: SCAN-B breast cancer",
                "platform: rna_seq",
                *comments([f"GEO, {SERIES}: log2(FPKM + 0.1)."]),
                "unit: {quantity: fpkm, scale: log2, offset: 0.1}",
                f"expression: {flow(expression)}",
                *comments(["samples.tsv was written from the two series matrices."]),
                f"samples: {flow(samples)}",
                *comments(["F1repl is a second library of the tumour F1."]),
                f"patient_id_pattern: {quoted('^(F[0-9]+)')}",
                *label_lines(sheet, CANDIDATES),
                *section("survival", [f"os: {flow(SURVIVAL)}"]),
                *comments(["All samples are tumours: transfer to it, or score it."]),
                "require_normals: false",
                *gene_lines(fetcher.raw),
            ),
        )
    ]
