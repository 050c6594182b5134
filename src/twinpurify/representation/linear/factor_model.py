"""Latent factors of profiles: principal axes with each gene's own noise, and what some genes tell.

Principal axes as factors are those of probabilistic PCA; that each gene keeps a noise variance of
its own lets a gene which follows the others closely tell more of them.
"""

import numpy as np

SMALLEST_NOISE = 0.01


def principal_axes(standardized: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Compute variances along principal axes, by the smaller of the two Gram matrices.

    Parameters
    ----------
    standardized : array, shape (samples, genes)
        Complete.
    most : int
        Axes that are returned at most.

    Returns
    -------
    variances : array, shape (all axes,), descending
    axes : array, shape (genes, axes), orthonormal columns
    """
    n_samples, n_genes = standardized.shape
    if n_genes <= n_samples:
        variances, axes = np.linalg.eigh(standardized.T @ standardized / n_samples)
        return np.maximum(variances[::-1], 0.0), axes[:, ::-1][:, :most]
    variances, left = np.linalg.eigh(standardized @ standardized.T / n_samples)
    variances, left = np.maximum(variances[::-1], 0.0), left[:, ::-1][:, :most]
    lengths = np.sqrt(np.maximum(variances[: left.shape[1]] * n_samples, np.finfo(float).tiny))
    return variances, standardized.T @ left / lengths


def factor_model(
    variances: np.ndarray, axes: np.ndarray, number: int
) -> tuple[np.ndarray, np.ndarray]:
    """Turn principal axes into loadings, and what they leave of each gene into its noise.

    Parameters
    ----------
    variances : array, shape (all axes,)
    axes : array, shape (genes, axes)
    number : int
        Axes that become factors; fewer where there are fewer.

    Returns
    -------
    loadings : array, shape (genes, factors)
    noise : array, shape (genes,)
    """
    number = min(number, axes.shape[1])
    # The maximum of the likelihood with equal noise: the mean variance of the axes left out.
    left_out = variances[number:].sum() / max(len(axes) - number, 1)
    loadings = axes[:, :number] * np.sqrt(np.maximum(variances[:number] - left_out, 0.0))
    noise = np.maximum(1.0 - np.square(loadings).sum(axis=1), SMALLEST_NOISE)
    return loadings, noise


def predict_by_factors(
    standardized: np.ndarray, loadings: np.ndarray, noise: np.ndarray
) -> np.ndarray:
    """Predict all genes of profiles by the factors that the observed genes of each point to.

    Parameters
    ----------
    standardized, loadings, noise
        As in ``factor_scores``.

    Returns
    -------
    array, shape (samples, genes)
    """
    return factor_scores(standardized, loadings, noise) @ loadings.T


def factor_scores(standardized: np.ndarray, loadings: np.ndarray, noise: np.ndarray) -> np.ndarray:
    r"""Find the factors of profiles by the genes that are observed in each.

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
    array, shape (samples, factors)

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
    return scores
