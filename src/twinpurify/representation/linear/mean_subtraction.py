"""Subtraction of the mean normal: how normal tissue is corrected for by hand."""

from typing import Annotated

import numpy as np
from pydantic import Field
from scipy import linalg

from twinpurify.interface.linear_method import LinearMethod
from twinpurify.interface.presentation import GREEN, Look, Presentation
from twinpurify.representation.linear.pca import principal_components

# In standard deviations of a gene; the means of real tissues differ by far more.
SMALLEST_CONTRAST = 1e-3


class MeanSubtraction(LinearMethod):
    """Removes from each profile its component along the mean normal, then takes components.

    The direction from the mean tumour to the mean normal, in standardised log space, is where
    dilution moves a profile to first order; the profile's part along it is subtracted, and the
    rest is projected on the training tumours' principal axes.

    Parameters
    ----------
    n_dimensions : int
        Number of components of what remains.
    """

    name = "mean_subtraction"
    presentation = Presentation(
        "Mean normal subtracted",
        Look(GREEN, "dot", "triangle-up"),
        does=(
            "removal of the direction from the mean tumour to the mean normal, then principal "
            "components"
        ),
        place=60,
    )
    uses_background = True

    def __init__(self, n_dimensions: Annotated[int, Field(ge=1)] = 64) -> None:
        self.n_dimensions = n_dimensions

    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        contrast = self._standardize(normals).mean(axis=0)
        # Normals that don't differ from the tumours leave nothing to subtract.
        direction = contrast / max(linalg.norm(contrast), SMALLEST_CONTRAST)
        standardized = self._standardize(tumours)
        remaining = standardized - np.outer(standardized @ direction, direction)
        components = principal_components(remaining, self.n_dimensions)
        # Components of what remains are orthogonal to the direction up to rounding; the
        # projection makes it exact, so that one matrix does both steps.
        self.components_ = components - np.outer(direction, direction @ components)
