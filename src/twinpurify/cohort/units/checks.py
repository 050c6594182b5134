"""Declared units held against the values: a wrong one would make all that follows wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from twinpurify.cohort.hints import cells
from twinpurify.cohort.units.likely import (
    ESTIMATED_SHARE,
    FEWEST_VALUES,
    FLOOR_TOLERANCE,
    MILLION,
    RATIO_SHARE,
    SHALLOW,
    TRANSCRIPTOME,
    WHOLE_SHARE,
    are_z_scores,
    evenly_spaced,
    likely_unit,
    pseudo_count,
    repeated_floor,
    sum_to_million,
    whole_share,
)
from twinpurify.cohort.units.unit import LARGEST_LOG2, Unit
from twinpurify.errors import ExpressionError

if TYPE_CHECKING:
    import pandas as pd

# TPM and CPM of a transcriptome lack what was filtered out before, and CPM may have been scaled
# by factors between samples; counts and RSEM lie far outside.
LOWEST_TOTAL, HIGHEST_TOTAL = 0.2 * MILLION, 2.0 * MILLION
# Half of all ratios to a common reference lie within a factor of 2 of it, far from this.
FARTHEST_MEDIAN = 4.0
# Of a thousand genes some are below the reference, and some highly expressed; of a small choice
# of genes none may be.
MANY_GENES, FEWEST_NEGATIVE = 1000, 0.15
# Of exact zeros, which only log2(x + 1) gives.
ZERO_SHARE = 0.01
# Up to this a value of float32 still shows whether its antilogarithm is whole.
LARGEST_EXACT = 500.0
BASES = {"natural logarithms": np.e, "logarithms to base 10": 10.0}


def check_unit(expression: pd.DataFrame, unit: Unit) -> None:
    """Refuse values that contradict the declared unit, since all that follows would be wrong.

    What can't be told by the values, as of a small choice of genes, passes.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        Finite values in `unit`.
    unit : Unit
        The unit that the cohort's definition declares.

    Raises
    ------
    ExpressionError
        The values are z-scores, or not what was declared; the message gives the likely unit.
    """
    values = expression.to_numpy()
    if not values.size:
        return
    sample = evenly_spaced(values)
    _check_scale_is_left(sample, unit)
    if unit.quantity == "log_ratio":
        _check_ratio(expression, sample, unit)
    elif unit.scale == "linear":
        _check_linear(expression, unit)
        _check_counted(sample, unit)
    else:
        _check_log2(expression, sample, unit)
        _check_base(sample, unit)
    if unit.quantity in ("tpm", "cpm"):
        _check_totals(sample, unit)


def _likely(values: np.ndarray) -> str:
    likely = likely_unit(values)
    return f" The values look like {likely}." if likely else ""


def _check_scale_is_left(sample: np.ndarray, unit: Unit) -> None:
    if are_z_scores(sample):
        raise ExpressionError(
            f"The unit is {unit.describe()}, but these are z-scores, whose scale is lost: each "
            "gene has mean 0 and standard deviation 1. Take the matrix from before it was "
            "standardised."
        )


def _check_linear(expression: pd.DataFrame, unit: Unit) -> None:
    values = expression.to_numpy()
    if values.min() < 0:
        raise ExpressionError(
            f"The unit is {unit.describe()}, which can't be negative, but "
            f"there are {cells(expression, values < 0)}. "
            f"If the values are logarithms, set unit.scale: log2 and unit.offset.{_likely(values)}"
        )
    if values.max() <= LARGEST_LOG2:
        raise ExpressionError(
            f"The unit is {unit.describe()}, but the largest value is {values.max():g}, as it is "
            f"for logarithms. Set unit.scale: log2 and unit.offset.{_likely(values)}"
        )


def _check_counted(sample: np.ndarray, unit: Unit) -> None:
    whole = whole_share(sample)
    totals = sample.sum(axis=1, dtype=np.float64)
    is_counted = whole >= WHOLE_SHARE and np.median(totals) > HIGHEST_TOTAL
    if unit.quantity in ("fpkm", "rsem") and is_counted:
        raise ExpressionError(
            f"The unit is {unit.describe()}, but {whole:.1%} of the values above 0 are whole "
            "numbers, as counts are. Set unit.quantity: counts."
        )
    if unit.quantity != "counts" or not whole < WHOLE_SHARE:
        return
    is_scaled = sample.shape[1] > TRANSCRIPTOME and sum_to_million(totals)
    is_small = whole < ESTIMATED_SHARE and np.median(totals) < SHALLOW * sample.shape[1]
    is_small &= sample.shape[1] >= MANY_GENES
    if is_scaled or is_small:
        raise ExpressionError(
            f"The unit is {unit.describe()}, but only {whole:.1%} of the values above 0 are whole "
            f"numbers, and a sample sums to {np.median(totals):.4g} (median), which isn't the "
            f"size of a library.{_likely(sample)} Set unit.quantity."
        )


def _check_log2(expression: pd.DataFrame, sample: np.ndarray, unit: Unit) -> None:
    values = expression.to_numpy()
    if values.max() > LARGEST_LOG2:
        likely = likely_unit(values) or f"linear {unit.quantity}"
        raise ExpressionError(
            f"The unit is {unit.describe()}, which stays below {LARGEST_LOG2:g}, but "
            f"there are {cells(expression, values > LARGEST_LOG2)}. "
            f"The values are likely {likely}: set unit.scale: linear, and unit.quantity to what "
            "they are."
        )
    if unit.offset:
        _check_floor(expression, sample, unit)
    if unit.quantity == "intensity":
        _check_intensity(sample, unit)
    elif unit.offset != 1.0:
        _check_zeros(sample, float(values.min()), unit)


def _check_floor(expression: pd.DataFrame, sample: np.ndarray, unit: Unit) -> None:
    values = expression.to_numpy()
    floor, lowest = np.log2(unit.offset), float(values.min())
    if lowest >= floor - FLOOR_TOLERANCE:
        return
    too_low = cells(expression, values < floor - FLOOR_TOLERANCE)
    repeated = repeated_floor(sample)
    remedy = f"Set unit.offset ({2.0**lowest:.2g} or less would allow these values)."
    if repeated is not None and abs(repeated - lowest) < FLOOR_TOLERANCE:
        remedy = (
            f"The lowest value repeats, as the logarithm of a pseudo-count does: set "
            f"unit.offset: {pseudo_count(lowest):g}."
        )
    elif (sample < 0).mean() >= RATIO_SHARE:
        remedy += _likely(values)
    raise ExpressionError(
        f"The unit is {unit.describe()}, whose smallest value is {floor:.3g}, but "
        f"there are {too_low}; the lowest is {lowest:.3g}. {remedy}"
    )


def _check_intensity(sample: np.ndarray, unit: Unit) -> None:
    negative = (sample < 0).mean()
    if sample.size >= FEWEST_VALUES and negative >= RATIO_SHARE:
        raise ExpressionError(
            f"The unit is {unit.describe()}, but {negative:.0%} of the values are negative, as "
            "ratios to a reference are. Set unit.quantity: log_ratio, or take the matrix from "
            "before it was centred."
        )


def _check_zeros(sample: np.ndarray, lowest: float, unit: Unit) -> None:
    zeros = (np.abs(sample) < 1e-6).mean()
    is_floor = sample.size >= FEWEST_VALUES and zeros >= ZERO_SHARE
    if is_floor and abs(lowest) < 1e-6:
        raise ExpressionError(
            f"The unit is {unit.describe()}, but no value is below 0, and {zeros:.1%} are 0, as "
            "log2(x + 1) has it where nothing was measured. Set unit.offset: 1.0."
        )


def _check_ratio(expression: pd.DataFrame, sample: np.ndarray, unit: Unit) -> None:
    values = expression.to_numpy()
    if max(values.max(), -values.min()) > LARGEST_LOG2:
        outside = cells(expression, np.abs(values) > LARGEST_LOG2)
        raise ExpressionError(
            f"The unit is {unit.describe()}, which lies between -{LARGEST_LOG2:g} and "
            f"{LARGEST_LOG2:g}, but there are {outside}. Take the logarithm of the ratios to base "
            f"2, or correct unit.quantity.{_likely(values)}"
        )
    median, negative = float(np.median(sample)), float((sample < 0).mean())
    is_one_sided = sample.shape[1] >= MANY_GENES and negative < FEWEST_NEGATIVE
    is_far = values.min() >= 0 or abs(median) > FARTHEST_MEDIAN or is_one_sided
    if sample.size >= FEWEST_VALUES and is_far:
        raise ExpressionError(
            f"The unit is {unit.describe()}, which lies around 0, but the lowest value is "
            f"{values.min():.3g} and the median {median:.3g}. Set unit.quantity: intensity, or "
            f"take the logarithm of ratios to base 2.{_likely(values)}"
        )


def _check_base(sample: np.ndarray, unit: Unit) -> None:
    for name, base in BASES.items():
        if _is_base(sample, base, unit) and not _is_base(sample, 2.0, unit):
            factor = 1.0 / np.log2(base)
            raise ExpressionError(
                f"The unit is {unit.describe()}, but the values are likely {name}: with these the "
                f"samples hold {'whole counts' if unit.quantity == 'counts' else 'equal sums'}. "
                f"Divide them by {factor:.6g}, which turns them into log2."
            )


def _is_base(sample: np.ndarray, base: float, unit: Unit) -> bool:
    """Whether antilogarithms to this base are counts, or sum to the same in every sample."""
    if unit.quantity == "counts":
        exact = sample[::10].astype(np.float64)
        exact = exact[exact * np.log(base) < np.log(LARGEST_EXACT)]
        return whole_share(base**exact - unit.offset, tolerance=0.02) > 1.0 - ESTIMATED_SHARE
    if unit.quantity not in ("tpm", "cpm") or sample.shape[1] <= TRANSCRIPTOME or len(sample) < 3:
        return False
    totals = np.array([(base ** row.astype(np.float64) - unit.offset).sum() for row in sample])
    return bool(np.ptp(totals) < 0.005 * np.median(totals))


def _check_totals(sample: np.ndarray, unit: Unit) -> None:
    total = np.median([unit.to_linear(row.astype(np.float64)).sum() for row in sample])
    is_transcriptome = sample.shape[1] > TRANSCRIPTOME
    if total > HIGHEST_TOTAL or (is_transcriptome and total < LOWEST_TOTAL):
        linear = unit.to_linear(sample.astype(np.float64))
        raise ExpressionError(
            f"The unit is {unit.describe()}, of which a sample sums to a million, but these sum to "
            f"{total:.3g} (median).{_likely(linear)} Set unit.quantity."
        )
