"""The mean of training: what every other imputer has to beat."""

import numpy as np

from twinpurify.imputation.imputer import Imputer
from twinpurify.interface.presentation import GREY, Look, Presentation


class MeanImputer(Imputer):
    """Gives every gene that a profile lacks its mean over the training profiles."""

    name = "mean"
    presentation = Presentation(
        "Training mean",
        Look(GREY, "dash", "square"),
        place=260,
    )

    def _fit(self, values: np.ndarray) -> None:
        """Learn nothing beyond what every imputer keeps."""

    def _fill(self, values: np.ndarray) -> np.ndarray:
        return np.broadcast_to(self.gene_mean_, values.shape)
