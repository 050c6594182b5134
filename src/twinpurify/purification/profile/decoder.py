"""Decoders of the embedding: what it knows of a profile, and what dilution took from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from scipy import linalg
from sklearn.utils.extmath import randomized_svd

RIDGE_WEIGHTS = (1e-4, 1e-3, 1e-2, 1e-1)
N_FOLDS = 5


def fit_decoder(
    embeddings: np.ndarray, targets: np.ndarray, tumour_of_row: np.ndarray
) -> np.ndarray:
    """Fit a ridge decoder from what is known of views of tumours to a target, gene by gene.

    The ridge weight is chosen by folds grouped by tumour.

    Parameters
    ----------
    embeddings : array, shape (views, dimensions)
        Of views of the training tumours.
    targets : array, shape (views, genes)
        Standardised.
    tumour_of_row : array of int, shape (views,)
        Which tumour each view shows.

    Returns
    -------
    array, shape (dimensions + 1, genes), float32
        Coefficients; the last row is the intercept.
    """
    return CrossFit.of(embeddings, targets, tumour_of_row).coefficients()


def order_by_expression(coefficients: np.ndarray, exponent: float) -> np.ndarray:
    """Turn an embedding to the principal axes of what is decoded from it.

    The loss leaves all dimensions with equal variance in arbitrary directions, so that a
    dimension of noise counts in a distance as much as the subtype. With the decoder's singular
    value decomposition ``B = U S V'`` the embedding becomes ``z U S^p``, scaled to keep its mean
    variance: the dimensions that say most of the expression come first.

    Parameters
    ----------
    coefficients : array, shape (dimensions + 1, genes)
        From ``fit_decoder``.
    exponent : float
        p, 0 to 1. At 1 the distance between embeddings is that between decoded profiles, but for
        a factor.

    Returns
    -------
    array, shape (dimensions, dimensions), float32
        The embedding times this is the new embedding; narrower where there are fewer genes.
    """
    axes, strengths, profiles = np.linalg.svd(
        coefficients[:-1].astype(np.float64), full_matrices=False
    )
    strongest = np.take_along_axis(profiles, np.abs(profiles).argmax(axis=1)[:, None], axis=1)
    floor = np.finfo(np.float32).eps * max(strengths.max(), np.finfo(np.float32).tiny)
    scales = np.maximum(strengths, floor) ** exponent
    scales *= np.sign(strongest[:, 0]) / np.sqrt(np.mean(np.square(scales)))
    return (axes * scales).astype(np.float32)


def principal_axes(profiles: np.ndarray, n_axes: int) -> np.ndarray:
    """First principal axes of standardised profiles, shape (genes, axes), float32.

    By random projections (Halko et al. 2011, doi:10.1137/090771806): of thousands of views a few
    axes are wanted, and a whole decomposition took half the time of a fit.
    """
    centred = profiles - profiles.mean(axis=0)
    _, _, axes = randomized_svd(centred, min(n_axes, *centred.shape), random_state=0)
    return np.ascontiguousarray(axes.T).astype(np.float32)


def decode(embeddings: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Decode embeddings to the target, shape (samples, genes)."""
    return embeddings @ coefficients[:-1] + coefficients[-1]


@dataclass(frozen=True)
class _Moments:
    """Sums over rows that a ridge regression and its error can be had from, float64."""

    n: float
    inputs: np.ndarray
    targets: np.ndarray
    gram: np.ndarray
    products: np.ndarray
    squares: float

    @classmethod
    def of(cls, inputs: np.ndarray, targets: np.ndarray) -> Self:
        """Sum up; the products in the precision of what comes in."""
        return cls(
            float(len(inputs)),
            inputs.sum(axis=0, dtype=np.float64),
            targets.sum(axis=0, dtype=np.float64),
            inputs.T.astype(np.float64) @ inputs,
            (inputs.T @ targets).astype(np.float64),
            float(np.einsum("sg,sg->", targets, targets, dtype=np.float64)),
        )


@dataclass(frozen=True)
class CrossFit:
    """Ridge regressions of all rows, and without each fold, from one pass over the rows.

    Attributes
    ----------
    parts : list of moments
        Of the rows of each fold.
    tumour_of_row : array of int, shape (views,)
    weight : float
        The ridge weight that predicts the views of other tumours best.
    """

    parts: list[_Moments]
    tumour_of_row: np.ndarray
    weight: float

    @classmethod
    def of(cls, embeddings: np.ndarray, targets: np.ndarray, tumour_of_row: np.ndarray) -> Self:
        """Sum up the folds and choose the weight; parameters are those of ``fit_decoder``."""
        parts = [_Moments.of(embeddings[rows], targets[rows]) for rows in _folds(tumour_of_row)]
        return cls(parts, tumour_of_row, _best_weight(parts))

    def coefficients(self) -> np.ndarray:
        """Fit on all rows, shape (dimensions + 1, genes), float32."""
        return _ridge(_sum(self.parts), self.weight)

    def decode(self, embeddings: np.ndarray) -> np.ndarray:
        """Decode each of the fitted rows by the fit on other tumours, shape (views, genes)."""
        decoded = np.zeros((len(embeddings), len(self.parts[0].targets)), np.float32)
        for place, held_out in enumerate(_folds(self.tumour_of_row)):
            coefficients = _ridge(_without(self.parts, place), self.weight)
            decoded[held_out] = decode(embeddings[held_out], coefficients)
        return decoded


def _sum(parts: Sequence[_Moments]) -> _Moments:
    """Add up moments of different rows."""
    return _Moments(*(sum(values) for values in zip(*map(_entries, parts), strict=True)))


def _entries(moments: _Moments) -> list[Any]:
    return [getattr(moments, field.name) for field in fields(moments)]


def _without(parts: Sequence[_Moments], place: int) -> _Moments:
    """Add up all moments but one; of one alone, there is nothing to leave out."""
    return _sum([part for other, part in enumerate(parts) if other != place] or parts)


def _best_weight(parts: Sequence[_Moments]) -> float:
    """Choose the ridge weight that predicts the views of other tumours best."""
    errors = np.zeros(len(RIDGE_WEIGHTS))
    for place, held_out in enumerate(parts):
        inside = _without(parts, place)
        for number, weight in enumerate(RIDGE_WEIGHTS):
            errors[number] += _squared_error(held_out, _ridge(inside, weight))
    return RIDGE_WEIGHTS[errors.argmin()]


def _folds(tumour_of_row: np.ndarray) -> Iterator[np.ndarray]:
    """Mark the rows of each fold; all views of a tumour lie in one."""
    for fold in np.unique(tumour_of_row % N_FOLDS):
        yield tumour_of_row % N_FOLDS == fold


def _ridge(moments: _Moments, weight: float) -> np.ndarray:
    """Solve ridge regression with an unpenalised intercept; the weight is relative to the trace."""
    centre, target_centre = moments.inputs / moments.n, moments.targets / moments.n
    gram = moments.gram - moments.n * np.outer(centre, centre)
    right_side = moments.products - np.outer(moments.inputs, target_centre)
    penalty = weight * np.trace(gram) / len(gram) + 1e-12
    slopes = linalg.solve(gram + penalty * np.eye(len(gram)), right_side, assume_a="pos")
    return np.vstack([slopes, target_centre - centre @ slopes]).astype(np.float32)


def _squared_error(moments: _Moments, coefficients: np.ndarray) -> float:
    """Squared error of decoding the rows that the moments are of, over all genes."""
    slopes, intercept = coefficients[:-1].astype(np.float64), coefficients[-1].astype(np.float64)
    fitted = np.einsum("dg,dg->", slopes, moments.gram @ slopes - 2.0 * moments.products)
    level = moments.n * intercept + 2.0 * (moments.inputs @ slopes - moments.targets)
    return moments.squares + float(fitted) + float(intercept @ level)
