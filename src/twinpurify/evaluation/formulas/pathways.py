"""Scores of pathways from weights of samples, vectorised over replicates."""

import numpy as np

from twinpurify.evaluation.formulas.weighted import spearman

# Of each group, in a replicate: a variance needs them.
MIN_GROUP_WEIGHT = 2.0


def mean_abs_spearman(weights: np.ndarray, scores: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Average over pathways how strongly their ranking of samples goes with another's.

    Parameters
    ----------
    weights : array, shape (replicates, samples)
    scores : array, shape (samples, pathways)
    reference : array, shape (samples,)
        For example the purity.

    Returns
    -------
    array, shape (replicates,), 0 to 1
    """
    return np.mean([np.abs(spearman(weights, one, reference)) for one in scores.T], axis=0)


def hedges_g(weights: np.ndarray, scores: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """State by how many standard deviations the means of two groups differ, for each pathway.

    The difference is divided by the pooled standard deviation, and corrected for small samples;
    it is above 0 where the positive group is the more active.

    Parameters
    ----------
    weights : array, shape (replicates, samples)
        Read as numbers of copies of the samples.
    scores : array, shape (samples, pathways)
    positive : array of bool, shape (samples,)

    Returns
    -------
    array, shape (replicates, pathways)
        NaN where a group holds fewer than two copies, or nothing varies.

    References
    ----------
    Hedges 1981, 10.3102/10769986006002107
    """
    centred = scores - scores.mean(axis=0)
    sizes, means, spreads = zip(
        *(_moments(weights[:, group], centred[group]) for group in (positive, ~positive)),
        strict=True,
    )
    freedom = sizes[0] + sizes[1] - 2.0
    enough = np.minimum(*sizes) >= MIN_GROUP_WEIGHT
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = np.sqrt((spreads[0] + spreads[1]) / freedom)
        effect = (means[0] - means[1]) / pooled * (1.0 - 3.0 / (4.0 * freedom - 1.0))
    return np.where(enough & (pooled > 0.0), effect, np.nan)


def row_spearman(rows: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Correlate the ranking within each row with that of a reference.

    Parameters
    ----------
    rows : array, shape (replicates, pathways)
    reference : array, shape (pathways,)

    Returns
    -------
    array, shape (replicates,), -1 to 1
        NaN where a row holds NaN.
    """
    from scipy.stats import rankdata

    first, second = rankdata(rows, axis=1), rankdata(reference)
    first = first - first.mean(axis=1, keepdims=True)
    second = second - second.mean()
    spread = np.sqrt((first**2).sum(axis=1) * (second**2).sum())
    defined = np.isfinite(rows).all(axis=1) & (spread > 0.0)
    return np.where(defined, first @ second / np.where(spread > 0.0, spread, 1.0), np.nan)


def _moments(weights: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Size (replicates, 1), means and summed squared deviations (replicates, pathways)."""
    size = weights.sum(axis=1, keepdims=True)
    safe = np.where(size > 0.0, size, 1.0)
    mean = weights @ values / safe
    return size, mean, np.maximum(weights @ values**2 - size * mean**2, 0.0)
