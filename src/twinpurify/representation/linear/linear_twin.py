"""Linear twin: the closed-form answer to what two views of a tumour share."""

from typing import Annotated

import numpy as np
from pydantic import Field

from twinpurify.interface.linear_method import LinearMethod
from twinpurify.interface.presentation import BLUE, Look, Presentation
from twinpurify.interface.references import HOTELLING
from twinpurify.purification.twinpurify.mixed_views import mixed_views
from twinpurify.purification.twinpurify.twin_correlation import agreeing_directions, twin_moments
from twinpurify.representation.linear.pca import turn_upwards


class LinearTwin(LinearMethod):
    """Projects on the directions in which two views of the same tumour agree most.

    Generalised eigenvectors that maximise the covariance between twin views over the total
    covariance of views: canonical correlation of twins, with shrinkage. Deterministic for a seed.

    Parameters
    ----------
    n_dimensions : int
        Number of directions.
    n_views : int
        Views drawn of each tumour; any two of them are twins.
    minimum_fraction : float
        Views have a tumour fraction between this and 1.
    n_mixed_normals : int
        Normals in the background of each view.
    shrinkage : float
        Added to the diagonal of the total covariance, in units of its mean variance.
    seed : int
        Seed of every random draw of the method.

    References
    ----------
    Hotelling 1936, doi:10.1093/biomet/28.3-4.321, for canonical correlation.
    """

    name = "linear_twin"
    presentation = Presentation(
        "Linear twin",
        Look(BLUE, "solid", "triangle-down"),
        does=(
            "canonical correlation of twin views of the same tumour, the linear counterpart of "
            "TwinPurify"
        ),
        references=(HOTELLING,),
        place=90,
    )
    uses_background = True

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=1)] = 64,
        n_views: Annotated[int, Field(ge=2)] = 16,
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
        views = mixed_views(
            tumours,
            normals,
            self.n_views,
            self.minimum_fraction,
            self.n_mixed_normals,
            np.random.default_rng(self.seed),
        )
        moments = twin_moments(self._standardize(np.log2(view + 1.0)) for view in views)
        nothing = np.zeros((tumours.shape[1], 0))
        directions, _ = agreeing_directions(moments, self.n_dimensions, self.shrinkage, nothing)
        self.components_ = turn_upwards(directions)
