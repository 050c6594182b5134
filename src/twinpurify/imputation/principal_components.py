"""A Gaussian model of a few principal components and each gene's own noise."""

from typing import Annotated

import numpy as np
from pydantic import Field

from twinpurify.imputation.factor_imputer import FactorImputer
from twinpurify.interface.presentation import BLUE, Look, Presentation
from twinpurify.representation.linear.factor_model import (
    factor_model,
    predict_by_factors,
    principal_axes,
)

# For the choice of the number: one profile in so many is held out, with half of its genes hidden.
HELD_OUT = 5
MOST_HELD_OUT = 200
TOLERANCE = 1e-3


class PrincipalComponentsImputer(FactorImputer):
    """Fills in the expectation of a gene, given the others, under a Gaussian factor model.

    The axes are principal components of the standardised training profiles, as in probabilistic
    PCA, with a noise variance of each gene's own. How many components there are is told by
    training profiles that are held out with half of their genes hidden. Values that are missing
    in training are filled in and the axes taken anew until neither moves.

    Parameters
    ----------
    n_components : int or None
        Components; ``None`` chooses among powers of two from 4 to ``max_components``, by training
        profiles that are held out.
    max_components : int
        Most that are tried.
    max_rounds : int
        Most rounds over training profiles with missing values.
    seed : int
        Seed of the profiles and genes that are held out.

    References
    ----------
    Tipping & Bishop 1999, 10.1111/1467-9868.00196
    """

    name = "principal_components"
    presentation = Presentation(
        "Factor model",
        Look(BLUE, "solid", "diamond"),
        place=220,
    )

    def __init__(
        self,
        n_components: Annotated[int, Field(ge=1)] | None = None,
        max_components: Annotated[int, Field(ge=4)] = 256,
        max_rounds: Annotated[int, Field(ge=1)] = 20,
        seed: Annotated[int, Field(ge=0)] = 0,
    ) -> None:
        self.n_components = n_components
        self.max_components = max_components
        self.max_rounds = max_rounds
        self.seed = seed

    def _fit(self, values: np.ndarray) -> None:
        standardized = self._standardize(values)
        number = self.n_components or self._choose(standardized)
        self.loadings_, self.noise_ = self._settle(standardized, number)

    def _choose(self, standardized: np.ndarray) -> int:
        """Find the number of components that predicts hidden genes of held-out profiles best."""
        rng = np.random.default_rng(self.seed)
        shuffled = rng.permutation(len(standardized))
        held_out = shuffled[: min(max(len(shuffled) // HELD_OUT, 1), MOST_HELD_OUT)]
        truth, kept = standardized[held_out], np.delete(standardized, held_out, axis=0)
        hidden = (rng.uniform(size=truth.shape) < 0.5) & ~np.isnan(truth)
        asked = np.where(hidden, np.nan, truth)
        most = min(self.max_components, *kept.shape)
        numbers = [2**power for power in range(2, 64) if 2**power <= most] or [most]
        axes = principal_axes(np.nan_to_num(kept, nan=0.0), numbers[-1])
        errors = []
        for number in numbers:
            predicted = predict_by_factors(asked, *factor_model(*axes, number))
            errors.append(np.square(predicted[hidden] - truth[hidden]).mean())
        return numbers[int(np.argmin(errors))]

    def _settle(self, standardized: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Fit on profiles with missing values, which are filled in anew after every fit."""
        missing = np.isnan(standardized)
        filled = np.where(missing, 0.0, standardized)
        model = factor_model(*principal_axes(filled, number), number)
        for _ in range(self.max_rounds if missing.any() else 0):
            predicted = predict_by_factors(standardized, *model)[missing]
            moved = np.sqrt(np.square(predicted - filled[missing]).mean())
            filled[missing] = predicted
            model = factor_model(*principal_axes(filled, number), number)
            if moved < TOLERANCE:
                break
        return model
