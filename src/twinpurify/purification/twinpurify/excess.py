"""The excess of a profile over normal tissue: dilution shrinks it, and hardly turns it."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from twinpurify.purification.dilution import to_linear


@dataclass(frozen=True)
class ExcessMap:
    """Turns profiles into directions that a tumour keeps when normal tissue is mixed in.

    For a mixture ``a·x + (1 - a)·n`` in linear space, the excess over the mean normal is ``a``
    times the tumour's own, up to how much the normal n differs from the mean one. Per gene, the
    inverse hyperbolic sine of the excess, in units of a share of the mean normal, tames genes
    that range over decades and keeps the sign; each gene is brought to root mean square 1 over
    the training tumours, and each profile to one length. A floor under the length keeps normal
    tissue, which has no excess, from becoming all noise.

    Attributes
    ----------
    normal_level : array, shape (genes,)
        Mean of the training normals, linear.
    unit : array, shape (genes,)
        Excess at which the inverse hyperbolic sine bends, linear.
    inverse_scale : array, shape (genes,)
        1 over the root mean square over the training tumours; 0 for a gene that is constant there.
    floor : float
        Added to the squared length, that of an average training normal times a setting.
    """

    normal_level: np.ndarray
    unit: np.ndarray
    inverse_scale: np.ndarray
    floor: float

    @classmethod
    def fit(
        cls, tumours: np.ndarray, normals: np.ndarray, compression: float, floor: float
    ) -> Self:
        """Take levels from normals and scales from tumours.

        Parameters
        ----------
        tumours : array, shape (tumours, genes)
            Training tumours, log2(x + 1).
        normals : array, shape (normals, genes)
            Training normals, log2(x + 1).
        compression : float
            The unit, as a share of the mean normal + 1.
        floor : float
            In units of the mean squared length of the training normals.
        """
        linear_normals = to_linear(normals)
        level = linear_normals.mean(axis=0)
        unit = compression * (level + 1.0)
        ones = np.ones_like(level)
        plain = cls(level, unit, ones, 0.0)
        values = plain.compressed(to_linear(tumours))
        root_mean_square = np.sqrt(np.square(values).mean(axis=0))
        # A gene that doesn't vary among the training tumours carries nothing.
        varies = values.std(axis=0, dtype=np.float64) > 1e-6
        inverse = np.divide(1.0, root_mean_square, out=0.0 * ones, where=varies)
        scaled = cls(level, unit, inverse.astype(np.float32), 0.0)
        squared_lengths = np.square(scaled.compressed(linear_normals)).sum(axis=1)
        return cls(level, unit, scaled.inverse_scale, float(floor * squared_lengths.mean()))

    def compressed(self, linear_profiles: np.ndarray) -> np.ndarray:
        """Compress the excess of each gene, shape (samples, genes), float32."""
        excess = linear_profiles - self.normal_level
        excess /= self.unit
        np.arcsinh(excess, out=excess)
        excess *= self.inverse_scale
        return excess

    def of_linear(self, linear_profiles: np.ndarray) -> np.ndarray:
        """Map profiles on linear scale to directions, as a call does."""
        values = self.compressed(linear_profiles)
        squared_lengths = np.einsum("sg,sg->s", values, values)[:, None] + self.floor
        values *= np.sqrt(values.shape[1] / np.maximum(squared_lengths, 1e-12))
        return values

    def __call__(self, profiles: np.ndarray) -> np.ndarray:
        """Map profiles to directions.

        Parameters
        ----------
        profiles : array, shape (samples, genes)
            log2(x + 1).

        Returns
        -------
        array, shape (samples, genes), float32
            Mean square about 1 for a tumour, less for normal tissue.
        """
        return self.of_linear(to_linear(profiles.astype(np.float32, copy=False)))
