"""Principal components of the standardised profiles: the linear baseline of every benchmark."""

from typing import Annotated

import numpy as np
from pydantic import Field

from twinpurify.interface.linear_method import LinearMethod
from twinpurify.interface.presentation import SKY_BLUE, Look, Presentation


def principal_components(standardized: np.ndarray, n_components: int) -> np.ndarray:
    """Compute principal axes of centred profiles, largest variance first, signs fixed.

    Parameters
    ----------
    standardized : array, shape (samples, genes)
    n_components : int
        At most ``min(samples, genes)`` are returned.

    Returns
    -------
    array, shape (genes, components), float32, orthonormal columns
    """
    _, _, axes = np.linalg.svd(standardized, full_matrices=False)
    return turn_upwards(axes[:n_components].T).astype(np.float32)


def turn_upwards(axes: np.ndarray) -> np.ndarray:
    """Turn axes so that the strongest gene of each counts upwards, since their signs are free.

    Parameters
    ----------
    axes : array, shape (genes, axes)

    Returns
    -------
    array, shape (genes, axes)
    """
    strongest = np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0)
    return axes * np.sign(strongest)


class PrincipalComponents(LinearMethod):
    """Projects standardised profiles on the training tumours' principal axes.

    Parameters
    ----------
    n_dimensions : int
        Number of components; fewer where the cohort has fewer tumours or genes.
    """

    name = "pca"
    presentation = Presentation(
        "PCA",
        Look(SKY_BLUE, "dash", "diamond"),
        does="principal components of the training tumours",
        references=(
            "Pearson K. On lines and planes of closest fit to systems of points in space. "
            "Philos Mag 1901. doi:10.1080/14786440109462720",
        ),
        place=30,
    )

    def __init__(self, n_dimensions: Annotated[int, Field(ge=1)] = 64) -> None:
        self.n_dimensions = n_dimensions

    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        self.components_ = principal_components(self._standardize(tumours), self.n_dimensions)
