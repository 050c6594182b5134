"""Non-negative least squares, sample by sample: no other sample has a part in a solution."""

import numpy as np
from scipy.optimize import nnls

# Steps of the active-set solver for each profile; it needs about two.
STEPS = 50


def non_negative_amounts(profiles: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """Write each sample as a non-negative sum of profiles, exactly.

    Parameters
    ----------
    profiles : array, shape (genes, profiles)
    samples : array, shape (samples, genes)

    Returns
    -------
    array, shape (samples, profiles), float64
        What minimises the squared error of each sample.
    """
    # In the space that the profiles span, the problem is as small as their number.
    axes, triangle = np.linalg.qr(profiles.astype(np.float64))
    targets = samples.astype(np.float64) @ axes
    limit = STEPS * triangle.shape[1]
    return np.array([nnls(triangle, target, maxiter=limit)[0] for target in targets])
