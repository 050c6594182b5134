"""Standardisation of features by training samples."""

from typing import Self

import numpy as np

# Below this share of the feature's own size, a standard deviation is rounding.
RELATIVE_FLOOR = 1e-6


class Standardizer:
    """Centres and scales features by their mean and standard deviation in training.

    A feature that doesn't vary in training becomes 0 everywhere: it carries nothing that could
    be learnt, and must not outweigh the others in a distance.

    Attributes
    ----------
    mean_, scale_ : array, shape (features,), float64
    """

    def fit(self, features: np.ndarray) -> Self:
        """Take mean and standard deviation of training features (samples × features)."""
        values = np.asarray(features, dtype=np.float64)
        self.mean_ = values.mean(axis=0)
        scale = values.std(axis=0)
        floor = RELATIVE_FLOOR * np.abs(values).max(axis=0)
        self.scale_ = np.where(scale > floor, scale, np.inf)
        return self

    def transform(self, features: np.ndarray) -> np.ndarray:
        """Standardise features (samples × features), float64."""
        return (np.asarray(features, dtype=np.float64) - self.mean_) / self.scale_


class CommonStandardizer(Standardizer):
    """Centres features, and scales all of them by one number: their root mean variance.

    The dimensions of an embedding keep their sizes, so that a penalty asks more of those that
    hardly vary. With few samples that is worth much: brought to one size, the many small
    dimensions would be mostly noise.
    """

    def fit(self, features: np.ndarray) -> Self:
        """Take the means and the common scale of training features (samples × features)."""
        super().fit(features)
        varies = np.isfinite(self.scale_)
        squares = np.where(varies, self.scale_, 0.0) ** 2
        common = np.sqrt(squares.mean())
        self.scale_ = np.where(varies, common, np.inf)
        return self
