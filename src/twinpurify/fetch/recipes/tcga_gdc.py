"""TCGA from the NCI Genomic Data Commons: a file of STAR counts a sample."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from twinpurify.errors import TableError
from twinpurify.fetch.definitions.columns import label_lines
from twinpurify.fetch.definitions.draft import Draft, comments, flow, section
from twinpurify.fetch.definitions.gene_lines import gene_lines
from twinpurify.fetch.recipes.gdc_tables import (
    barcodes_of,
    clinical_table,
    write_clinical,
    write_manifest,
    write_metadata,
)
from twinpurify.fetch.recipes.tcga import tissue_lines
from twinpurify.fetch.transfer.fetcher import Fetcher
from twinpurify.fetch.transfer.remote_file import RemoteFile

# More than the largest project has, so that a listing placed by hand is one file.
PAGE_SIZE = 5000
FIELDS = [
    "file_id",
    "file_name",
    "file_size",
    "md5sum",
    "associated_entities.entity_submitter_id",
    "associated_entities.case_id",
    "cases.submitter_id",
    "cases.project.project_id",
    "cases.samples.submitter_id",
    "cases.samples.sample_type",
    "cases.demographic.vital_status",
    "cases.demographic.days_to_death",
    "cases.demographic.gender",
    "cases.demographic.sex_at_birth",
    "cases.diagnoses.age_at_diagnosis",
    "cases.diagnoses.ajcc_pathologic_stage",
    "cases.diagnoses.tumor_grade",
    "cases.diagnoses.days_to_last_follow_up",
    "cases.diagnoses.diagnosis_is_primary_disease",
    "cases.follow_ups.days_to_follow_up",
]
CANDIDATES = {
    "grade": ["tumor_grade"],
    "stage": ["pathologic_stage"],
    "age": ["age_in_years"],
    "sex": ["reported_sex"],
}
SURVIVAL = {
    "time": "overall_survival_days",
    "event": "vital_status",
    "time_unit": "days",
    "event_values": ["Dead"],
    "censored_values": ["Alive"],
}


def fetch(project: str, fetcher: Fetcher, bases: tuple[str, ...]) -> list[Draft]:
    """Fetch a project: first the listing of its files, then these.

    Parameters
    ----------
    project : str
        For example ``BRCA``.
    fetcher : Fetcher
        Brings the files.
    bases : tuple of str
        Address of the GDC's API.

    Returns
    -------
    list of Draft
        Its definition.

    Raises
    ------
    TableError
        The listing is no listing of the GDC, or an empty one.
    """
    folder = f"tcga_{project.lower()}/gdc"
    entries = _list_files(project, folder, fetcher, bases)
    fetcher.get([_file_of(entry, folder, bases) for entry in entries])
    top = fetcher.raw / folder
    write_metadata(entries, top)
    write_manifest(entries, top)
    clinical = clinical_table(entries)
    write_clinical(clinical, top)
    # Without its quotes, YAML would read the key as a truth value.
    join = {"path": f"{folder}/clinical.tsv", "format": "tsv", "sheet_column": "patient"}
    return [
        Draft(
            cohort=f"tcga_{project.lower()}",
            source="gdc",
            lines=(
                f"title: TCGA {project}",
                "platform: rna_seq",
                *comments(["NCI Genomic Data Commons, STAR - Counts, the column unstranded."]),
                "unit: {quantity: counts, scale: linear}",
                f"expression: {flow({'path': folder, 'format': 'gdc', 'values': 'unstranded'})}",
                "samples:",
                *section("  join", [f"  - {flow(join)}"]),
                "barcodes: {scheme: tcga, column: aliquot}",
                *tissue_lines(barcodes_of(entries), project),
                *label_lines(clinical, CANDIDATES),
                *comments(
                    [
                        "clinical.tsv was written from the listing of the files: time is that to "
                        "death, else to the last follow-up. Survival that experts have curated is "
                        "in the files of SOURCE=xena."
                    ]
                ),
                *section("survival", [f"os: {flow(SURVIVAL)}"]),
                *gene_lines(fetcher.raw, ["id_type: ensembl", "symbol_column: gene_name"]),
            ),
        )
    ]


def listing_of(project: str, folder: str, start: int, bases: tuple[str, ...]) -> RemoteFile:
    """Name a page of the listing of a project's count files.

    Parameters
    ----------
    project : str
        For example ``BRCA``.
    folder : str
        Where the project goes, below `raw`.
    start : int
        The first file of the page.
    bases : tuple of str
        Address of the GDC's API.

    Returns
    -------
    RemoteFile
        The page.
    """
    wanted = {
        "cases.project.project_id": f"TCGA-{project}",
        "data_type": "Gene Expression Quantification",
        "analysis.workflow_type": "STAR - Counts",
        "access": "open",
    }
    filters = [
        {"op": "in", "content": {"field": field, "value": [value]}}
        for field, value in wanted.items()
    ]
    query = urlencode(
        {
            "filters": json.dumps({"op": "and", "content": filters}, separators=(",", ":")),
            "fields": ",".join(FIELDS),
            "format": "JSON",
            # Without an order, pages may overlap.
            "sort": "file_id:asc",
            "from": start,
            "size": PAGE_SIZE,
        }
    )
    urls = tuple(f"{base}/files?{query}" for base in bases)
    remark = "it lists the count files, which the same command names next"
    return RemoteFile(urls, f"{folder}/listing_{start}.json", remark=remark)


def _list_files(
    project: str, folder: str, fetcher: Fetcher, bases: tuple[str, ...]
) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    total = 1
    while len(entries) < total:
        page = listing_of(project, folder, len(entries), bases)
        fetcher.get([page])
        hits, total = _read_page(page, fetcher)
        entries += hits
    return entries


def _read_page(page: RemoteFile, fetcher: Fetcher) -> tuple[list[dict[str, Any]], int]:
    path = fetcher.path_of(page)
    try:
        data = json.loads(path.read_bytes())["data"]
        hits, total = list(data["hits"]), int(data["pagination"]["total"])
        complete = all({"file_id", "file_name", "md5sum"} <= set(hit) for hit in hits)
        complete = complete and all(int(hit["file_size"]) > 0 for hit in hits)
    except (ValueError, KeyError, TypeError) as error:
        raise TableError(
            f"{path} is no listing of the GDC ({error}). Remove it, and run the same command again."
        ) from error
    if not hits or not complete:
        raise TableError(
            f"{path} lists no files, or not what they are called. Remove it, and run the same "
            "command again."
        )
    return hits, total


def _file_of(entry: dict[str, Any], folder: str, bases: tuple[str, ...]) -> RemoteFile:
    # A name with a folder in it could lead anywhere.
    name, key = str(entry["file_name"]).rpartition("/")[2], str(entry["file_id"])
    return RemoteFile(
        tuple(f"{base}/data/{key}" for base in bases),
        f"{folder}/{key.rpartition('/')[2]}/{name}",
        size=int(entry["file_size"]),
        md5=str(entry["md5sum"]),
    )
