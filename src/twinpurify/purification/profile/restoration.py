"""What dilution took from a profile is put back, with how far each gene can be relied on."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from twinpurify.purification.profile.decoder import (
    CrossFit,
    decode,
    fit_decoder,
    principal_axes,
)

N_AXES = 32
USUAL_RESIDUAL = 0.9


@dataclass(frozen=True)
class Restoration:
    """Predicts the undiluted profile from the embedding and the main components of a profile.

    A profile is what can be predicted of it and a residual, which is the tumour's own as long as
    it is of the usual size. Foreign tissue that no training normal holds makes it larger: it
    counts for less then, by the square of how many times larger.

    Attributes
    ----------
    axes : array, shape (genes, axes)
        Principal axes of views of the training tumours.
    observed : array, shape (dimensions + axes + 1, genes)
        Decoder of the profile at hand.
    correction : array, shape (dimensions + axes + 1, genes)
        Decoder of the undiluted profile less the one at hand.
    usual_residual : float
        Length of the residual that nine tenths of the views keep below.
    reliability : array, shape (genes,), float32
        Share of a gene's variance among undiluted tumours that restored diluted views tell, of
        tumours that the regression hadn't seen; 0 to 1.
    """

    axes: np.ndarray
    observed: np.ndarray
    correction: np.ndarray
    usual_residual: float
    reliability: np.ndarray

    @classmethod
    def fit(
        cls,
        embeddings: np.ndarray,
        views: np.ndarray,
        wanted: np.ndarray,
        tumour_of_row: np.ndarray,
    ) -> Self:
        """Fit on views of the training tumours.

        Parameters
        ----------
        embeddings : array, shape (views, dimensions)
        views, wanted : array, shape (views, genes)
            The views, and the tumours as measured, standardised.
        tumour_of_row : array of int, shape (views,)
        """
        axes = principal_axes(views, N_AXES)
        known = np.hstack([embeddings, views @ axes])
        observed = fit_decoder(known, views, tumour_of_row)
        correction = CrossFit.of(known, wanted - views, tumour_of_row)
        residuals = np.linalg.norm(views - decode(known, observed), axis=1)
        restored = views + correction.decode(known)
        diluted = np.abs(wanted - views).max(axis=1) > 0.0
        return cls(
            axes,
            observed,
            correction.coefficients(),
            float(np.quantile(residuals, USUAL_RESIDUAL)),
            _shared_variance(restored[diluted], wanted[diluted]),
        )

    def __call__(self, embeddings: np.ndarray, standardized: np.ndarray) -> np.ndarray:
        """Restore profiles, each on its own.

        Parameters
        ----------
        embeddings : array, shape (samples, dimensions)
        standardized : array, shape (samples, genes)

        Returns
        -------
        array, shape (samples, genes), float32, standardised
        """
        known = np.hstack([embeddings, standardized @ self.axes])
        predicted = decode(known, self.observed)
        residual = standardized - predicted
        lengths = np.maximum(np.linalg.norm(residual, axis=1), np.finfo(np.float32).tiny)
        kept = np.square(np.minimum(self.usual_residual / lengths, 1.0))
        residual *= kept[:, None].astype(np.float32)
        return predicted + decode(known, self.correction) + residual


def _shared_variance(restored: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Squared correlation of each gene, 0 where it is negative or the gene doesn't vary."""
    x, y = (values - values.mean(axis=0) for values in (restored, wanted))
    products = np.maximum(np.einsum("sg,sg->g", x, y), 0.0)
    squares = np.einsum("sg,sg->g", x, x) * np.einsum("sg,sg->g", y, y)
    shared = np.divide(products**2, squares, out=np.zeros_like(products), where=squares > 0)
    return np.clip(shared, 0.0, 1.0).astype(np.float32)
