"""A matrix of low rank: softImpute on the training profiles, new ones projected on its factors."""

from typing import Annotated

import numpy as np
from pydantic import Field
from sklearn.utils.extmath import randomized_svd

from twinpurify.imputation.factor_imputer import FactorImputer
from twinpurify.imputation.soft_impute import Factors, soft_impute
from twinpurify.interface.presentation import GREEN, Look, Presentation

# From this share of the largest singular value, which leaves nothing, down to the other.
PENALTIES = (0.5, 0.01)
TOLERANCE = 1e-5


class LowRankImputer(FactorImputer):
    """Completes profiles by the factors of a matrix with a small nuclear norm (softImpute).

    The penalty is chosen by values of the training profiles that are held out, along a path of
    falling penalties of which each starts at the solution before. A new profile gets the factors
    that a ridge regression with the same penalty finds by its observed genes, which is what
    softImpute does with a row of its own.

    Parameters
    ----------
    max_rank : int
        Factors at most.
    n_penalties : int
        Penalties that are tried.
    held_out : float
        Share of the training values that choose among them.
    max_rounds : int
        Most rounds for each penalty.
    seed : int
        Seed of these values and of the first singular vectors.

    References
    ----------
    Mazumder, Hastie & Tibshirani 2010, https://www.jmlr.org/papers/v11/mazumder10a.html
    """

    name = "low_rank"
    presentation = Presentation(
        "softImpute",
        Look(GREEN, "solid", "triangle-up"),
        place=230,
    )

    def __init__(
        self,
        max_rank: Annotated[int, Field(ge=1)] = 128,
        n_penalties: Annotated[int, Field(ge=2)] = 10,
        held_out: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.2,
        max_rounds: Annotated[int, Field(ge=1)] = 30,
        seed: Annotated[int, Field(ge=0)] = 0,
    ) -> None:
        self.max_rank = max_rank
        self.n_penalties = n_penalties
        self.held_out = held_out
        self.max_rounds = max_rounds
        self.seed = seed

    def _fit(self, values: np.ndarray) -> None:
        standardized = self._standardize(values)
        penalty, found = self._choose(standardized)
        found = soft_impute(standardized, penalty, found, TOLERANCE, self.max_rounds)
        kept = found.values > 0.0
        self.loadings_ = found.right[:, kept] * np.sqrt(found.values[kept])
        self.noise_ = np.full(len(self.genes_), penalty)

    def _choose(self, standardized: np.ndarray) -> tuple[float, Factors]:
        """Find the penalty whose solution is nearest to values that it wasn't shown."""
        rng = np.random.default_rng(self.seed)
        hidden = (rng.uniform(size=standardized.shape) < self.held_out) & ~np.isnan(standardized)
        shown, truth = np.where(hidden, np.nan, standardized), standardized[hidden]
        found = self._start(shown)
        path = found.values[0] * np.geomspace(*PENALTIES, self.n_penalties)
        errors, solutions = [], []
        for penalty in path:
            found = soft_impute(shown, penalty, found, TOLERANCE, self.max_rounds)
            errors.append(np.square(found.product()[hidden] - truth).mean())
            solutions.append(found)
        best = int(np.argmin(errors))
        return float(path[best]), solutions[best]

    def _start(self, shown: np.ndarray) -> Factors:
        """Take the leading singular vectors of the matrix with the mean for what is missing."""
        filled = np.nan_to_num(shown, nan=0.0)
        rank = min(self.max_rank, *filled.shape)
        left, values, rows = randomized_svd(filled, rank, random_state=self.seed)
        return Factors(left, values, rows.T)
