"""Raw expression: the profile itself, standardised by gene; what every gain is measured against."""

import numpy as np

from twinpurify.training.method import EmbeddingMethod


class RawExpression(EmbeddingMethod):
    """Returns the profile itself, each gene standardised by the training tumours."""

    name = "raw"

    def __init__(self) -> None:
        pass

    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        """Need nothing beyond the mean and scale of the genes."""

    def _embed(self, values: np.ndarray) -> np.ndarray:
        return self._standardize(values)
