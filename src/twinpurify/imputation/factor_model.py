"""Latent factors of new profiles, from the genes that each has, and what they say of the others."""

from typing import ClassVar

import numpy as np

from twinpurify.imputation.imputer import Imputer


def predict_by_factors(
    standardized: np.ndarray, loadings: np.ndarray, noise: np.ndarray
) -> np.ndarray:
    r"""Predict all genes of profiles by the factors that the observed genes of each point to.

    With loadings :math:`L`, noise variances :math:`\Psi` and standard normal factors, the factors
    of a profile with the observed genes :math:`o` have the posterior mean
    :math:`(I + L_o^\top \Psi_o^{-1} L_o)^{-1} L_o^\top \Psi_o^{-1} x_o`, which is a ridge
    regression of the profile on its loadings.

    Parameters
    ----------
    standardized : array, shape (samples, genes)
        Centred, NaN where missing.
    loadings : array, shape (genes, factors)
    noise : array, shape (genes,), above 0
        Variance of each gene beside the factors.

    Returns
    -------
    array, shape (samples, genes)

    References
    ----------
    Tipping & Bishop 1999, 10.1111/1467-9868.00196
    """
    there = ~np.isnan(standardized)
    deviations = np.sqrt(noise)
    scaled, profiles = loadings / deviations[:, None], standardized / deviations
    # Profiles that lack the same genes, as of one platform, share one inverse.
    patterns, of_pattern = np.unique(there, axis=0, return_inverse=True)
    scores = np.empty((len(standardized), loadings.shape[1]))
    for place, pattern in enumerate(patterns):
        rows = np.flatnonzero(of_pattern.ravel() == place)
        observed = scaled[pattern]
        inner = observed.T @ observed
        inner[np.diag_indices_from(inner)] += 1.0
        told = observed.T @ profiles[np.ix_(rows, np.flatnonzero(pattern))].T
        scores[rows] = np.linalg.solve(inner, told).T
    return scores @ loadings.T


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
