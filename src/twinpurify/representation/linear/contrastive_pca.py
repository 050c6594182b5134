"""Contrastive PCA: directions in which the tumours vary and the normals don't."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from scipy import linalg

from twinpurify.interface.linear_method import LinearMethod
from twinpurify.interface.presentation import BLUE, Look, Presentation
from twinpurify.representation.linear.contrast_choice import LOG_GRID, representative_contrast
from twinpurify.representation.linear.pca import turn_upwards


class ContrastivePca(LinearMethod):
    """Projects on the eigenvectors of the tumours' covariance less that of the normals.

    Genes are standardised by the training tumours; each tissue is centred by its own mean, so
    that variation counts and the difference between the means doesn't.

    Parameters
    ----------
    n_dimensions : int
        Number of directions.
    alpha : float or "auto"
        Weight of the normals' covariance. 0 gives principal components. ``auto`` chooses it by
        clustering the subspaces of a logarithmic grid, on training samples and without labels.

    Attributes
    ----------
    alpha_ : array, shape ()
        The weight that was used.

    References
    ----------
    Abid et al. 2018, doi:10.1038/s41467-018-04608-8.
    """

    name = "contrastive_pca"
    presentation = Presentation(
        "Contrastive PCA",
        Look(BLUE, "dot", "triangle-right"),
        does="contrastive principal components",
        references=(
            "Abid A et al. Exploring patterns enriched in a dataset with contrastive principal "
            "component analysis. Nat Commun 2018. doi:10.1038/s41467-018-04608-8",
        ),
        place=80,
    )
    uses_background = True
    _arrays = (*LinearMethod._arrays, "alpha_")

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=1)] = 64,
        alpha: Annotated[float, Field(ge=0)] | Literal["auto"] = "auto",
    ) -> None:
        self.n_dimensions = n_dimensions
        self.alpha = alpha

    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        basis, of_tumours, of_normals = self._covariances(tumours, normals)

        def directions(alpha: float) -> np.ndarray:
            return leading_eigenvectors(of_tumours - alpha * of_normals, self.n_dimensions)

        alpha = self.alpha
        if alpha == "auto":
            alpha = representative_contrast({each: directions(each) for each in LOG_GRID})
        self.alpha_ = np.float64(alpha)
        self.components_ = turn_upwards(basis @ directions(alpha)).astype(np.float32)

    def _covariances(
        self, tumours: np.ndarray, normals: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return a basis of the space that the samples span, and both covariances in it.

        No direction outside of it has any variance: with more genes than samples, as many rows
        and columns as samples are enough.
        """
        centred = [self._standardize(values).astype(np.float64) for values in (tumours, normals)]
        centred = [values - values.mean(axis=0) for values in centred]
        basis, _ = linalg.qr(np.vstack(centred).T, mode="economic")
        first, second = (values @ basis for values in centred)
        return basis, first.T @ first / len(first), second.T @ second / len(second)


def leading_eigenvectors(matrix: np.ndarray, n_vectors: int) -> np.ndarray:
    """Compute the eigenvectors of a symmetric matrix that have the largest eigenvalues.

    Parameters
    ----------
    matrix : array, shape (n, n)
    n_vectors : int
        At most n are returned.

    Returns
    -------
    array, shape (n, vectors), largest eigenvalue first
    """
    n = len(matrix)
    _, vectors = linalg.eigh(matrix, subset_by_index=[max(n - n_vectors, 0), n - 1])
    return vectors[:, ::-1]
