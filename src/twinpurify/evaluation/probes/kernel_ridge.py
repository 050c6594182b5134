"""Ridge regression in kernel form, with leave-one-patient-out errors in closed form."""

from dataclasses import dataclass

import numpy as np

# Directions with less than this share of the largest eigenvalue are rounding.
RELATIVE_FLOOR = 1e-12


@dataclass(frozen=True)
class Spectrum:
    """Eigenvalues and eigenvectors of a kernel matrix, without the null space.

    Attributes
    ----------
    values : array, shape (rank,)
    vectors : array, shape (samples, rank)
    """

    values: np.ndarray
    vectors: np.ndarray


def kernel_spectrum(kernel: np.ndarray) -> Spectrum:
    """Decompose a kernel matrix (samples × samples)."""
    values, vectors = np.linalg.eigh(kernel)
    kept = values > RELATIVE_FLOOR * values[-1]
    return Spectrum(values[kept], vectors[:, kept])


def linear_spectrum(features: np.ndarray) -> Spectrum:
    """Decompose ``features @ features.T`` on the smaller side of the features."""
    if features.shape[1] >= features.shape[0]:
        return kernel_spectrum(features @ features.T)
    values, axes = np.linalg.eigh(features.T @ features)
    kept = values > RELATIVE_FLOOR * values[-1]
    return Spectrum(values[kept], features @ (axes[:, kept] / np.sqrt(values[kept])))


def dual_coefficients(
    spectrum: Spectrum, target: np.ndarray, penalty: float
) -> tuple[np.ndarray, float]:
    """Solve ridge regression with an unpenalised intercept.

    Minimises ``|y - K a - b|² + penalty · a' K a``.

    Parameters
    ----------
    spectrum : Spectrum
        Of the kernel matrix K.
    target : array, shape (samples,)
    penalty : float
        Above 0.

    Returns
    -------
    coefficients : array, shape (samples,)
        a; a sample with kernel row k is predicted as ``k @ a + b``.
    intercept : float
        b.
    """
    ones = _unexplained(spectrum, penalty, np.ones(len(target)))
    rest = _unexplained(spectrum, penalty, target)
    intercept = rest.sum() / ones.sum()
    return (rest - intercept * ones) / penalty, float(intercept)


def left_out_errors(
    spectrum: Spectrum, target: np.ndarray, penalty: float, groups: np.ndarray
) -> np.ndarray:
    """Errors on each group of a model that was fitted on all other groups.

    With P the matrix that maps a target to the residuals of the fit, the residuals of group B
    left out are ``inverse(P_BB) (P y)_B``, exact, without fitting again.

    Parameters
    ----------
    spectrum : Spectrum
    target : array, shape (samples,)
    penalty : float
        Above 0.
    groups : array, shape (samples,)
        For example patients; at least two.

    Returns
    -------
    array, shape (samples,)
        Target less prediction.
    """
    ones = _unexplained(spectrum, penalty, np.ones(len(target)))
    rest = _unexplained(spectrum, penalty, target)
    residual = rest - rest.sum() / ones.sum() * ones
    shrunk = spectrum.vectors * np.sqrt(spectrum.values / (spectrum.values + penalty))
    errors = np.empty(len(target))
    for members in _by_size(groups):
        part = shrunk[members]
        block = np.eye(members.shape[1]) - part @ part.transpose(0, 2, 1)
        block -= ones[members][:, :, None] * ones[members][:, None, :] / ones.sum()
        errors[members] = np.linalg.solve(block, residual[members][:, :, None])[:, :, 0]
    return errors


def _unexplained(spectrum: Spectrum, penalty: float, target: np.ndarray) -> np.ndarray:
    """Apply ``penalty · inverse(K + penalty)``."""
    share = spectrum.values / (spectrum.values + penalty)
    return target - spectrum.vectors @ (share * (spectrum.vectors.T @ target))


def _by_size(groups: np.ndarray) -> list[np.ndarray]:
    """Sample positions of the groups: for each group size an array (groups, size)."""
    _, code, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    order = np.argsort(code, kind="stable")
    starts = np.cumsum(sizes) - sizes
    return [
        order[starts[sizes == size][:, None] + np.arange(size)[None, :]]
        for size in np.unique(sizes)
    ]
