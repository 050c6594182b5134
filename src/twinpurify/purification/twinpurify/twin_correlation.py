"""Barlow Twins for a linear encoder, solved: directions in which two views of a tumour agree.

The loss of Barlow Twins is least where each output has correlation 1 between the two views and
none with the other outputs. For a linear map the best n outputs are the first n canonical
correlations of twins: generalised eigenvectors of the covariance between the views and the total
covariance.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import linalg


@dataclass(frozen=True)
class TwinMoments:
    """Mean and covariances of the views of tumours.

    Attributes
    ----------
    mean : array, shape (features,)
    between : array, shape (features, features)
        Covariance of a view with its twin, symmetric.
    total : array, shape (features, features)
        Covariance of the views.
    """

    mean: np.ndarray
    between: np.ndarray
    total: np.ndarray


def twin_moments(views: Iterable[np.ndarray]) -> TwinMoments:
    """Sum up the moments of all pairs of views of the same tumour.

    Any two views of a tumour are twins. The products of all its pairs are the square of its sum
    of views less the squares of the views, so that n views cost n products and stand for
    n (n - 1) / 2 pairs.

    Parameters
    ----------
    views : iterable of array, shape (tumours, features)
        At least two; the same tumours, in the same order, in all.
    """
    sums = squares = None
    n_views = 0
    for view in views:
        square = view.T @ view
        if squares is None:
            sums, squares = view.astype(np.float64), square.astype(np.float64)
        else:
            sums += view
            squares += square
        n_views += 1
    n_rows = n_views * len(sums)
    mean = sums.sum(axis=0) / n_rows
    centre = np.outer(mean, mean)
    between = (sums.T @ sums - squares) / (n_rows * (n_views - 1)) - centre
    return TwinMoments(mean.astype(np.float32), between, squares / n_rows - centre)


def agreeing_directions(
    moments: TwinMoments, n_directions: int, shrinkage: float, barred: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the directions in which twins agree most, and which say nothing of what is barred.

    Parameters
    ----------
    moments : TwinMoments
    n_directions : int
        Fewer are returned where there are fewer features that aren't barred.
    shrinkage : float
        Added to the diagonal of the total covariance, in units of its mean variance.
    barred : array, shape (features, n_barred)
        Covariance of the features with what mustn't be readable: a direction orthogonal to it is
        uncorrelated with that. May have no columns.

    Returns
    -------
    directions : array, shape (features, n_directions), float32
        The one that agrees most first.
    correlations : array, shape (n_directions,)
        Shrunk correlation between the twins in each direction.
    """
    n_features, n_barred = barred.shape
    mean_variance = max(np.trace(moments.total) / n_features, np.finfo(np.float32).tiny)
    # The columns after the first n_barred span all that is orthogonal to what is barred.
    free = np.linalg.qr(barred.astype(np.float64), mode="complete")[0][:, n_barred:]
    between = free.T @ moments.between @ free
    total = free.T @ moments.total @ free
    total[np.diag_indices(len(total))] += shrinkage * mean_variance
    first = max(len(total) - n_directions, 0)
    correlations, directions = linalg.eigh(
        between, total, subset_by_index=[first, len(total) - 1], overwrite_a=True, overwrite_b=True
    )
    return (free @ directions[:, ::-1]).astype(np.float32), correlations[::-1]
