"""METABRIC from the archive of studies of cBioPortal."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from twinpurify.cohort.declaration.sources import SampleTable
from twinpurify.errors import TableError, listed
from twinpurify.fetch.definitions.columns import label_lines
from twinpurify.fetch.definitions.draft import Draft, comments, flow, section
from twinpurify.fetch.definitions.gene_lines import gene_lines
from twinpurify.fetch.sources import addresses
from twinpurify.fetch.transfer.archive import unpack
from twinpurify.fetch.transfer.fetcher import Fetcher
from twinpurify.fetch.transfer.remote_file import RemoteFile
from twinpurify.io.cbioportal.study import read_samples

STUDY = "brca_metabric"
FOLDER = "metabric/cbioportal"
# The published matrix has a few gaps, which no method takes.
MISSING = "missing: drop"
MATRIX = "data_mrna_illumina_microarray.txt"
NEEDED = (MATRIX, "data_clinical_patient.txt", "data_clinical_sample.txt")
# Mutations and copy numbers fill most of the archive.
WANTED = re.compile(
    r"(meta_study|(meta|data)_clinical_\w+|(meta|data)_mrna_illumina_microarray)\.txt"
)
CANDIDATES = {
    "patient_id": ["PATIENT_ID"],
    "subtype": ["CLAUDIN_SUBTYPE"],
    "grade": ["GRADE"],
    "stage": ["TUMOR_STAGE"],
    "age": ["AGE_AT_DIAGNOSIS"],
    "sex": ["SEX"],
}
# Status columns of cBioPortal hold a number and a word; those of older archives the word.
SURVIVAL = {
    "os": {
        "time": "OS_MONTHS",
        "event": "OS_STATUS",
        "time_unit": "months",
        "event_values": ["1:DECEASED", "DECEASED"],
        "censored_values": ["0:LIVING", "LIVING"],
    },
    "dss": {
        "time": "OS_MONTHS",
        "event": "VITAL_STATUS",
        "time_unit": "months",
        "event_values": ["Died of Disease"],
        "censored_values": ["Living"],
        "competing_values": ["Died of Other Causes"],
    },
    "rfs": {
        "time": "RFS_MONTHS",
        "event": "RFS_STATUS",
        "time_unit": "months",
        "event_values": ["1:Recurred", "Recurred"],
        "censored_values": ["0:Not Recurred", "Not Recurred"],
    },
}


def fetch(fetcher: Fetcher, bases: tuple[str, ...]) -> list[Draft]:
    """Fetch the study and unpack what is needed of it; a study unpacked by hand is taken, too.

    Parameters
    ----------
    fetcher : Fetcher
        Brings the archive.
    bases : tuple of str
        Addresses of the archives of studies.

    Returns
    -------
    list of Draft
        Its definition.
    """
    study = fetcher.raw / FOLDER / STUDY
    if _lacking(study):
        _unpack(fetcher, bases, study)
    else:
        fetcher.say(f"{study} is unpacked already.")
    sheet = read_samples(study, SampleTable(), fetcher.raw)
    source = {"path": f"{FOLDER}/{STUDY}", "format": "cbioportal", "values": MATRIX}
    return [
        Draft(
            cohort="metabric",
            source="cbioportal",
            lines=(
                "title: METABRIC breast cancer",
                "platform: microarray",
                *comments(
                    [f"cBioPortal, study {STUDY}: log2 intensities of Illumina HT-12 arrays."]
                ),
                "unit: {quantity: intensity, scale: log2, offset: 0.0}",
                f"expression: {flow(source)}",
                *label_lines(sheet, CANDIDATES),
                *_survival(sheet),
                *comments(["All samples are tumours: transfer to it, or score it."]),
                "require_normals: false",
                *gene_lines(fetcher.raw, [MISSING]),
            ),
        )
    ]


def _survival(sheet: pd.DataFrame) -> list[str]:
    there = [
        f"{endpoint}: {flow(codes)}"
        for endpoint, codes in SURVIVAL.items()
        if {codes["time"], codes["event"]} <= set(sheet)
    ]
    return section("survival", there)


def _lacking(study: Path) -> list[str]:
    return [name for name in NEEDED if not (study / name).is_file()]


def _unpack(fetcher: Fetcher, bases: tuple[str, ...], study: Path) -> None:
    archive = RemoteFile(addresses(bases, f"{STUDY}.tar.gz"), f"{FOLDER}/{STUDY}.tar.gz")
    fetcher.get([archive])
    unpack(fetcher.path_of(archive), study, lambda name: WANTED.fullmatch(name) is not None)
    lacking = _lacking(study)
    if lacking:
        raise TableError(
            f"{fetcher.path_of(archive)} lacks the files {listed(lacking)} of the study {STUDY}. "
            "Remove it, and run the same command again; or place these files in "
            f"{study} by hand."
        )
