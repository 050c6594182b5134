"""What the linear methods share: a matrix that standardised profiles are multiplied by."""

from typing import TYPE_CHECKING

import numpy as np

from twinpurify.interface.embedding_method import EmbeddingMethod

if TYPE_CHECKING:
    from torch import nn


class LinearMethod(EmbeddingMethod):
    """Projects standardised profiles on axes.

    A subclass finds them in ``_fit``.

    Attributes
    ----------
    components_ : array, shape (genes, n_dimensions_), float32
    """

    _arrays = ("components_",)

    def _embed(self, values: np.ndarray) -> np.ndarray:
        return self._standardize(values) @ self.components_

    def _module(self) -> "nn.Module":
        """Multiply by the axes, which are what can be trained."""
        from torch import nn

        from twinpurify.interface.modules import FixedScaling, linear_map

        standardize = FixedScaling(self.gene_mean_, self.gene_scale_)
        return nn.Sequential(standardize, linear_map(self.components_))
