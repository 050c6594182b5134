"""The mean of training: what every other imputer has to beat."""

import numpy as np

from twinpurify.imputation.imputer import Imputer


class MeanImputer(Imputer):
    """Gives every gene that a profile lacks its mean over the training profiles."""

    name = "mean"

    def _fit(self, values: np.ndarray) -> None:
        """Learn nothing beyond what every imputer keeps."""

    def _fill(self, values: np.ndarray) -> np.ndarray:
        return np.broadcast_to(self.gene_mean_, values.shape)
