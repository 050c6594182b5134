"""Imputers that predict genes by latent factors."""

from typing import ClassVar

import numpy as np

from twinpurify.imputation.imputer import Imputer
from twinpurify.representation.linear.factor_model import predict_by_factors


class FactorImputer(Imputer):
    """Predicts genes by latent factors; a subclass fits ``loadings_`` and ``noise_``.

    Attributes
    ----------
    loadings_ : array, shape (genes, factors)
        Of standardised genes on factors with unit variance.
    noise_ : array, shape (genes,)
        Variance of each standardised gene that the factors leave.
    """

    _arrays: ClassVar[tuple[str, ...]] = ("loadings_", "noise_")

    def _fill(self, values: np.ndarray) -> np.ndarray:
        standardized = self._standardize(values)
        return self._unstandardize(predict_by_factors(standardized, self.loadings_, self.noise_))
