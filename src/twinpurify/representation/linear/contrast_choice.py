"""Choice of the contrast of contrastive PCA from the subspaces that the contrasts give."""

import numpy as np
from sklearn.cluster import SpectralClustering

# From no contrast to one at which nothing changes any more.
LOG_GRID = (0.0, *np.geomspace(0.1, 1000.0, 17).tolist())
N_CLUSTERS = 4


def representative_contrast(subspaces: dict[float, np.ndarray]) -> float:
    """Choose the contrast that stands for the strongest ones, without any label.

    As in the paper, contrasts that give nearly the same subspace are put into clusters, and the
    one in the middle of a cluster stands for it. The paper shows all of them to an analyst; here
    the cluster of the largest contrast counts, which keeps what no contrast can explain by
    normals. Two subspaces are compared by the mean squared cosine of the angles between them: the
    paper's product of cosines is zero to rounding for more than a few dimensions.

    Parameters
    ----------
    subspaces : dict of float to array, shape (n, dimensions)
        Orthonormal bases by contrast.

    Returns
    -------
    float

    References
    ----------
    Abid et al. 2018, doi:10.1038/s41467-018-04608-8.
    """
    contrasts = np.array(sorted(subspaces))
    affinity = subspace_affinity([subspaces[each] for each in contrasts])
    clusters = SpectralClustering(N_CLUSTERS, affinity="precomputed", random_state=0)
    labels = clusters.fit_predict(affinity)
    strongest = np.flatnonzero(labels == labels[-1])
    within = affinity[np.ix_(strongest, strongest)].sum(axis=1)
    return float(contrasts[strongest[within.argmax()]])


def subspace_affinity(bases: list[np.ndarray]) -> np.ndarray:
    """Compute how much any two subspaces share, 0 to 1.

    Parameters
    ----------
    bases : list of array, shape (n, dimensions)
        Orthonormal columns.

    Returns
    -------
    array, shape (subspaces, subspaces)
        Mean squared cosine of the principal angles.
    """
    shared = [[np.square(first.T @ second).sum() for second in bases] for first in bases]
    return np.array(shared) / bases[0].shape[1]
