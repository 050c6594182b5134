"""TCGA from the legacy hub of UCSC Xena: a matrix, the clinical matrix, curated survival."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from twinpurify.cohort.declaration.sources import SampleTable
from twinpurify.errors import TableError
from twinpurify.fetch.definitions.columns import label_lines, survival_lines
from twinpurify.fetch.definitions.draft import Draft, comments, flow
from twinpurify.fetch.definitions.gene_lines import gene_lines
from twinpurify.fetch.recipes.tcga import tissue_lines
from twinpurify.fetch.sources import addresses
from twinpurify.fetch.transfer.fetcher import Fetcher
from twinpurify.fetch.transfer.remote_file import RemoteFile
from twinpurify.io.tables.opening import open_declared
from twinpurify.io.tables.tabular import read_table
from twinpurify.io.xena import read_samples

# Clinical matrices differ from project to project; the first of these that can be read is taken.
CANDIDATES = {
    "subtype": ["PAM50Call_RNAseq"],
    "grade": ["neoplasm_histologic_grade"],
    "stage": ["pathologic_stage", "clinical_stage"],
    "age": ["age_at_initial_pathologic_diagnosis"],
    "sex": ["gender"],
}


def files_of(project: str, bases: tuple[str, ...]) -> list[RemoteFile]:
    """Name the files of a project.

    Parameters
    ----------
    project : str
        For example ``BRCA``.
    bases : tuple of str
        Addresses of the hub.

    Returns
    -------
    list of RemoteFile
        Matrix, clinical matrix, survival.
    """
    folder = f"tcga_{project.lower()}/xena"
    names = {
        "HiSeqV2.gz": f"TCGA.{project}.sampleMap/HiSeqV2.gz",
        f"{project}_clinicalMatrix": f"TCGA.{project}.sampleMap/{project}_clinicalMatrix",
        f"{project}_survival.txt": f"survival/{project}_survival.txt",
    }
    return [
        RemoteFile(addresses(bases, there), f"{folder}/{here}", optional="survival" in here)
        for here, there in names.items()
    ]


def fetch(project: str, fetcher: Fetcher, bases: tuple[str, ...]) -> list[Draft]:
    """Fetch a project.

    Parameters
    ----------
    project : str
        For example ``BRCA``.
    fetcher : Fetcher
        Brings the files.
    bases : tuple of str
        Addresses of the hub.

    Returns
    -------
    list of Draft
        Its definition.
    """
    files = files_of(project, bases)
    fetcher.get(files)
    matrix, clinical, survival = files
    sheet = read_samples(fetcher.path_of(clinical), SampleTable(), fetcher.raw)
    source = "UCSC Xena, TCGA hub (tcga.xenahubs.net)"
    return [
        Draft(
            cohort=f"tcga_{project.lower()}",
            source="xena",
            lines=(
                f"title: TCGA {project}",
                "platform: rna_seq",
                *comments([f"{source}, HiSeqV2: log2(RSEM normalised count + 1)."]),
                "unit: {quantity: rsem, scale: log2, offset: 1.0}",
                f"expression: {flow({'path': matrix.path, 'format': 'xena'})}",
                "samples:",
                f"  path: {clinical.path}",
                "  format: xena",
                *_survival(fetcher.path_of(survival), survival.path),
                "barcodes: {scheme: tcga}",
                *tissue_lines(_barcodes(fetcher.path_of(matrix)), project),
                *label_lines(sheet, CANDIDATES),
                *gene_lines(fetcher.raw),
            ),
        )
    ]


def _barcodes(path: Path) -> list[str]:
    """Read the samples of the matrix, which are fewer than those of the clinical matrix."""
    _, *barcodes = open_declared(path, "tsv", "expression").names
    if not barcodes:
        raise TableError(
            f"{path} has no samples in its first line. Remove it, and run the same command again."
        )
    return barcodes


def _survival(path: Path, name: str) -> list[str]:
    if not path.is_file():
        return comments(["The hub has no curated survival of this project."])
    table: pd.DataFrame = read_table(path, "tsv", setting="samples.join")
    join = {"path": name, "format": "tsv", "prefix": "survival_"}
    return ["  join:", f"    - {flow(join)}", *survival_lines(table)]
