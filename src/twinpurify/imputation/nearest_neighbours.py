"""Nearest neighbours: what the training profiles that are most alike have of a gene."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from scipy.sparse import csr_array

from twinpurify.imputation.imputer import Imputer
from twinpurify.interface.presentation import ORANGE, Look, Presentation

# Products with so many samples at a time; memory stays at blocks × training profiles.
BLOCK_ROWS = 512


class NearestNeighboursImputer(Imputer):
    """Averages the nearest training profiles, by the genes that both have.

    The squared distance is that over the genes which both profiles have, standardised, times the
    number of genes over the number of these. A gene that none of the neighbours has gets its mean.
    The training profiles are kept, and stored with the imputer.

    Parameters
    ----------
    n_neighbours : int
        Training profiles that are averaged.
    weights : {"uniform", "distance"}
        Whether they count alike, or by the inverse of their distance.

    References
    ----------
    Troyanskaya et al. 2001, 10.1093/bioinformatics/17.6.520
    """

    name = "nearest_neighbours"
    presentation = Presentation(
        "Nearest neighbours",
        Look(ORANGE, "solid", "star"),
        place=240,
    )
    _arrays = ("profiles_",)

    def __init__(
        self,
        n_neighbours: Annotated[int, Field(ge=1)] = 10,
        weights: Literal["uniform", "distance"] = "distance",
    ) -> None:
        self.n_neighbours = n_neighbours
        self.weights = weights

    def _fit(self, values: np.ndarray) -> None:
        self.profiles_ = self._standardize(values).astype(np.float32)

    def _fill(self, values: np.ndarray) -> np.ndarray:
        there = ~np.isnan(self.profiles_)
        known = np.where(there, self.profiles_, 0.0).astype(np.float64)
        there, queries = there.astype(np.float64), self._standardize(values)
        blocks = [
            _average(queries[start : start + BLOCK_ROWS], known, there, self)
            for start in range(0, len(queries), BLOCK_ROWS)
        ]
        return self._unstandardize(np.concatenate(blocks))


def _average(
    queries: np.ndarray, known: np.ndarray, there: np.ndarray, imputer: NearestNeighboursImputer
) -> np.ndarray:
    """Average the neighbours of a block of standardised profiles, gene by gene."""
    distance = np.sqrt(squared_distances(queries, known, there))
    n_neighbours = min(imputer.n_neighbours, len(known))
    # Stable, so that of equally near profiles the first counts whatever else is in the block.
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :n_neighbours]
    shares = np.ones(nearest.shape)
    if imputer.weights == "distance":
        apart = np.take_along_axis(distance, nearest, axis=1)
        shares = 1.0 / np.maximum(apart, 1e-6)
    # Of a profile that shares no gene, nothing is known.
    shares[np.isinf(np.take_along_axis(distance, nearest, axis=1))] = 0.0
    starts = np.arange(0, nearest.size + 1, n_neighbours)
    chosen = csr_array((shares.ravel(), nearest.ravel(), starts), (len(queries), len(known)))
    total, count = chosen @ known, chosen @ there
    return np.divide(total, count, out=np.zeros_like(total), where=count > 0)


def squared_distances(queries: np.ndarray, known: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Compute mean squared distances over the genes that two profiles share.

    Parameters
    ----------
    queries : array, shape (queries, genes)
        NaN where missing.
    known : array, shape (profiles, genes)
        0 where missing.
    there : array, shape (profiles, genes)
        1 where a value is, 0 where it is missing.

    Returns
    -------
    array, shape (queries, profiles)
        Infinite where no gene is shared.
    """
    asked = (~np.isnan(queries)).astype(np.float64)
    values = np.nan_to_num(queries, nan=0.0)
    total = values**2 @ there.T - 2.0 * (values @ known.T) + asked @ (known**2).T
    shared = asked @ there.T
    apart = np.full_like(total, np.inf)
    np.divide(np.maximum(total, 0.0), shared, out=apart, where=shared > 0)
    return apart
