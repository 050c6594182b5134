"""Declared units held against the values: a wrong one would make all that follows wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twinpurify.cohort.hints import cells
from twinpurify.cohort.units.unit import LARGEST_LOG2, Unit
from twinpurify.errors import ExpressionError

# What is told of a unit is told by this many samples, evenly spaced.
SAMPLED = 200
# Fewer samples or genes say nothing of their distribution.
FEWEST_SAMPLES = 20
FEWEST_GENES = 20
FEWEST_VALUES = 100
# A transcriptome, of which TPM and CPM add up to a million; a choice of genes adds up to less.
TRANSCRIPTOME = 10_000
MILLION = 1e6
# Pseudo-counts that people add; published matrices keep one or two decimals, which moves log2 of
# 0.1 by as much as the tolerance.
PSEUDO_COUNTS = (0.00001, 0.0001, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 8.0, 16.0, 32.0)
FLOOR_TOLERANCE = 0.05
# A floor is one value that stands out of the tail: what lies just above it is this much rarer.
FLOOR_SHARE, FLOOR_WINDOW, FLOOR_EXCESS = 0.001, 0.15, 3.0
# Ratios to a reference are negative as often as positive; logarithms of amounts seldom are.
RATIO_SHARE = 0.25
# Counts that software estimates are whole for genes that share no read with another.
ESTIMATED_SHARE = 0.25
WHOLE_SHARE = 0.999
# Reads for each gene of a library of a million; TPM and FPKM have this on average, or less.
SHALLOW = 60.0
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
    sample = _evenly_spaced(values)
    if _are_z_scores(sample):
        raise ExpressionError(
            f"The unit is {unit.describe()}, but these are z-scores, whose scale is lost: each "
            "gene has mean 0 and standard deviation 1. Take the matrix from before it was "
            "standardised."
        )
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
    whole = _whole_share(sample)
    totals = sample.sum(axis=1, dtype=np.float64)
    is_counted = whole >= WHOLE_SHARE and np.median(totals) > HIGHEST_TOTAL
    if unit.quantity in ("fpkm", "rsem") and is_counted:
        raise ExpressionError(
            f"The unit is {unit.describe()}, but {whole:.1%} of the values above 0 are whole "
            "numbers, as counts are. Set unit.quantity: counts."
        )
    if unit.quantity != "counts" or not whole < WHOLE_SHARE:
        return
    is_scaled = sample.shape[1] > TRANSCRIPTOME and _sum_to_million(totals)
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
    repeated = _repeated_floor(sample)
    remedy = f"Set unit.offset ({2.0**lowest:.2g} or less would allow these values)."
    if repeated is not None and abs(repeated - lowest) < FLOOR_TOLERANCE:
        remedy = (
            f"The lowest value repeats, as the logarithm of a pseudo-count does: set "
            f"unit.offset: {_pseudo_count(lowest):g}."
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
        return _whole_share(base**exact - unit.offset, tolerance=0.02) > 1.0 - ESTIMATED_SHARE
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


def likely_unit(values: np.ndarray) -> str | None:
    """Guess the unit of a matrix, to say more than that the declared one is wrong.

    Parameters
    ----------
    values : array, samples × genes
        Finite values.

    Returns
    -------
    str or None
        For example ``log2(x + 0.1)``; None when the values fit many units, or none.
    """
    sample = _evenly_spaced(values)
    if sample.size < FEWEST_VALUES:
        return None
    if _are_z_scores(sample):
        return "z-scores"
    if sample.max() > LARGEST_LOG2:
        return _likely_linear(sample) if sample.min() >= 0 else None
    floor = _repeated_floor(sample)
    if floor is not None and (floor <= FLOOR_TOLERANCE or sample.min() < 0):
        return f"log2(x + {_pseudo_count(floor):g})"
    if (sample < 0).mean() >= RATIO_SHARE:
        return "log2 ratio"
    return "log2 intensity" if sample.min() > 1 and np.median(sample) > 4 else None


def _likely(values: np.ndarray) -> str:
    likely = likely_unit(values)
    return f" The values look like {likely}." if likely else ""


def _likely_linear(sample: np.ndarray) -> str:
    totals = sample.sum(axis=1, dtype=np.float64)
    if _sum_to_million(totals):
        return "linear TPM or CPM"
    if _whole_share(sample) >= WHOLE_SHARE:
        return "linear counts"
    if sample.min() >= 1:
        return "linear intensity"
    is_small = np.median(totals) < SHALLOW * sample.shape[1]
    return "linear TPM or FPKM" if is_small else "linear RSEM or estimated counts"


def _evenly_spaced(values: np.ndarray) -> np.ndarray:
    """Take up to 200 samples, since a unit shows in these as well as in all."""
    if len(values) <= SAMPLED:
        return values
    return values[np.linspace(0, len(values) - 1, SAMPLED).astype(int)]


def _are_z_scores(sample: np.ndarray) -> bool:
    """Recognise genes that were standardised, which no longer say how much there is of a gene."""
    if sample.shape[0] < FEWEST_SAMPLES or sample.shape[1] < FEWEST_GENES or sample.min() >= 0:
        return False
    means = np.abs(sample.mean(axis=0, dtype=np.float64))
    lower, upper = np.quantile(sample.std(axis=0, dtype=np.float64), [0.1, 0.9])
    return bool(np.quantile(means, 0.9) < 0.25 and lower > 0.7 and upper < 1.3)


def _repeated_floor(sample: np.ndarray) -> float | None:
    """Find the lowest value where it repeats, as the logarithm of a pseudo-count does."""
    lowest = sample.min()
    at_floor = int((sample <= lowest + 1e-3).sum())
    if at_floor < max(FLOOR_SHARE * sample.size, FEWEST_SAMPLES):
        return None
    above = int((sample <= lowest + FLOOR_WINDOW).sum()) - at_floor
    return float(lowest) if at_floor > FLOOR_EXCESS * above else None


def _pseudo_count(floor: float) -> float:
    """Tell the pseudo-count whose log2 a floor is: a usual one, when it is within rounding."""
    near = [c for c in PSEUDO_COUNTS if abs(np.log2(c) - floor) <= FLOOR_TOLERANCE]
    return near[0] if near else float(f"{2.0**floor:.3g}")


def _whole_share(sample: np.ndarray, tolerance: float = 0.0) -> float:
    """Measure how many of the positive values are whole; NaN when too few are positive to say."""
    positive = sample[sample > 0]
    if positive.size < FEWEST_VALUES:
        return np.nan
    return float((np.abs(positive - np.rint(positive)) <= tolerance).mean())


def _sum_to_million(totals: np.ndarray) -> bool:
    """Recognise TPM and CPM, of which every sample sums to a million, but for rounding."""
    return bool(np.all(np.abs(totals / MILLION - 1.0) < 0.01))
