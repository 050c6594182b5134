"""Removal of the normals' principal subspace: normal tissue varies, and all of it is taken out."""

from typing import Annotated

import numpy as np
from pydantic import Field

from twinpurify.errors import ConfigurationError
from twinpurify.interface.linear_method import LinearMethod
from twinpurify.interface.presentation import GREEN, Look, Presentation
from twinpurify.representation.linear.pca import principal_components


class SubspaceRemoval(LinearMethod):
    """Projects the training normals' main directions out of each profile, then takes components.

    The directions are taken about the mean tumour, not about the mean normal, so that the way
    from tumour to normal, along which dilution moves a profile, is the first of them; those
    after it are what differs between the normals.

    Parameters
    ----------
    n_dimensions : int
        Number of components of what remains.
    n_removed : int
        Directions that are removed, the strongest first; as many as there are normals at most.
    """

    name = "subspace_removal"
    presentation = Presentation(
        "Normal subspace removed",
        Look(GREEN, "dash", "triangle-left"),
        does="removal of the main directions of the normals, then principal components",
        place=70,
    )
    uses_background = True

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=1)] = 64,
        n_removed: Annotated[int, Field(ge=1)] = 10,
    ) -> None:
        self.n_dimensions = n_dimensions
        self.n_removed = n_removed

    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        removed = principal_components(self._standardize(normals), self.n_removed)
        n_genes, n_removed = removed.shape
        if n_removed >= n_genes:
            raise ConfigurationError(
                f"subspace_removal removes {n_removed} directions, which leaves nothing of "
                f"{n_genes} genes; lower n_removed ({self.n_removed})"
            )
        standardized = self._standardize(tumours)
        remaining = standardized - standardized @ removed @ removed.T
        components = principal_components(remaining, self.n_dimensions)
        # Exactly orthogonal to what is removed, so that one matrix does both steps.
        self.components_ = components - removed @ (removed.T @ components)
