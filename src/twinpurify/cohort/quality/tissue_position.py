"""Where each profile lies between tumours and normals, seen by a fit that didn't include it."""

from __future__ import annotations

import numpy as np

from twinpurify.cohort.quality.profile_blocks import robust_scale

# Of the first look at the data, which tells whom the discriminant may be fitted on.
TELLING_GENES = 300
# Added to the spread of a gene, in log2, so that nearly constant genes don't decide.
SMALLEST_SPREAD = 0.1
# Robust standard deviations that tumours and normals must lie apart for anything to be said.
APART = 2.0
FOLDS = 4
PASSES = 2
# From a sample's own tissue (0) to the other (1): whoever is nearer to the other is doubted. At
# 0.6 fewer planted tumours are found, and hardly fewer true normals named (benchmarks/
# mislabelled_normals.py).
MIDDLE = 0.5
# Weight of the identity in the correlations within tissues, which few normals estimate badly.
SHRINKAGE = 0.5
# Enough for the discriminant; time grows with the third power of it.
MOST_FITTED = 300


def tissue_position(profiles: np.ndarray, is_normal: np.ndarray) -> np.ndarray | None:
    """Place each sample between the median tumour (0) and the median normal (1).

    The axis is a discriminant with shrunken correlations within the tissues: a tumour of low
    purity, which lies between the two along the mean difference alone, mostly does so in ways in
    which tumours differ among each other, and these count little. Samples are dealt into four
    folds, and placed by an axis that was fitted on the other folds. Samples on the wrong side of
    the middle, first along the genes that tell the tissues apart by their medians, then along the
    discriminant of the pass before, aren't fitted on: wrong labels would hide themselves.

    Parameters
    ----------
    profiles : array, (n_samples, n_genes)
        log2(x + 1).
    is_normal : bool array, (n_samples,)
        As labelled.

    Returns
    -------
    float64 array, (n_samples,), or None
        None where tumours and normals don't lie apart.

    References
    ----------
    Guo, Hastie, Tibshirani. Regularized linear discriminant analysis and its application in
    microarrays. Biostatistics 2007. https://doi.org/10.1093/biostatistics/kxj035
    """
    position = if_apart(_along_medians(profiles, is_normal), is_normal)
    for _ in range(PASSES):
        if position is None:
            return None
        position = if_apart(_cross_fitted(profiles, is_normal, position), is_normal)
    return position


def if_apart(position: np.ndarray, is_normal: np.ndarray) -> np.ndarray | None:
    """Scale a position to tumours at 0 and normals at 1, None where they don't lie apart.

    Parameters
    ----------
    position : array, (n_samples,)
        Along any axis.
    is_normal : bool array, (n_samples,)

    Returns
    -------
    float64 array, (n_samples,), or None
    """
    tumours, normals = position[~is_normal], position[is_normal]
    distance = np.median(normals) - np.median(tumours)
    if distance <= APART * (robust_scale(tumours) + robust_scale(normals)) / 2:
        return None
    return (position - np.median(tumours)) / distance


def _along_medians(profiles: np.ndarray, is_normal: np.ndarray) -> np.ndarray:
    """Place samples along the genes whose medians differ most, each in units of its spread."""
    tumours, normals = profiles[~is_normal], profiles[is_normal]
    spread = np.sqrt((robust_scale(tumours) ** 2 + robust_scale(normals) ** 2) / 2)
    spread += SMALLEST_SPREAD
    apart = (np.median(normals, axis=0) - np.median(tumours, axis=0)) / spread
    telling = np.argsort(-np.abs(apart), kind="stable")[:TELLING_GENES]
    return profiles[:, telling] @ (apart[telling] / spread[telling]).astype(np.float64)


def _cross_fitted(profiles: np.ndarray, is_normal: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Place the samples of each fold along the discriminant of the others that can be trusted."""
    trusted = np.where(is_normal, position > MIDDLE, position < MIDDLE)
    fold, placed = _deal(is_normal, position), np.empty(len(profiles))
    for number in range(FOLDS):
        fitted = trusted & (fold != number)
        sides = (fitted & ~is_normal, fitted & is_normal)
        tumours, normals = (profiles[_thinned(rows, position)] for rows in sides)
        axis = _discriminant(tumours, normals)
        start, end = np.median(tumours @ axis), np.median(normals @ axis)
        placed[fold == number] = (profiles[fold == number] @ axis - start) / (end - start)
    return placed


def _deal(is_normal: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Deal the samples of each tissue into folds by their position, whatever their order."""
    fold = np.empty(len(position), int)
    for side in (is_normal, ~is_normal):
        rows = np.flatnonzero(side)
        fold[rows[np.argsort(position[rows], kind="stable")]] = np.arange(len(rows)) % FOLDS
    return fold


def _thinned(side: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Choose samples evenly by their position, where there are more than the fit needs."""
    rows = np.flatnonzero(side)
    rows = rows[np.argsort(position[rows], kind="stable")]
    n_chosen = min(len(rows), MOST_FITTED)
    return rows[np.linspace(0, len(rows) - 1, n_chosen).astype(int)]


def _discriminant(tumours: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Fit the axis from tumours to normals; both tissues weigh alike in the correlations."""
    centres = [np.median(side, axis=0) for side in (tumours, normals)]
    within = np.concatenate(
        [
            (side - centre) / np.sqrt(2.0 * len(side))
            for side, centre in zip((tumours, normals), centres, strict=True)
        ]
    ).astype(np.float64)
    spread = np.sqrt(np.square(within).sum(axis=0)) + SMALLEST_SPREAD
    within, apart = within / spread, (centres[1] - centres[0]) / spread
    # The inverse of λ I + (1 - λ) W'W, by a system as large as there are samples (Woodbury).
    system = within @ within.T + np.eye(len(within)) * SHRINKAGE / (1.0 - SHRINKAGE)
    return (apart - within.T @ np.linalg.solve(system, within @ apart)) / spread
