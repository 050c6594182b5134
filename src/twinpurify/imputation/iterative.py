"""Chained regressions: every gene by others, in turn, until all have been filled in."""

import warnings
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import BayesianRidge, Ridge

from twinpurify.errors import ConfigurationError
from twinpurify.imputation.imputer import Imputer
from twinpurify.interface.presentation import PURPLE, Look, Presentation

ESTIMATORS: dict[str, BaseEstimator] = {
    "ridge": Ridge(alpha=1.0),
    "bayesian_ridge": BayesianRidge(),
}


class IterativeImputer(Imputer):
    """Regresses every gene on others, round after round on what the round before filled in.

    As scikit-learn's, which fits it: a regression a gene and round, so that it is the slowest by
    far and refuses more than `max_genes`. It learns from incomplete profiles only, since complete
    ones leave nothing to fill in: a share of the training values is hidden. New profiles go
    through the stored regressions in the same order.

    Parameters
    ----------
    estimator : {"ridge", "bayesian_ridge"}
        Regression of a gene. The second chooses each penalty by its likelihood, and takes
        longer.
    n_nearest_genes : int
        Genes that another is regressed on, drawn anew each round with chances by their absolute
        correlation.
    n_rounds : int
        Rounds over all genes.
    hidden_share : float
        Share of the training values that is hidden, so that there is something to learn from.
    max_profiles : int
        Training profiles that it learns from; of more, so many are drawn.
    max_genes : int
        Most genes that it accepts: a regression a gene and round takes hours for a whole
        transcriptome.
    seed : int
        Seed of all that it draws.

    References
    ----------
    van Buuren & Groothuis-Oudshoorn 2011, 10.18637/jss.v045.i03
    """

    name = "iterative"
    presentation = Presentation(
        "Chained regressions",
        Look(PURPLE, "solid", "x"),
        place=250,
    )
    _arrays = ("order_", "predictors_", "coefficients_", "intercepts_")

    def __init__(
        self,
        estimator: Literal["ridge", "bayesian_ridge"] = "bayesian_ridge",
        n_nearest_genes: Annotated[int, Field(ge=1)] = 50,
        n_rounds: Annotated[int, Field(ge=1)] = 3,
        hidden_share: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.5,
        max_profiles: Annotated[int, Field(ge=10)] = 1000,
        max_genes: Annotated[int, Field(ge=2)] = 2000,
        seed: Annotated[int, Field(ge=0)] = 0,
    ) -> None:
        self.estimator = estimator
        self.n_nearest_genes = n_nearest_genes
        self.n_rounds = n_rounds
        self.hidden_share = hidden_share
        self.max_profiles = max_profiles
        self.max_genes = max_genes
        self.seed = seed

    def _fit(self, values: np.ndarray) -> None:
        if values.shape[1] > self.max_genes:
            raise ConfigurationError(
                f"the imputer iterative takes hours for {values.shape[1]} genes, and max_genes is "
                f"{self.max_genes}: choose another imputer, keep fewer genes (`normalization."
                "steps`, variable_genes), or raise `imputers.iterative.max_genes`"
            )
        steps = self._chain(self._shown(self._standardize(values))).imputation_sequence_
        self.order_ = np.array([step.feat_idx for step in steps], dtype=np.int64)
        self.predictors_ = np.stack([step.neighbor_feat_idx for step in steps]).astype(np.int64)
        self.coefficients_ = np.stack([step.estimator.coef_ for step in steps])
        self.intercepts_ = np.array([step.estimator.intercept_ for step in steps])

    def _shown(self, standardized: np.ndarray) -> np.ndarray:
        """Draw training profiles and hide some of their values."""
        rng = np.random.default_rng(self.seed)
        chosen = rng.permutation(len(standardized))[: self.max_profiles]
        shown = standardized[np.sort(chosen)]
        hidden = rng.uniform(size=shown.shape) < self.hidden_share
        # A gene keeps a value at least: scikit-learn would leave it out of the matrix.
        first = np.argmax(~np.isnan(shown), axis=0)
        hidden[first, np.arange(shown.shape[1])] = False
        return np.where(hidden, np.nan, shown)

    def _chain(self, shown: np.ndarray) -> BaseEstimator:
        """Let scikit-learn fit the regressions."""
        # What makes scikit-learn's imputer importable, since it calls it experimental.
        from sklearn.experimental import enable_iterative_imputer  # noqa: F401
        from sklearn.impute import IterativeImputer as ChainedRegressions

        n_nearest = min(self.n_nearest_genes, shown.shape[1] - 1)
        chain = ChainedRegressions(
            ESTIMATORS[self.estimator],
            max_iter=self.n_rounds,
            tol=0.0,
            n_nearest_features=n_nearest,
            keep_empty_features=True,
            random_state=self.seed,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return chain.fit(shown)

    def _fill(self, values: np.ndarray) -> np.ndarray:
        standardized = self._standardize(values)
        missing = np.isnan(standardized)
        # Genes lie in rows, since each regression reads some of them for all profiles.
        filled = np.where(missing, 0.0, standardized).T.copy()
        steps = zip(
            self.order_, self.predictors_, self.coefficients_, self.intercepts_, strict=True
        )
        for gene, predictors, coefficients, intercept in steps:
            rows = np.flatnonzero(missing[:, gene])
            if len(rows):
                told = filled[np.ix_(predictors, rows)].T @ coefficients
                filled[gene, rows] = told + intercept
        return self._unstandardize(filled.T)
