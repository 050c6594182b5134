"""Infiltrate found without a reference: genes that keep their co-expression in normal tissue."""

from dataclasses import dataclass

import numpy as np

SHARE_OF_GENES = 0.2
N_AXES = 2
MINIMUM_GENES = 5
MINIMUM_NORMALS = 5
MINIMUM_SPREAD = 1e-4


@dataclass(frozen=True)
class InfiltrateAxes:
    """Directions along which infiltrating cells move tumour profiles.

    Attributes
    ----------
    weights : array, shape (genes, axes)
        Standardised profile @ weights = score on each axis, unit variance over the training
        tumours, larger with more infiltrate.
    directions : array, shape (axes, genes)
        Shift of each standardised gene per unit of an axis: its correlation with the score.
    """

    weights: np.ndarray
    directions: np.ndarray


def find_infiltrate_axes(tumours: np.ndarray, normals: np.ndarray) -> InfiltrateAxes | None:
    """Find the axes of infiltration of a cohort by co-expression shared with its normals.

    Infiltrating cells vary in amount among normals as they do among tumours, so their genes keep
    their partners in both, while tumour programmes don't. Per gene, the cosine between its rows
    of the two correlation matrices; the top fifth of the genes; the first two principal
    components of the tumours on those. Cells that infiltrate raise the genes that they express
    together, so an axis points to where more of the expression goes up.

    Parameters
    ----------
    tumours : array, shape (tumours, genes)
        Standardised by the training tumours.
    normals : array, shape (normals, genes)
        Standardised by the training tumours.

    Returns
    -------
    InfiltrateAxes or None
        None where fewer than 5 normals or 5 selected genes say nothing about co-expression, or
        the tumours don't vary along two axes.
    """
    n_selected = int(SHARE_OF_GENES * tumours.shape[1])
    if len(normals) < MINIMUM_NORMALS or n_selected < MINIMUM_GENES:
        return None
    shared = shared_coexpression(tumours, normals)
    selected = np.sort(np.argsort(-shared, kind="stable")[:n_selected])
    _, _, components = np.linalg.svd(tumours[:, selected], full_matrices=False)
    weights = np.zeros((tumours.shape[1], N_AXES))
    weights[selected] = components[:N_AXES].T
    scores = tumours @ weights
    spread = scores.std(axis=0)
    if spread.min() < MINIMUM_SPREAD:
        return None
    weights /= spread
    directions = (scores / spread).T @ tumours / len(tumours)
    orientation = np.where(directions.mean(axis=1) < 0, -1.0, 1.0)
    return InfiltrateAxes(
        (weights * orientation).astype(np.float32),
        (directions * orientation[:, None]).astype(np.float32),
    )


def shared_coexpression(tumours: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Compare each gene's co-expression partners in tumours and in normals.

    The rows of the two correlation matrices ``T'T`` and ``N'N`` (unit columns) are compared
    without forming them: for gene g their dot product is ``t_g' (T N') n_g``, which costs
    genes × tumours × normals and no genes × genes matrix.

    Returns
    -------
    array, shape (genes,)
        Cosine between the gene's rows of the two correlation matrices, its own entry left out;
        0 for a gene that is constant in either.
    """
    in_tumours, in_normals = _unit_columns(tumours), _unit_columns(normals)
    varies = in_tumours.any(axis=0) & in_normals.any(axis=0)
    overlap = _row_products(in_tumours, in_normals) - varies
    squares = [_row_products(unit, unit) - unit.any(axis=0) for unit in (in_tumours, in_normals)]
    norms = np.sqrt(np.maximum(squares[0], 0.0) * np.maximum(squares[1], 0.0))
    return np.divide(overlap, norms, out=np.zeros_like(overlap), where=varies & (norms > 1e-9))


def _unit_columns(profiles: np.ndarray) -> np.ndarray:
    """Centre genes and scale them to unit length; constant genes become zero."""
    centred = profiles.astype(np.float64) - profiles.mean(axis=0, dtype=np.float64)
    norms = np.linalg.norm(centred, axis=0)
    return np.divide(centred, norms, out=np.zeros_like(centred), where=norms > 1e-6)


def _row_products(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Multiply row by row the correlation matrices of two sets of unit columns."""
    return np.einsum("sg,sg->g", first, (first @ second.T) @ second)
