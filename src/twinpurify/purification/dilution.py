"""Dilution of tumour profiles with normal tissue, in linear space where tissues add up."""

import numpy as np


def to_linear(log2_profiles: np.ndarray) -> np.ndarray:
    """Undo log2(x + 1); rounding below zero is cut."""
    return np.maximum(np.exp2(log2_profiles) - 1.0, 0.0)


def random_backgrounds(
    linear_normals: np.ndarray, n_backgrounds: int, rng: np.random.Generator, n_mixed: int = 4
) -> np.ndarray:
    """Draw random convex combinations of a few normals each.

    The mean of many normals would be nearly the same background each time, and neither teach
    nor test anything; a few keep the variation between people.

    Parameters
    ----------
    linear_normals : array, shape (normals, genes)
        Linear scale.
    n_backgrounds : int
        Number of combinations.
    rng : numpy.random.Generator
    n_mixed : int
        Normals in each combination; their weights are uniform on the simplex (Dirichlet(1)).

    Returns
    -------
    array, shape (n_backgrounds, genes), float32, linear scale
    """
    n_normals = len(linear_normals)
    n_mixed = min(n_mixed, n_normals)
    chosen = rng.random((n_backgrounds, n_normals)).argsort(axis=1)[:, :n_mixed]
    weights = np.zeros((n_backgrounds, n_normals), dtype=np.float32)
    shares = rng.dirichlet(np.ones(n_mixed), size=n_backgrounds)
    np.put_along_axis(weights, chosen, shares.astype(np.float32), axis=1)
    return weights @ linear_normals.astype(np.float32)


def dilute(
    profiles: np.ndarray,
    normals: np.ndarray,
    fractions: float | np.ndarray,
    rng: np.random.Generator,
    n_mixed: int = 4,
) -> np.ndarray:
    """Dilute each profile to a tumour fraction with a background of its own.

    ``log2(a·x + (1 - a)·n + 1)`` for a profile x, a background n and a fraction a, x and n linear.

    Parameters
    ----------
    profiles : array, shape (tumours, genes)
        log2(x + 1).
    normals : array, shape (normals, genes)
        log2(x + 1).
    fractions : float or array, shape (tumours,)
        Share of the profile that stays, above 0 up to 1.
    rng : numpy.random.Generator
    n_mixed : int
        Normals in each background.

    Returns
    -------
    array, shape (tumours, genes), float32, log2(x + 1)
    """
    backgrounds = random_backgrounds(to_linear(normals), len(profiles), rng, n_mixed)
    share = np.broadcast_to(np.asarray(fractions, dtype=np.float32), len(profiles))[:, None]
    mixed = share * to_linear(profiles.astype(np.float32)) + (1.0 - share) * backgrounds
    return np.log2(mixed + 1.0).astype(np.float32)
