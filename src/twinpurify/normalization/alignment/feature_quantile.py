"""Each gene's distribution to the one that it has in the training tumours."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from scipy.stats import rankdata

from twinpurify.normalization.alignment.base import PlatformAlignment


class FeatureQuantileAlignment(PlatformAlignment):
    """Maps a gene's quantile in the target cohort to its quantile in the training tumours (FSQN).

    The place of a value among the target's tumours is 0 at their lowest and 1 at their highest
    value of the gene, straight in between; values that tie share their mean place. The training
    tumours' value at that place is the result. What lies outside the range of the target's
    tumours takes the end of the training tumours' range. As every tumour counts alike, both
    cohorts must be alike in composition, even more than for ``location_scale``.

    Attributes
    ----------
    target_values_, target_places_ : array, shape (target samples, genes)
        Ascending, gene by gene: values, and the places 0 to 1 that they stand at.
    reference_values_ : array, shape (training samples, genes)
        Ascending, gene by gene.

    References
    ----------
    Franks, Cai & Whitfield 2018, doi:10.1093/bioinformatics/bty026, who ask for 25 samples.
    """

    name = "feature_quantile"
    minimum_target: ClassVar = 25
    _arrays: ClassVar = ("target_values_", "target_places_", "reference_values_")

    def _fit(self, target: np.ndarray, reference: np.ndarray) -> None:
        self.target_values_ = np.sort(target, axis=0)
        self.target_places_ = (rankdata(self.target_values_, axis=0) - 1.0) / (len(target) - 1)
        self.reference_values_ = np.sort(reference, axis=0)

    def _map(self, values: np.ndarray) -> np.ndarray:
        grid = np.linspace(0.0, 1.0, len(self.reference_values_))
        mapped = np.empty_like(values)
        for gene in range(values.shape[1]):
            known, places = self.target_values_[:, gene], self.target_places_[:, gene]
            place = np.interp(values[:, gene], known, places)
            mapped[:, gene] = np.interp(place, grid, self.reference_values_[:, gene])
        return mapped
