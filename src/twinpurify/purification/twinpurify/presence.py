"""Whether a profile holds any tumour: what gives normal tissue a place of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import linalg

from twinpurify.purification.twinpurify.twin_correlation import TwinMoments

SHRINKAGE = 1.0
# The score that all but so many views of tumours reach is full presence.
LOWEST_VIEWS = 0.01


@dataclass(frozen=True)
class TumourPresence:
    """Weighs embeddings: 1 with tumour in the profile, however little, 0 for normal tissue.

    A linear discriminant between views of tumours and normals (Fisher 1936), shrunk. Its score
    rises with the tumour fraction, so it is cut off where even the most diluted views are: above
    that nothing of the fraction is left in it. Where the lowest views score no more than the
    average normal, tumours can't be told from normal tissue, and every profile weighs 1.

    Attributes
    ----------
    direction : array, shape (features,), float32
    absent, present : float
        Scores of the average normal, and of all but the lowest views.
    """

    direction: np.ndarray
    absent: float
    present: float

    @classmethod
    def fit(cls, moments: TwinMoments, views: Iterable[np.ndarray], normals: np.ndarray) -> Self:
        """Fit on the moments of views of tumours, some such views, and training normals.

        Parameters
        ----------
        moments : TwinMoments
        views : iterable of array, shape (tumours, features)
            Of training tumours.
        normals : array, shape (normals, features)

        References
        ----------
        Fisher 1936, doi:10.1111/j.1469-1809.1936.tb02137.x.
        """
        centre = normals.mean(axis=0)
        deviations = (normals - centre).astype(np.float64)
        within = (moments.total + deviations.T @ deviations / len(normals)) / 2.0
        ridge = max(SHRINKAGE * np.trace(within) / len(within), np.finfo(np.float32).tiny)
        within[np.diag_indices(len(within))] += ridge
        direction = linalg.solve(within, moments.mean - centre, assume_a="pos")
        absent = float(centre @ direction)
        reached = np.concatenate([view @ direction for view in views])
        present = float(np.quantile(reached, LOWEST_VIEWS))
        return cls(direction.astype(np.float32), min(absent, present), present)

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Weigh profiles, shape (samples,), 0 to 1."""
        room = self.present - self.absent
        if room <= 0.0:
            return np.ones(len(features), np.float32)
        return np.square(np.clip((features @ self.direction - self.absent) / room, 0.0, 1.0))
