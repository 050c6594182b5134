"""Each gene to the reference's mean and spread."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from twinpurify.normalization.alignment.base import PlatformAlignment

SMALLEST_SPREAD = 1e-3


class LocationScaleAlignment(PlatformAlignment):
    """Maps each gene of a target cohort linearly, so that mean and SD become the reference's.

    It assumes that both cohorts are alike in composition; a cohort of one subtype alone must not
    be aligned this way. A gene that hardly varies in the target keeps its differences within
    bounds: its SD counts as 0.001 at least.

    Attributes
    ----------
    slope_, intercept_ : array, shape (genes,)
    """

    name = "location_scale"
    _arrays: ClassVar = ("slope_", "intercept_")

    def _fit(self, target: np.ndarray, reference: np.ndarray) -> None:
        spread = np.maximum(target.std(axis=0), SMALLEST_SPREAD)
        self.slope_ = reference.std(axis=0) / spread
        self.intercept_ = reference.mean(axis=0) - target.mean(axis=0) * self.slope_

    def _map(self, values: np.ndarray) -> np.ndarray:
        return values * self.slope_ + self.intercept_
