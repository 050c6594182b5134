"""Many views of each tumour, mixed in linear space with different adjacent normals."""

from collections.abc import Iterator

import numpy as np

from twinpurify.purification.dilution import random_backgrounds, to_linear


def mixed_views(
    tumours: np.ndarray,
    normals: np.ndarray,
    n_views: int,
    minimum_fraction: float,
    n_mixed_normals: int,
    rng: np.random.Generator,
) -> Iterator[np.ndarray]:
    """Draw views of all tumours, one of each at a time.

    The fractions of a tumour's views are spread over their range: each of as many equal parts
    of it holds one, so that fewer views say as much.

    Parameters
    ----------
    tumours, normals : array, shape (samples, genes)
        log2(x + 1).
    n_views : int
        Views of each tumour.
    minimum_fraction : float
        Views have a tumour fraction uniform between this and 1.
    n_mixed_normals : int
        Normals in the background of each view.
    rng : numpy.random.Generator

    Yields
    ------
    array, shape (tumours, genes), float32, linear scale
        A new one each time.
    """
    linear, linear_normals = (to_linear(p.astype(np.float32)) for p in (tumours, normals))
    parts = rng.permuted(np.tile(np.arange(n_views), (len(tumours), 1)), axis=1)
    for part in parts.T:
        place = (part + rng.random(len(part))) / n_views
        fractions = (minimum_fraction + (1.0 - minimum_fraction) * place).astype(np.float32)
        view = random_backgrounds(linear_normals, len(part), rng, n_mixed_normals)
        view *= 1.0 - fractions[:, None]
        view += fractions[:, None] * linear
        yield view
