"""How far profiles are from those that they should be, vectorised over bootstrap replicates."""

import numpy as np


def tumour_rmse(profiles: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Root mean squared error of each tumour over its genes.

    Parameters
    ----------
    profiles, wanted : array, shape (tumours, genes)
        log2(x + 1).

    Returns
    -------
    array, shape (tumours,)
        In log2 units.
    """
    error = np.asarray(profiles, dtype=np.float64) - np.asarray(wanted, dtype=np.float64)
    return np.sqrt(np.mean(np.square(error), axis=1))


def gene_correlation(weights: np.ndarray, profiles: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Median over genes of the correlation across tumours with what they should be.

    A profile that is right on average and the same for every tumour has lost the tumour, which
    an error per tumour doesn't tell: a gene without variation counts as correlation 0. Genes that
    shouldn't vary are left out.

    Parameters
    ----------
    weights : array, shape (replicates, tumours)
    profiles, wanted : array, shape (tumours, genes)
        log2(x + 1).

    Returns
    -------
    array, shape (replicates,), -1 to 1
        NaN where no gene of the replicate should vary.
    """
    weights = np.asarray(weights, dtype=np.float32)
    weights = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1.0)
    # Centred before they are squared: float32 would else lose the variance in the mean.
    x, y = (
        (np.asarray(values, dtype=np.float64) - np.mean(values, axis=0, dtype=np.float64)).astype(
            np.float32
        )
        for values in (profiles, wanted)
    )
    mean_x, mean_y = weights @ x, weights @ y
    variance_x = weights @ np.square(x) - np.square(mean_x)
    variance_y = weights @ np.square(y) - np.square(mean_y)
    covariance = weights @ (x * y) - mean_x * mean_y
    should_vary, varies = _above_rounding(variance_y, y), _above_rounding(variance_x, x)
    scale = np.sqrt(np.where(should_vary & varies, variance_x * variance_y, 1.0))
    correlation = np.where(varies, np.clip(covariance / scale, -1.0, 1.0), 0.0)
    return _median_where(correlation, should_vary)


def _above_rounding(variance: np.ndarray, centred: np.ndarray) -> np.ndarray:
    """Which genes vary in which replicates: (replicates, genes)."""
    floor = 1e-6 * np.maximum(np.square(centred).max(axis=0), 1e-6)
    return variance > floor


def _median_where(values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Median of the chosen values of each row; NaN where there are none."""
    if chosen.all():
        return np.median(values, axis=1)
    return np.array(
        [
            np.median(row[mask]) if mask.any() else np.nan
            for row, mask in zip(values, chosen, strict=True)
        ]
    )
