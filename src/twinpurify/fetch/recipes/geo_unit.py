"""The unit of a series: what its values and its sheet allow to be said."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twinpurify.cohort.units.unit import LARGEST_LOG2
from twinpurify.fetch.definitions.draft import OPEN, comments

# What a log2 intensity can be: a scanner counts up to 2^16, and some software adds a few bits.
LARGEST_LOG2_INTENSITY = 20.0
SEQUENCING = ("library_strategy", "library_source")
CHOICES = (
    "unit: {quantity: intensity, scale: linear}",
    "unit: {quantity: intensity, scale: log2, offset: 0.0}",
    "unit: {quantity: log_ratio, scale: log2, offset: 0.0}",
)


def unit_lines(values: pd.DataFrame, sheet: pd.DataFrame) -> list[str]:
    """Write platform and unit where the values allow one only, else what there is to choose from.

    Parameters
    ----------
    values : DataFrame, samples × probes
        As the series has them.
    sheet : DataFrame
        Its sample sheet.

    Returns
    -------
    list of str
        Lines of a definition.
    """
    finite = values.to_numpy()[np.isfinite(values.to_numpy())]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    found = f"values from {low:.4g} to {high:.4g}"
    remarks = [f"How the values were made: {text}" for text in _processing(sheet)]
    if _is_sequencing(sheet):
        return [
            *comments([*remarks, f"{OPEN}: unit, by what the authors say; {found}."]),
            "platform: rna_seq",
            *comments(["unit: {quantity: counts, scale: linear}"]),
        ]
    chosen = None if _is_two_colour(sheet) else _choose(low, high)
    if chosen is None:
        told = f"{OPEN}: unit, since {found} may be several; leave one of these lines."
        return [*comments([*remarks, told]), "platform: microarray", *comments(CHOICES)]
    reason = f"Taken from the range, {found}: see that it is what the authors say."
    return [*comments([*remarks, reason]), "platform: microarray", chosen]


def _choose(low: float, high: float) -> str | None:
    """Below 0 are log-ratios, and log2 intensities after some corrections; nothing tells which."""
    if low < 0:
        return None
    if high > LARGEST_LOG2:
        return CHOICES[0]
    return CHOICES[1] if high <= LARGEST_LOG2_INTENSITY else None


def _processing(sheet: pd.DataFrame) -> list[str]:
    told = sheet["data_processing"].dropna().unique()[:2] if "data_processing" in sheet else []
    return [str(text)[:300] for text in told]


def _is_two_colour(sheet: pd.DataFrame) -> bool:
    return "channel_count" in sheet and bool((sheet["channel_count"] == "2").any())


def _is_sequencing(sheet: pd.DataFrame) -> bool:
    return any(name in sheet and sheet[name].notna().any() for name in SEQUENCING)
