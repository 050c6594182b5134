"""Samples unlike the others of their tissue: flagged for the report, never removed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.linalg import eigh
from scipy.stats import chi2

from twinpurify.cohort.hints import each
from twinpurify.cohort.notes import Notes, Told
from twinpurify.cohort.quality.profiles import Profiles, robust_scale

# With fewer samples of a tissue, what is usual can't be told from what is odd.
MINIMUM_SAMPLES = 20
VARIABLE_GENES = 1_000
PROFILE_GENES = 3_000
COMPONENTS = 10
# How many robust standard deviations from the others are odd, beside what is large in itself:
# chosen so that fewer than 3 in 100 samples of published cohorts are flagged.
ODD_SIZE, ODD_DISTANCE, ODD_CORRELATION = 4.0, 3.0, 4.0
SMALLEST_FOLD = 2.0
CHI2_QUANTILE = 0.9999
LOW_CORRELATION = 0.8


def flag_outliers(profiles: Profiles, tissue: pd.Series) -> Told[pd.DataFrame]:
    """Flag samples unlike the others of their tissue, so that a person looks at them.

    Three things are looked at, in each tissue alone: the library size (of counts), the distance in
    the space of the first principal components and from that space, and the correlation with the
    median profile. What is odd is measured by median and median absolute deviation, which the odd
    samples don't move.

    Parameters
    ----------
    profiles : Profiles
        Of all samples.
    tissue : Series of str
        Tissue of each sample.

    Returns
    -------
    DataFrame
        Per sample ``library_size`` (linear sum in the unit; NaN for arrays), ``pca_distance``,
        ``median_correlation`` (NaN where not judged) and ``outlier`` (reasons joined by '; ', ''
        for none).
    Notes
        Tissues that aren't judged, and a warning that names the outliers.

    References
    ----------
    Hubert, Rousseeuw, Vanden Branden. ROBPCA: a new approach to robust principal component
    analysis. Technometrics 2005. https://doi.org/10.1198/004017004000000563
    """
    notes = Notes()
    flags = pd.DataFrame({"library_size": profiles.sizes}, profiles.samples)
    flags[["pca_distance", "median_correlation"]] = np.nan
    flags["outlier"] = ""
    for name in sorted(tissue.unique()):
        samples = np.flatnonzero(tissue == name)
        if len(samples) < MINIMUM_SAMPLES:
            notes.add(
                "outliers",
                f"{name}: {len(samples)} samples, fewer than {MINIMUM_SAMPLES}, so none is judged "
                "to be an outlier",
            )
            continue
        for column, values in _judge_tissue(profiles, samples).items():
            flags.iloc[samples, flags.columns.get_loc(column)] = values
    odd = flags["outlier"][flags["outlier"] != ""]
    if len(odd):
        notes.warn(
            "Samples unlike the others of their tissue, which stay in the cohort: "
            f"{each(odd)}. Look at them, and leave them out of the sheet if they are broken."
        )
    return flags, notes


def _judge_tissue(profiles: Profiles, samples: np.ndarray) -> dict[str, np.ndarray | list[str]]:
    variable = profiles.most_variable(VARIABLE_GENES, samples)
    distance = _pca_distance(profiles.log2(variable, samples))
    spread = profiles.evenly_spaced(PROFILE_GENES)
    correlation = _median_correlation(profiles.log2(spread, samples))
    reasons = [_odd_distances(distance), _odd_correlations(correlation)]
    if profiles.unit.quantity == "counts":
        reasons.insert(0, _odd_sizes(profiles.sizes[samples]))
    outlier = ["; ".join(filter(None, of_sample)) for of_sample in zip(*reasons, strict=True)]
    return {"pca_distance": distance, "median_correlation": correlation, "outlier": outlier}


def _pca_distance(profiles: np.ndarray) -> np.ndarray:
    """Measure the distance within the principal subspace, and from it as one axis more."""
    centred = profiles - np.median(profiles, axis=0)
    n_components = min(COMPONENTS, len(centred) // 5, centred.shape[1])
    if not n_components:
        return np.zeros(len(centred))
    last = centred.shape[1] - 1
    _, axes = eigh(centred.T @ centred, subset_by_index=(last - n_components + 1, last))
    scores = centred @ axes
    residual = np.square(centred).sum(axis=1) - np.square(scores).sum(axis=1)
    # The cube root of a sum of squares is nearly normal (Wilson and Hilferty).
    beside = np.maximum(_standardised(np.cbrt(np.maximum(residual, 0.0))), 0.0)
    return np.sqrt(np.square(_standardised(scores)).sum(axis=1) + np.square(beside))


def _standardised(values: np.ndarray) -> np.ndarray:
    scale = robust_scale(values)
    return (values - np.median(values, axis=0)) / np.where(scale > 0.0, scale, np.inf)


def _median_correlation(profiles: np.ndarray) -> np.ndarray:
    usual = np.median(profiles, axis=0)
    usual = usual - usual.mean()
    centred = profiles - profiles.mean(axis=1, keepdims=True)
    norms = np.sqrt(np.square(centred).sum(axis=1)) * np.sqrt(np.square(usual).sum())
    correlation = (centred @ usual) / np.where(norms > 0.0, norms, np.inf)
    return np.clip(correlation.astype(np.float64), -1.0, 1.0)


def _odd_sizes(sizes: np.ndarray) -> list[str]:
    logs = np.log2(np.maximum(sizes, 1.0))
    odd = np.abs(logs - np.median(logs)) > max(
        ODD_SIZE * robust_scale(logs), np.log2(SMALLEST_FOLD)
    )
    usual = np.median(sizes)
    return [
        f"library size {size:,.0f}, where {usual:,.0f} is usual" if is_odd else ""
        for size, is_odd in zip(sizes, odd, strict=True)
    ]


def _odd_distances(distance: np.ndarray) -> list[str]:
    logs = np.log(np.maximum(distance, np.finfo(np.float32).tiny))
    n_axes = min(COMPONENTS, len(distance) // 5) + 1
    limit = max(
        np.exp(np.median(logs) + ODD_DISTANCE * robust_scale(logs)),
        np.sqrt(chi2.ppf(CHI2_QUANTILE, n_axes)),
    )
    return [f"PCA distance {d:.2f}, above {limit:.2f}" if d > limit else "" for d in distance]


def _odd_correlations(correlation: np.ndarray) -> list[str]:
    fisher = np.arctanh(np.clip(correlation, -0.999999, 0.999999))
    usual = np.tanh(np.median(fisher) - ODD_CORRELATION * robust_scale(fisher))
    limit = min(usual, LOW_CORRELATION)
    return [
        f"correlation {c:.2f} to the median profile, below {limit:.2f}" if c < limit else ""
        for c in correlation
    ]
