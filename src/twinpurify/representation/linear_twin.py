"""Linear twin: the closed-form answer to what two views of a tumour share."""

from typing import Annotated

import numpy as np
from pydantic import Field
from scipy import linalg

from twinpurify.purification.dilution import dilute
from twinpurify.representation.pca import turn_upwards
from twinpurify.training.method import EmbeddingMethod


class LinearTwin(EmbeddingMethod):
    """Projects on the directions in which two views of the same tumour agree most.

    Generalised eigenvectors that maximise the covariance between twin views over the total
    covariance of views: canonical correlation of twins, with shrinkage. Deterministic for a seed.

    Parameters
    ----------
    n_dimensions : int
        Number of directions.
    n_views : int
        Pairs of views drawn of each tumour.
    minimum_fraction : float
        Views have a tumour fraction uniform between this and 1.
    n_mixed_normals : int
        Normals in the background of each view.
    shrinkage : float
        Added to the diagonal of the total covariance, in units of its mean variance.
    seed : int

    References
    ----------
    Hotelling 1936, doi:10.1093/biomet/28.3-4.321, for canonical correlation.
    """

    name = "linear_twin"
    uses_background = True
    _arrays = ("components_",)

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=1)] = 64,
        n_views: Annotated[int, Field(ge=1)] = 8,
        minimum_fraction: Annotated[float, Field(gt=0, lt=1)] = 0.1,
        n_mixed_normals: Annotated[int, Field(ge=1)] = 4,
        shrinkage: Annotated[float, Field(gt=0)] = 0.1,
        seed: Annotated[int, Field(ge=0)] = 0,
    ) -> None:
        self.n_dimensions = n_dimensions
        self.n_views = n_views
        self.minimum_fraction = minimum_fraction
        self.n_mixed_normals = n_mixed_normals
        self.shrinkage = shrinkage
        self.seed = seed

    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        between, total = self._view_covariances(tumours, normals)
        n_genes = len(total)
        total[np.diag_indices(n_genes)] += self.shrinkage * np.trace(total) / n_genes
        first = max(n_genes - self.n_dimensions, 0)
        _, directions = linalg.eigh(between, total, subset_by_index=[first, n_genes - 1])
        self.components_ = turn_upwards(directions[:, ::-1]).astype(np.float32)

    def _view_covariances(
        self, tumours: np.ndarray, normals: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Sum the covariance between twin views and the total covariance over drawn pairs.

        Both are about the mean view: dilution moves that away from the mean tumour, and a
        direction common to all views would pass for agreement between twins.
        """
        rng = np.random.default_rng(self.seed)
        n_genes = tumours.shape[1]
        between, total = np.zeros((n_genes, n_genes)), np.zeros((n_genes, n_genes))
        for _ in range(self.n_views):
            first, second = (self._view(tumours, normals, rng) for _ in range(2))
            mean = (first.mean(axis=0) + second.mean(axis=0)) / 2.0
            first, second = first - mean, second - mean
            cross = first.T @ second
            between += cross + cross.T
            total += first.T @ first + second.T @ second
        return between, total

    def _view(
        self, tumours: np.ndarray, normals: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Draw one standardised view of each tumour."""
        fractions = rng.uniform(self.minimum_fraction, 1.0, len(tumours))
        return self._standardize(dilute(tumours, normals, fractions, rng, self.n_mixed_normals))

    def _embed(self, values: np.ndarray) -> np.ndarray:
        return self._standardize(values) @ self.components_
