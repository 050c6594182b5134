"""Rotation of wide features into the space that the samples span."""

import numpy as np

# Directions with less than this share of the largest eigenvalue are rounding.
RELATIVE_FLOOR = 1e-10


def sample_space(features: np.ndarray) -> np.ndarray:
    """Orthonormal basis of the space that the rows span.

    A linear model with an L2 penalty has its coefficients in this space, so that fitting on
    ``features @ basis`` and mapping back by ``basis @ coefficients`` gives the same model as
    fitting on all features, at the cost of as many features as samples.

    Parameters
    ----------
    features : array, shape (samples, features)
        More features than samples.

    Returns
    -------
    array, shape (features, rank)
    """
    eigenvalues, vectors = np.linalg.eigh(features @ features.T)
    kept = eigenvalues > RELATIVE_FLOOR * eigenvalues[-1]
    return features.T @ (vectors[:, kept] / np.sqrt(eigenvalues[kept]))
