"""What the values of a matrix look like, for messages about a wrongly declared unit."""

from __future__ import annotations

import numpy as np

from twinpurify.cohort.units.unit import LARGEST_LOG2

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


def evenly_spaced(values: np.ndarray) -> np.ndarray:
    """Take some samples of a matrix, since a unit shows in a few as well as in all.

    Parameters
    ----------
    values : array, samples × genes
        The matrix.

    Returns
    -------
    array, up to 200 samples × genes
        Samples at even distances.
    """
    if len(values) <= SAMPLED:
        return values
    return values[np.linspace(0, len(values) - 1, SAMPLED).astype(int)]


def are_z_scores(sample: np.ndarray) -> bool:
    """Recognise genes that were standardised, which no longer say how much there is of a gene.

    Parameters
    ----------
    sample : array, samples × genes
        Some samples.

    Returns
    -------
    bool
        True when nearly all genes have mean 0 and standard deviation 1.
    """
    if sample.shape[0] < FEWEST_SAMPLES or sample.shape[1] < FEWEST_GENES or sample.min() >= 0:
        return False
    means = np.abs(sample.mean(axis=0, dtype=np.float64))
    lower, upper = np.quantile(sample.std(axis=0, dtype=np.float64), [0.1, 0.9])
    return bool(np.quantile(means, 0.9) < 0.25 and lower > 0.7 and upper < 1.3)


def repeated_floor(sample: np.ndarray) -> float | None:
    """Find the lowest value where it is the logarithm of a pseudo-count: it then repeats.

    Parameters
    ----------
    sample : array, samples × genes
        Some samples.

    Returns
    -------
    float or None
        The value; None when the lowest values are a tail like any other.
    """
    lowest = sample.min()
    at_floor = int((sample <= lowest + 1e-3).sum())
    if at_floor < max(FLOOR_SHARE * sample.size, FEWEST_SAMPLES):
        return None
    above = int((sample <= lowest + FLOOR_WINDOW).sum()) - at_floor
    return float(lowest) if at_floor > FLOOR_EXCESS * above else None


def pseudo_count(floor: float) -> float:
    """Tell the pseudo-count whose logarithm a floor is.

    Parameters
    ----------
    floor : float
        Lowest value, in log2.

    Returns
    -------
    float
        A usual one, such as 0.1, when it is within rounding; else ``2**floor``.
    """
    near = [c for c in PSEUDO_COUNTS if abs(np.log2(c) - floor) <= FLOOR_TOLERANCE]
    return near[0] if near else float(f"{2.0**floor:.3g}")


def whole_share(sample: np.ndarray, tolerance: float = 0.0) -> float:
    """Measure how many of the positive values are whole numbers, as counts are.

    Parameters
    ----------
    sample : array, samples × genes
        Some samples, linear.
    tolerance : float
        How far from whole a value may be.

    Returns
    -------
    float
        0 .. 1; NaN when too few values are positive to say.
    """
    positive = sample[sample > 0]
    if positive.size < FEWEST_VALUES:
        return np.nan
    return float((np.abs(positive - np.rint(positive)) <= tolerance).mean())


def sum_to_million(totals: np.ndarray, tolerance: float = 0.01) -> bool:
    """Recognise TPM and CPM by the sum of a sample, which is a million in each.

    Parameters
    ----------
    totals : array, samples
        Sums over all genes, linear.
    tolerance : float
        Relative difference from a million that rounding may make.

    Returns
    -------
    bool
        True when every sample sums to a million.
    """
    return bool(np.all(np.abs(totals / MILLION - 1.0) < tolerance))


def likely_unit(values: np.ndarray) -> str | None:
    """Guess the unit of a matrix by its values, to say more than that the declared one is wrong.

    Parameters
    ----------
    values : array, samples × genes
        Finite values.

    Returns
    -------
    str or None
        For example ``linear counts`` or ``log2(x + 0.1)``; None when the values fit many units,
        or none.
    """
    sample = evenly_spaced(values)
    if sample.size < FEWEST_VALUES:
        return None
    if are_z_scores(sample):
        return "z-scores"
    if sample.max() > LARGEST_LOG2:
        return _likely_linear(sample) if sample.min() >= 0 else None
    return _likely_logarithm(sample)


def _likely_linear(sample: np.ndarray) -> str:
    totals = sample.sum(axis=1, dtype=np.float64)
    if sum_to_million(totals):
        return "linear TPM or CPM"
    if whole_share(sample) >= WHOLE_SHARE:
        return "linear counts"
    if sample.min() >= 1:
        return "linear intensity"
    is_small = np.median(totals) < SHALLOW * sample.shape[1]
    return "linear TPM or FPKM" if is_small else "linear RSEM or estimated counts"


def _likely_logarithm(sample: np.ndarray) -> str | None:
    floor = repeated_floor(sample)
    if floor is not None and (floor <= FLOOR_TOLERANCE or sample.min() < 0):
        return f"log2(x + {pseudo_count(floor):g})"
    if (sample < 0).mean() >= RATIO_SHARE:
        return "log2 ratio"
    return "log2 intensity" if sample.min() > 1 and np.median(sample) > 4 else None
