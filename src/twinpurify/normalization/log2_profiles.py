"""From the cohort's unit to log2(x + 1), the one scale that all methods work on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from twinpurify.cohort.units import Unit

if TYPE_CHECKING:
    from anndata import AnnData

COUNTS_PER_MILLION = 1e6


def to_log2_profiles(cohort: AnnData) -> AnnData:
    """Bring a cohort to log2(x + 1); each sample is converted on its own, nothing is fitted.

    Counts become counts per million first, since a mixture of tissues adds up in shares of the
    library and not in reads. Arrays have linear intensity under their logarithm, and are treated
    alike. A unit that subtracts an offset can go a rounding below zero; that is cut.

    Parameters
    ----------
    cohort : AnnData, samples × genes
        In the unit of ``uns["unit"]``.

    Returns
    -------
    AnnData
        A copy with ``X`` = log2(x + 1), the new unit, and a line of history.
    """
    unit = Unit(**cohort.uns["unit"])
    linear = np.maximum(unit.to_linear(np.asarray(cohort.X, dtype=np.float64)), 0.0)
    quantity = unit.quantity
    if quantity == "counts":
        library_size = linear.sum(axis=1, keepdims=True)
        linear *= COUNTS_PER_MILLION / np.maximum(library_size, 1.0)
        quantity = "cpm"
    normalized = cohort.copy()
    normalized.X = np.log2(linear + 1.0).astype(np.float32)
    normalized.uns["unit"] = Unit(quantity=quantity, scale="log2", offset=1.0).model_dump()
    step = f"normalization: {unit.describe()} to log2({quantity} + 1)"
    normalized.uns["history"] = [*map(str, cohort.uns["history"]), step]
    return normalized


def as_log2_table(table: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """Bring a plain table of profiles, such as a known truth, to log2(x + 1)."""
    linear = np.maximum(unit.to_linear(table.to_numpy(dtype=np.float64)), 0.0)
    return pd.DataFrame(
        np.log2(linear + 1.0).astype(np.float32), index=table.index, columns=table.columns
    )
