"""Tables that are made from the GDC's listing of files: metadata, manifest, clinical table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from twinpurify.persistence import replacing

Entry = dict[str, Any]

DAYS_A_YEAR = 365.25
UNKNOWN = frozenset({"", "not reported", "unknown", "not allowed to collect"})


def write_metadata(entries: Sequence[Entry], folder: Path) -> None:
    """Write what is known of the files, as the portal gives it for a cart.

    Parameters
    ----------
    entries : sequence of dict
        The listed files.
    folder : Path
        The download.
    """
    _write(folder / "metadata.json", json.dumps(list(entries), indent=1))


def write_manifest(entries: Sequence[Entry], folder: Path) -> None:
    """Write the manifest, which readers hold the download against.

    Parameters
    ----------
    entries : sequence of dict
        The listed files.
    folder : Path
        The download.
    """
    rows = [
        f"{entry['file_id']}\t{entry['file_name']}\t{entry['md5sum']}\t{entry['file_size']}\treleased"
        for entry in entries
    ]
    _write(folder / "gdc_manifest.txt", "\n".join(["id\tfilename\tmd5\tsize\tstate", *rows, ""]))


def write_clinical(table: pd.DataFrame, folder: Path) -> None:
    """Write the clinical table.

    Parameters
    ----------
    table : DataFrame
        From `clinical_table`.
    folder : Path
        The download.
    """
    _write(folder / "clinical.tsv", table.to_csv(sep="\t", lineterminator="\n"))


def barcodes_of(entries: Sequence[Entry]) -> list[str]:
    """Return the barcode of the aliquot that each file is of."""
    return [
        str(entity.get("entity_submitter_id", ""))
        for entry in entries
        for entity in list(_dicts(entry.get("associated_entities")))[:1]
    ]


def clinical_table(entries: Sequence[Entry]) -> pd.DataFrame:
    """Gather what the listing says of the patients.

    Parameters
    ----------
    entries : sequence of dict
        The listed files.

    Returns
    -------
    DataFrame
        Text, a row a patient, None where missing.
    """
    rows = {
        str(case["submitter_id"]): _row(case)
        for entry in entries
        for case in _dicts(entry.get("cases"))
        if case.get("submitter_id")
    }
    table = pd.DataFrame.from_dict(rows, orient="index", dtype=object)
    return table.rename_axis("patient").sort_index()


def _row(case: Entry) -> Entry:
    person = next(_dicts(case.get("demographic")), {})
    diagnosis = _diagnosis(case)
    age = _number(diagnosis.get("age_at_diagnosis"))
    return {
        "vital_status": _known(person.get("vital_status")),
        "overall_survival_days": _follow_up(case, person),
        "age_in_years": None if age is None else f"{age / DAYS_A_YEAR:.1f}",
        # The field had the first name before 2025.
        "reported_sex": _known(person.get("gender")) or _known(person.get("sex_at_birth")),
        "pathologic_stage": _known(diagnosis.get("ajcc_pathologic_stage")),
        "tumor_grade": _known(diagnosis.get("tumor_grade")),
    }


def _diagnosis(case: Entry) -> Entry:
    """Of several diagnoses, the one of the tumour that the project is about."""
    diagnoses = list(_dicts(case.get("diagnoses")))
    primary = [
        diagnosis
        for diagnosis in diagnoses
        if str(diagnosis.get("diagnosis_is_primary_disease")).lower() == "true"
    ]
    return (primary or diagnoses or [{}])[0]


def _follow_up(case: Entry, person: Entry) -> str | None:
    """Days to death, or for the living the latest day on which they were seen."""
    death = _number(person.get("days_to_death"))
    if str(person.get("vital_status")).lower() == "dead":
        return None if death is None else f"{death:g}"
    seen = [
        *(diagnosis.get("days_to_last_follow_up") for diagnosis in _dicts(case.get("diagnoses"))),
        *(visit.get("days_to_follow_up") for visit in _dicts(case.get("follow_ups"))),
    ]
    days = [day for day in map(_number, seen) if day is not None]
    return f"{max(days):g}" if days else None


def _dicts(node: Any) -> Iterator[Entry]:
    """Go through what is a list at one release of the API and a single object at another."""
    yield from (item for item in (node if isinstance(node, list) else [node]) if _is_dict(item))


def _is_dict(node: Any) -> bool:
    return isinstance(node, dict)


def _known(value: Any) -> str | None:
    return None if value is None or str(value).strip().lower() in UNKNOWN else str(value)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _write(path: Path, text: str) -> None:
    with replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
