"""How much infiltrate a tumour holds, without a reference: one score, refined on the tumours."""

from dataclasses import dataclass

import numpy as np

from twinpurify.purification.purity.shared_coexpression import (
    MINIMUM_GENES,
    MINIMUM_NORMALS,
    MINIMUM_SPREAD,
    SHARE_OF_GENES,
    shared_coexpression,
)

N_PROGRAMMES = 5
FOLLOWS_ABOVE = 0.3
SHARE_OF_FOLLOWERS = 0.3
N_REFINEMENTS = 2
# Spread among normals counts up to so many times that among tumours.
LARGEST_SPREAD_IN_NORMALS = 1.5
MAX_ROTATIONS = 100


@dataclass(frozen=True)
class InfiltrateScore:
    """A weighted sum of genes that rises with the infiltrate.

    Attributes
    ----------
    weights : array, shape (genes,), float32
        Standardised profile @ weights = score, of unit variance over the training tumours.
    direction : array, shape (genes,), float32
        Correlation of each gene with the score: its shift per unit of the score.
    """

    weights: np.ndarray
    direction: np.ndarray


def find_infiltrate_score(
    tumours: np.ndarray, normals: np.ndarray, gene_scale: np.ndarray
) -> InfiltrateScore | None:
    """Find the score by co-expression shared with normals, then by the genes that follow it.

    Genes count by their spread among normals, in units of that among tumours: the amount of each
    kind of cell differs between normals too, a programme of the tumour is at rest there. The
    fifth of the genes that best keep their co-expression partners in normals, so weighed, holds a
    few programmes: the first principal components of the tumours on these genes, rotated by
    varimax (Kaiser 1958) so that each gene belongs to one. Cells that infiltrate raise the genes
    they express and lower none by much, a programme of the tumour does both: a programme counts
    by the share of genes that follow it upwards less downwards, and by how much of the expression
    follows it. Last, the three tenths of all genes that follow this sum best become the score, by
    their correlation, spread among normals and spread among tumours; and once more, the genes
    that follow this score best.

    Parameters
    ----------
    tumours, normals : array, shape (samples, genes)
        Standardised by the training tumours.
    gene_scale : array, shape (genes,)
        Standard deviation of each gene over the training tumours, log2; infinite if constant.

    Returns
    -------
    InfiltrateScore or None
        None where fewer than 5 normals or 5 selected genes say nothing about co-expression, or
        the tumours vary too little.

    References
    ----------
    Kaiser 1958, doi:10.1007/BF02289233.
    """
    n_selected = int(SHARE_OF_GENES * tumours.shape[1])
    if len(normals) < MINIMUM_NORMALS or n_selected < MINIMUM_GENES:
        return None
    tumours = tumours.astype(np.float64)
    spread = np.where(np.isfinite(gene_scale), gene_scale, 0.0).astype(np.float64)
    varies_in_normals = np.minimum(normals.std(axis=0), LARGEST_SPREAD_IN_NORMALS)
    shared = shared_coexpression(tumours, normals) * varies_in_normals
    selected = np.sort(np.argsort(-shared, kind="stable")[:n_selected])
    scores = _programmes(tumours, selected, np.sqrt(spread[selected]))
    for _ in range(N_REFINEMENTS):
        if scores is None or scores.std() < MINIMUM_SPREAD:
            return None
        weights = _weights_of_followers(tumours, scores, varies_in_normals) * spread
        scores = tumours @ weights
    if scores.std() < MINIMUM_SPREAD:
        return None
    weights /= scores.std()
    return InfiltrateScore(
        weights.astype(np.float32), _correlations(tumours, scores).astype(np.float32)
    )


def _programmes(tumours: np.ndarray, selected: np.ndarray, emphasis: np.ndarray) -> np.ndarray:
    """Score the tumours on each programme of the selected genes, and add up those of infiltrate."""
    values = tumours[:, selected] * emphasis
    left, strengths, _ = np.linalg.svd(values, full_matrices=False)
    n_programmes = min(N_PROGRAMMES, int((strengths > 1e-6 * max(strengths[0], 1e-6)).sum()))
    if not n_programmes:
        return None
    scores = left[:, :n_programmes] * np.sqrt(len(tumours))
    scores = scores @ varimax(values.T @ scores / len(tumours))
    follows = tumours.T @ scores / len(tumours)
    up, down = ((sign * follows > FOLLOWS_ABOVE).sum(axis=0) for sign in (1.0, -1.0))
    share_up = (up - down) / np.maximum(up + down, 1)
    return scores @ (share_up * np.square(follows).mean(axis=0))


def _weights_of_followers(
    tumours: np.ndarray, scores: np.ndarray, varies_in_normals: np.ndarray
) -> np.ndarray:
    """Weigh the genes that follow a score best; 0 for all others."""
    follows = np.maximum(_correlations(tumours, scores), 0.0) * varies_in_normals
    return np.where(follows >= np.quantile(follows, 1.0 - SHARE_OF_FOLLOWERS), follows, 0.0)


def varimax(loadings: np.ndarray) -> np.ndarray:
    """Find the rotation after which each row loads on few columns (Kaiser 1958).

    Parameters
    ----------
    loadings : array, shape (genes, factors)

    Returns
    -------
    array, shape (factors, factors)
        Orthogonal.
    """
    n_factors = loadings.shape[1]
    rotation = np.eye(n_factors)
    reached = 0.0
    for _ in range(MAX_ROTATIONS):
        rotated = loadings @ rotation
        gradient = loadings.T @ (rotated**3 - rotated * np.square(rotated).mean(axis=0))
        left, strengths, right = np.linalg.svd(gradient)
        rotation = left @ right
        if strengths.sum() < reached * (1.0 + 1e-6):
            break
        reached = strengths.sum()
    return rotation


def _correlations(profiles: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Correlate standardised genes with a score; 0 where it doesn't vary."""
    deviation = scores - scores.mean()
    deviation /= max(deviation.std(), np.finfo(np.float32).tiny)
    return profiles.T @ deviation / len(profiles)
