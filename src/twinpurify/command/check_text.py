"""What is in a cohort that was read, and what was left out: for people and for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from twinpurify.cohort.declaration.definition import LABELS, CohortDefinition

if TYPE_CHECKING:
    from anndata import AnnData


def account(cohort: AnnData, log: dict[str, Any], definition: CohortDefinition) -> dict[str, Any]:
    """Count what is in a cohort, and tell what the reading dropped and noticed.

    Parameters
    ----------
    cohort : AnnData
    log : dict
        The ingestion log: cohort, steps, warnings.
    definition : CohortDefinition

    Returns
    -------
    dict
        JSON-able.
    """
    tumours = cohort.obs[cohort.obs["tissue"] == "tumour"]
    first = log["steps"][0]
    return {
        "cohort": log["cohort"],
        "title": definition.title,
        "platform": definition.platform,
        "unit": definition.unit.describe(),
        "read": {"samples": first["kept_samples"], "genes": first["kept_genes"]},
        "kept": {
            "tumours": len(tumours),
            "normals": cohort.n_obs - len(tumours),
            "patients": int(cohort.obs["patient_id"].nunique()),
            "genes": cohort.n_vars,
        },
        "reference_normals": definition.reference_normals and definition.reference_normals.cohort,
        "labels": {name: _counts(cohort.obs[name]) for name in LABELS if name in cohort.obs},
        "purity": {
            source: int(tumours[f"purity_{source}"].notna().sum()) for source in definition.purity
        },
        "survival": {endpoint: _follow_up(tumours, endpoint) for endpoint in definition.survival},
        "dropped": [step for step in log["steps"] if step["dropped"]],
        "notes": [step for step in log["steps"] if not step["dropped"]],
        "warnings": log["warnings"],
    }


def as_text(found: dict[str, Any]) -> str:
    """Write an account for people.

    Parameters
    ----------
    found : dict
        Of ``account``.

    Returns
    -------
    str
        Lines.
    """
    lines = [f"{found['cohort']}: {found['title']}", *_rows(_sizes(found))]
    lines += _section("Dropped", [_step(step) for step in found["dropped"]], "nothing")
    lines += _section("Noticed", [_step(step) for step in found["notes"]], "nothing")
    lines += _section("Warnings", found["warnings"], "none")
    return "\n".join(lines)


def _counts(column: pd.Series) -> dict[str, int]:
    counts = column.dropna().astype(str).value_counts()
    return {str(value): int(count) for value, count in counts.items() if count}


def _follow_up(tumours: pd.DataFrame, endpoint: str) -> dict[str, int]:
    event = tumours[f"{endpoint}_event"]
    return {"tumours": int(event.notna().sum()), "events": int(event.fillna(0).astype(int).sum())}


def _sizes(found: dict[str, Any]) -> list[tuple[str, str]]:
    read, kept = found["read"], found["kept"]
    normals = f"{kept['normals']:,} adjacent normals"
    if found["reference_normals"]:
        normals += f" and those of {found['reference_normals']}"
    rows = [
        ("measured", f"{found['platform']}, {found['unit']}"),
        ("read", f"{read['samples']:,} samples × {read['genes']:,} genes"),
        (
            "kept",
            f"{kept['tumours']:,} tumours and {normals}, of {kept['patients']:,} patients; "
            f"{kept['genes']:,} genes",
        ),
    ]
    rows += [(name, _listed(counts)) for name, counts in found["labels"].items()]
    rows += [
        (f"purity {source}", f"{count:,} tumours") for source, count in found["purity"].items()
    ]
    rows += [
        (f"survival {name}", f"{of['tumours']:,} tumours, {of['events']:,} events")
        for name, of in found["survival"].items()
    ]
    return rows


def _listed(counts: dict[str, int], limit: int = 8) -> str:
    named = [f"{value} {count:,}" for value, count in list(counts.items())[:limit]]
    if len(counts) > limit:
        named.append(f"… ({len(counts)} values)")
    return ", ".join(named) or "no value that counts"


def _rows(rows: list[tuple[str, str]]) -> list[str]:
    width = max(len(name) for name, _ in rows)
    return [f"  {name:<{width}}  {text}" for name, text in rows]


def _section(title: str, sentences: list[str], none: str) -> list[str]:
    return ["", f"{title}:", *[f"  - {sentence}" for sentence in sentences or [none]]]


def _step(step: dict[str, Any]) -> str:
    number = f"{step['dropped']:,} " if step["dropped"] else ""
    examples = ", ".join(step["examples"])
    return f"{number}{step['reason']}{f': {examples}' if examples else ''}"
