"""Independent component analysis: metagenes that say as little of each other as can be."""

from typing import Annotated

import numpy as np
from pydantic import Field
from sklearn.decomposition import FastICA

from twinpurify.interface.linear_method import LinearMethod
from twinpurify.interface.presentation import SKY_BLUE, Look, Presentation
from twinpurify.representation.linear.pca import principal_components, turn_upwards
from twinpurify.representation.linear.settling import fit_and_note


class IndependentComponents(LinearMethod):
    """Turns the principal axes of the tumours to metagenes that are independent over the genes.

    Independence is asked of the genes' weights, not of the samples' amounts, as is the practice
    for expression: genes are many and their weights have heavy tails, samples are few. FastICA on
    the whitened principal axes; a profile is embedded by its covariance with each metagene.

    Parameters
    ----------
    n_dimensions : int
        Number of components; fewer where the cohort has fewer tumours or genes.
    max_iterations : int
        Iterations of FastICA at most; the log says when it stops before it settled.
    seed : int
        Seed of the initial rotation.

    References
    ----------
    Hyvärinen 1999, doi:10.1109/72.761722. Biton et al. 2014, doi:10.1016/j.celrep.2014.10.035,
    for tumours.
    """

    name = "ica"
    presentation = Presentation(
        "ICA",
        Look(SKY_BLUE, "longdash", "star-triangle-up"),
        does="independent components",
        references=(
            "Hyvärinen A. Fast and robust fixed-point algorithms for independent component "
            "analysis. IEEE Trans Neural Netw 1999. doi:10.1109/72.761722",
            "Biton A et al. Independent component analysis uncovers the landscape of the "
            "bladder tumor transcriptome. Cell Rep 2014. doi:10.1016/j.celrep.2014.10.035",
        ),
        place=40,
    )

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=1)] = 64,
        max_iterations: Annotated[int, Field(ge=1)] = 200,
        seed: Annotated[int, Field(ge=0)] = 0,
    ) -> None:
        self.n_dimensions = n_dimensions
        self.max_iterations = max_iterations
        self.seed = seed

    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        standardized = self._standardize(tumours)
        # Centring takes one dimension from the samples, and FastICA's own one from the genes.
        n_components = min(self.n_dimensions, min(tumours.shape) - 1)
        axes = principal_components(standardized, n_components).astype(np.float64)
        rotation = FastICA(
            whiten="unit-variance", max_iter=self.max_iterations, random_state=self.seed
        )
        metagenes = turn_upwards(fit_and_note(self.name, rotation, axes))
        amounts = standardized @ metagenes
        largest_first = np.argsort(-amounts.var(axis=0), kind="stable")
        self.components_ = (metagenes[:, largest_first] / len(metagenes)).astype(np.float32)
