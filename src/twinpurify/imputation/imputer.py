"""The interface that all imputers share: fitted on training profiles, then frozen."""

import logging
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from twinpurify.errors import ExpressionError, GeneMismatchError, listed
from twinpurify.extras import naming_extras
from twinpurify.interface.presentation import Presentation
from twinpurify.interface.profiles import as_profiles, in_gene_order
from twinpurify.parameters import check_parameters, parameters_model
from twinpurify.persistence import write_model

logger = logging.getLogger(__name__)

STEM = "imputer"
# Of a gene with fewer values neither level nor spread can be told.
MINIMUM_VALUES = 3


class Imputer(TransformerMixin, BaseEstimator, ABC):
    """Fills in what profiles lack by what training profiles taught, each profile on its own.

    A subclass states its parameters in a typed ``__init__``, computes in ``_fit`` and ``_fill``,
    and names its fitted arrays in ``_arrays``.

    Attributes
    ----------
    name : str
        What settings call it.
    presentation : Presentation
        What readers call it.
    genes_ : array of str, shape (genes,)
        Genes of the training profiles, in order.
    gene_mean_, gene_scale_ : array, shape (genes,), float64
        Mean and standard deviation of the values that there are of each gene in training, log2(x +
        1); a gene that doesn't vary has the scale 0.
    gene_low_, gene_high_ : array, shape (genes,), float64
        Smallest and largest of these values; what is filled in stays between them.
    unknown_genes_ : list of str
        Genes of the latest transformed profiles that the training had not, which were ignored.
    """

    name: ClassVar[str]
    presentation: ClassVar[Presentation]
    _arrays: ClassVar[tuple[str, ...]] = ()

    @naming_extras()
    def fit(self, X: Any, y: None = None) -> Self:
        """Learn how genes go together.

        Parameters
        ----------
        X : AnnData, DataFrame or array, shape (samples, genes)
            Training profiles, log2(x + 1), NaN where a value is missing.
        y : None
            Ignored; there so that scikit-learn pipelines can call.

        Raises
        ------
        ConfigurationError
            If a parameter is of the wrong type or out of range.
        ExpressionError
            If X is malformed, a gene has fewer than three values, or a sample none.
        """
        check_parameters(type(self), self.get_params(deep=False))
        profiles = as_profiles(X, allow_missing=True)
        _refuse_empty(profiles)
        values = profiles.to_numpy(dtype=np.float64)
        self.genes_ = profiles.columns.to_numpy(dtype=object)
        self.gene_mean_ = np.nanmean(values, axis=0)
        scale = np.nanstd(values, axis=0)
        self.gene_scale_ = np.where(scale > 1e-6, scale, 0.0)
        self.gene_low_, self.gene_high_ = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
        self._fit(values)
        return self

    @naming_extras()
    def transform(self, X: Any) -> pd.DataFrame:
        """Complete profiles; a batch gives what its samples would give alone.

        Parameters
        ----------
        X : AnnData, DataFrame or array, shape (samples, genes)
            Profiles, log2(x + 1), NaN where a value is missing; in any order of genes, of which
            some may be absent. Genes that the training had not are ignored, and named in the log.

        Returns
        -------
        DataFrame, shape (samples, genes of the training), float32
            The same samples; values that were there are as they were, to the last bit.

        Raises
        ------
        ExpressionError
            If X is malformed.
        GeneMismatchError
            If a sample has no value of any gene of the training.
        """
        check_is_fitted(self, "genes_")
        profiles = as_profiles(X, self.genes_, allow_missing=True)
        given = self._in_order(profiles)
        missing = np.isnan(given)
        if missing.any():
            found = np.clip(self._fill(given.astype(np.float64)), self.gene_low_, self.gene_high_)
            given = np.where(missing, found.astype(np.float32), given)
        return pd.DataFrame(given, index=profiles.index, columns=list(self.genes_))

    def save(self, folder: Path) -> None:
        """Store the fitted imputer as imputer.json and imputer.safetensors in a folder."""
        check_is_fitted(self, "genes_")
        description = {
            "imputer": self.name,
            "parameters": parameters_model(type(self))(**self.get_params(deep=False)).model_dump(),
            "unit": {"scale": "log2", "offset": 1.0},
            "genes": [str(gene) for gene in self.genes_],
        }
        write_model(folder, description, self._state(), STEM)

    @classmethod
    def restore(cls, description: dict[str, Any], arrays: dict[str, np.ndarray]) -> Self:
        """Rebuild a fitted imputer from what ``save`` stored."""
        imputer = cls(**description["parameters"])
        imputer.genes_ = np.array(description["genes"], dtype=object)
        imputer._restore_state(arrays)
        if len(imputer.gene_mean_) != len(imputer.genes_):
            raise ValueError(f"{len(imputer.genes_)} genes, {len(imputer.gene_mean_)} means")
        return imputer

    def _in_order(self, profiles: pd.DataFrame) -> np.ndarray:
        """Bring profiles to the genes of the training, NaN where one is absent."""
        given, self.unknown_genes_ = in_gene_order(profiles, self.genes_)
        if self.unknown_genes_:
            logger.info(
                "%s ignores %d genes that it wasn't fitted on: %s",
                self.name,
                len(self.unknown_genes_),
                listed(self.unknown_genes_),
            )
        bare = np.isnan(given).all(axis=1)
        if bare.any():
            raise GeneMismatchError(
                f"the samples {listed(profiles.index[bare])} have no value of any of the "
                f"{len(self.genes_)} genes that the imputer {self.name} was fitted on, "
                f"{listed(self.genes_)}; bring both to gene symbols (`genes.id_type`), or leave "
                "the samples out"
            )
        return given

    def _standardize(self, values: np.ndarray) -> np.ndarray:
        """Centre and scale genes by the training; one that doesn't vary stays at zero."""
        return (values - self.gene_mean_) / np.where(self.gene_scale_ > 0, self.gene_scale_, np.inf)

    def _unstandardize(self, standardized: np.ndarray) -> np.ndarray:
        """Bring standardised values back to log2(x + 1)."""
        return standardized * self.gene_scale_ + self.gene_mean_

    def _state(self) -> dict[str, np.ndarray]:
        """Collect the fitted arrays under their attribute names."""
        names = ("gene_mean_", "gene_scale_", "gene_low_", "gene_high_", *self._arrays)
        return {name: np.asarray(getattr(self, name)) for name in names}

    def _restore_state(self, arrays: dict[str, np.ndarray]) -> None:
        """Put stored arrays back under their attribute names."""
        names = ("gene_mean_", "gene_scale_", "gene_low_", "gene_high_", *self._arrays)
        for name in names:
            setattr(self, name, arrays[name])

    @abstractmethod
    def _fit(self, values: np.ndarray) -> None:
        """Fit on a float64 matrix samples × genes_, log2(x + 1), NaN where missing."""

    @abstractmethod
    def _fill(self, values: np.ndarray) -> np.ndarray:
        """Predict all values of a matrix samples × genes_ by those that aren't NaN."""


def _refuse_empty(profiles: pd.DataFrame) -> None:
    """Stop at genes and samples from which nothing can be learnt."""
    there = profiles.notna().to_numpy()
    few = there.sum(axis=0) < MINIMUM_VALUES
    if few.any():
        raise ExpressionError(
            f"{int(few.sum())} genes have fewer than {MINIMUM_VALUES} values in the "
            f"{len(profiles)} training profiles: {listed(profiles.columns[few])}; leave them out "
            "(`genes.missing: drop`)"
        )
    bare = ~there.any(axis=1)
    if bare.any():
        raise ExpressionError(
            f"training profiles without any value: {listed(profiles.index[bare])}; leave these "
            "samples out"
        )
