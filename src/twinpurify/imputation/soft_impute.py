"""softImpute: the matrix of small nuclear norm that is near the values that there are."""

from typing import NamedTuple

import numpy as np


class Factors(NamedTuple):
    """A matrix of low rank, by its singular vectors and values.

    Attributes
    ----------
    left : array, shape (samples, rank)
    values : array, shape (rank,), descending
    right : array, shape (genes, rank)
    """

    left: np.ndarray
    values: np.ndarray
    right: np.ndarray

    def product(self) -> np.ndarray:
        """Multiply out, samples × genes."""
        return (self.left * self.values) @ self.right.T


def objective(standardized: np.ndarray, completed: np.ndarray, penalty: float) -> float:
    """Compute what softImpute minimises: half the squared error plus penalty times nuclear norm.

    Parameters
    ----------
    standardized : array, shape (samples, genes)
        NaN where missing.
    completed : array, shape (samples, genes)
    penalty : float

    Returns
    -------
    float
    """
    error = np.nansum(np.square(standardized - completed))
    return float(0.5 * error + penalty * np.linalg.norm(completed, "nuc"))


def soft_impute(
    standardized: np.ndarray, penalty: float, start: Factors, tolerance: float, max_rounds: int
) -> Factors:
    r"""Minimise half the squared error of the values that there are plus a nuclear norm.

    .. math:: \tfrac12 \lVert P_\Omega(X - B) \rVert_F^2 + \lambda \lVert B \rVert_*

    by filling the present solution in for what is missing, and shrinking the singular values of
    the filled matrix. Its leading singular vectors are followed by one power step a round, from
    those of the start, whose rank is the largest that the solution can have.

    Parameters
    ----------
    standardized : array, shape (samples, genes)
        NaN where missing.
    penalty : float
        Above 0.
    start : Factors
    tolerance : float
        Relative change of the solution, squared, below which it ends.
    max_rounds : int

    Returns
    -------
    Factors

    References
    ----------
    Mazumder, Hastie & Tibshirani 2010, https://www.jmlr.org/papers/v11/mazumder10a.html
    """
    missing = np.isnan(standardized)
    filled, found = np.where(missing, 0.0, standardized), start
    for _ in range(max_rounds):
        former = found
        filled[missing] = found.product()[missing]
        found = _shrink(filled, found.right, penalty)
        if _change(former, found) < tolerance:
            break
    return found


def _shrink(filled: np.ndarray, right: np.ndarray, penalty: float) -> Factors:
    """Take the leading singular vectors one power step on, and shrink the values."""
    span, _ = np.linalg.qr(filled @ right)
    turned, values, rows = np.linalg.svd(span.T @ filled, full_matrices=False)
    return Factors(span @ turned, np.maximum(values - penalty, 0.0), rows.T)


def _change(former: Factors, found: Factors) -> float:
    """Compute the squared relative change of a solution, without multiplying it out."""
    before, after = np.square(former.values).sum(), np.square(found.values).sum()
    overlap = (former.left.T @ found.left) * (former.right.T @ found.right)
    crossed = former.values @ overlap @ found.values
    return float((before + after - 2.0 * crossed) / max(before, np.finfo(float).tiny))
