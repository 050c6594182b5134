"""Rows of the page's tables, as text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from twinpurify.plots.names import in_order, interval, method_name, metric_name, number, task_name


def summary_rows(summary: pd.DataFrame) -> list[dict[str, str]]:
    """Write every row of the summary for reading, sorted by question, fraction and method.

    Parameters
    ----------
    summary : DataFrame
        As in ``summary.csv``.

    Returns
    -------
    list of dict of str to str
    """
    questions = list(dict.fromkeys(zip(summary["task"], summary["metric"], strict=True)))
    methods = in_order(summary["method"])
    records = sorted(
        summary.to_dict("records"),
        key=lambda row: (
            questions.index((row["task"], row["metric"])),
            np.nan_to_num(-row["fraction"]),
            methods.index(row["method"]),
        ),
    )
    return [_summary_row(row) for row in records]


def _summary_row(row: Mapping[str, Any]) -> dict[str, str]:
    """Write one row of the summary."""
    fraction = row["fraction"]
    compared = row["method"] != "raw" and np.isfinite(row["difference"])
    span = interval(row["difference_low"], row["difference_high"], signed=True)
    return {
        "cohort": str(row["cohort"]),
        "question": task_name(row["task"]),
        "task": str(row["task"]),
        "metric": metric_name(row["metric"]),
        "fraction": "–" if pd.isna(fraction) else f"{fraction:g}",
        "method": method_name(row["method"]),
        "mean": f"{number(row['mean'])} ({interval(row['low'], row['high'])})",
        "difference": f"{number(row['difference'], signed=True)} ({span})" if compared else "–",
        "p_adjusted": p_value(row.get("p_adjusted", np.nan)),
        "effect_size": number(row.get("effect_size", np.nan), signed=True),
        "n_splits": str(row.get("n_splits", "–")),
        "sd_splits": number(row.get("sd_splits", np.nan)),
    }


def p_value(value: float) -> str:
    """Write a p-value with two significant digits, or a dash where there is none."""
    if not np.isfinite(value):
        return "–"
    return "< 0.001" if value < 0.001 else f"{value:.2g}"


def flattened(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Write nested settings as dotted names with values.

    Parameters
    ----------
    settings : mapping
        Any depth.
    prefix : str
        Put before each name.

    Yields
    ------
    tuple of str
        Name and value.
    """
    for name, value in settings.items():
        if isinstance(value, Mapping) and value:
            yield from flattened(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", _value(value)


def _value(value: object) -> str:
    """Write a setting's value, a list without its brackets."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(item) for item in value) or "none"
    return "none" if value is None else str(value)


def log_rows(log: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Write the steps of an ingestion log.

    Parameters
    ----------
    log : mapping
        ``{"cohort", "steps": [{"step", "kept_samples", "kept_genes", "dropped", "reason",
        "examples"}], "warnings"}``.

    Returns
    -------
    list of dict
        Text, but for ``examples``, a list of the first few that were dropped.
    """
    return [
        {
            "step": str(step["step"]).replace("_", " "),
            "reason": str(step["reason"]),
            "dropped": f"{step['dropped']:,}" if step["dropped"] else "–",
            "samples": f"{step['kept_samples']:,}",
            "genes": f"{step['kept_genes']:,}",
            "examples": [str(example) for example in step.get("examples", ())][:5],
            "more": "…" if step["dropped"] > len(step.get("examples", ())) > 0 else "",
        }
        for step in log["steps"]
    ]


def all_warnings(warnings: Sequence[str], logs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Collect the warnings of the run and of each cohort's ingestion, each once.

    Parameters
    ----------
    warnings : sequence of str
    logs : sequence of mapping

    Returns
    -------
    list of str
    """
    ingested = [f"{log['cohort']}: {text}" for log in logs for text in log.get("warnings", ())]
    known = set(warnings)
    fresh = [text for text in ingested if text.partition(": ")[2] not in known]
    return list(dict.fromkeys([*warnings, *fresh]))
