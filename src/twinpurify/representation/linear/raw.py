"""Raw expression: the profile itself, standardised by gene; what every gain is measured against."""

from typing import TYPE_CHECKING

import numpy as np

from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.interface.presentation import GREY, Look, Presentation

if TYPE_CHECKING:
    from torch import nn


class RawExpression(EmbeddingMethod):
    """Returns the profile itself, each gene standardised by the training tumours."""

    name = "raw"
    presentation = Presentation(
        "Raw expression",
        Look(GREY, "solid", "square", 2.4),
        does="expression itself, all genes standardised",
        place=20,
    )

    def __init__(self) -> None:
        pass

    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        """Need nothing beyond the mean and scale of the genes."""

    def _embed(self, values: np.ndarray) -> np.ndarray:
        return self._standardize(values)

    def _module(self) -> "nn.Module":
        """Weigh the standardised genes, whose weights are what can be trained."""
        from torch import nn

        from twinpurify.interface.modules import ColumnWeights, FixedScaling

        standardize = FixedScaling(self.gene_mean_, self.gene_scale_)
        return nn.Sequential(standardize, ColumnWeights(len(self.gene_mean_)))
