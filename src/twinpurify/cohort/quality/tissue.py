"""Tumours whose profile is that of a normal, and normals whose profile is that of a tumour."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twinpurify.cohort.declaration.sources import MarkerGenes
from twinpurify.cohort.hints import each
from twinpurify.cohort.notes import Notes, Told
from twinpurify.cohort.quality.profiles import Profiles, robust_scale

MINIMUM_TUMOURS = 20
MINIMUM_NORMALS = 10
VARIABLE_GENES = 2_000
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
REMEDIES = {
    "normal": (
        "Methods would learn from these normals to remove tumour: correct the tissue where it is "
        "wrong, or leave them out, by the sheet or by mislabelled_normals: leave_out."
    ),
    "tumour": (
        "Swapped samples look like this, and tumours of little purity; look at them, and correct "
        "the tissue where it is wrong."
    ),
}


def doubt_tissues(profiles: Profiles, tissue: pd.Series, markers: MarkerGenes) -> Told[pd.Series]:
    """Doubt the tissue of samples that lie among the other tissue, as swapped samples do.

    The position of a sample between tumours and normals is taken along a discriminant that was
    fitted without it, and without samples that are doubtful themselves. Up to a fifth of the
    normals may be tumours. Each sample gets a reason, '' where there is no doubt.

    Parameters
    ----------
    profiles : Profiles
        Of all samples.
    tissue : Series of str
        ``tumour`` or ``normal`` for each sample.
    markers : MarkerGenes
        Genes known to be high in tumours, and in normals.
    """
    notes = Notes()
    doubt = pd.Series("", index=profiles.samples, dtype=object)
    is_normal = (tissue == "normal").to_numpy()
    if is_normal.sum() < MINIMUM_NORMALS or (~is_normal).sum() < MINIMUM_TUMOURS:
        notes.add(
            "tissue_doubt",
            f"tissues can't be held against profiles: it takes {MINIMUM_TUMOURS} tumours and "
            f"{MINIMUM_NORMALS} normals",
        )
        return doubt, notes
    chosen = profiles.most_variable(VARIABLE_GENES, np.arange(len(tissue)))
    position = tissue_position(profiles.log2(chosen), is_normal)
    if position is None:
        notes.add("tissue_doubt", "tissues can't be held against profiles: they don't lie apart")
        return doubt, notes
    by_markers = _marker_position(profiles, markers, is_normal)
    # From a sample's own tissue (0) to the other (1).
    away = np.where(is_normal, 1.0 - position, position)
    marked = np.where(is_normal, 1.0 - by_markers, by_markers)
    for row in np.flatnonzero(away > MIDDLE):
        doubt.iloc[row] = _reason(bool(is_normal[row]), away[row], marked[row])
    for name, remedy in REMEDIES.items():
        doubted = doubt[(tissue == name) & (doubt != "")]
        if len(doubted):
            notes.warn(
                f"The tissue of the sheet contradicts the profile: {each(doubted)}. {remedy}"
            )
    return doubt, notes


def _marker_position(profiles: Profiles, markers: MarkerGenes, is_normal: np.ndarray) -> np.ndarray:
    """Return the same by the marker genes alone, NaN where they are absent or tell nothing."""
    genes = {gene: 1.0 for gene in markers.normal} | {gene: -1.0 for gene in markers.tumour}
    present = [gene for gene in genes if gene in profiles.genes]
    untold = np.full(len(is_normal), np.nan)
    if not present:
        return untold
    levels = profiles.log2(profiles.genes.get_indexer(present))
    scale = robust_scale(levels) + SMALLEST_SPREAD
    towards_normal = (levels / scale) @ np.array([genes[gene] for gene in present])
    position = _if_apart(towards_normal, is_normal)
    return untold if position is None else position


def _reason(is_normal: bool, away: float, marked: float) -> str:
    own, other = ("normal", "tumour") if is_normal else ("tumour", "normal")
    by_markers = f", {marked:.2f} by the marker genes" if np.isfinite(marked) else ""
    return f"a {own} that looks like a {other} ({away:.2f} of the way{by_markers})"


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
    position = _if_apart(_along_medians(profiles, is_normal), is_normal)
    for _ in range(PASSES):
        if position is None:
            return None
        position = _if_apart(_cross_fitted(profiles, is_normal, position), is_normal)
    return position


def _if_apart(position: np.ndarray, is_normal: np.ndarray) -> np.ndarray | None:
    """Scale a position to tumours at 0 and normals at 1, None where they don't lie apart."""
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
