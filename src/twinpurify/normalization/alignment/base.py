"""The interface that all alignments of platforms share: fitted without labels, then frozen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from twinpurify.cohort.units.unit import LARGEST_LOG2
from twinpurify.errors import ConfigurationError, ExpressionError, GeneMismatchError, listed

QUANTILE_ALTERNATIVE = (
    "Set `transfer_alignment` to `quantile`, which needs the training tumours alone, or to `none`"
)


class PlatformAlignment(TransformerMixin, BaseEstimator, ABC):
    """Maps profiles of a target cohort to the scale on which a model was trained.

    Fitted without labels on tumours of both cohorts and frozen: afterwards a sample of the target
    cohort is mapped on its own, as in any batch. A subclass computes in ``_fit`` and ``_map`` and
    names its fitted arrays in ``_arrays``.

    Attributes
    ----------
    name : str
        What the setting ``transfer_alignment`` calls it.
    needs_target : bool
        False where the training tumours alone are enough to fit it.
    minimum_target : int
        Fewest tumours of the target cohort that it can be fitted on.
    genes_ : Index of str
        Genes that both cohorts have; others pass unchanged.
    """

    name: ClassVar[str]
    needs_target: ClassVar[bool] = True
    minimum_target: ClassVar[int] = 1
    _arrays: ClassVar[tuple[str, ...]] = ()

    def fit(self, X: pd.DataFrame | None, y: None = None, *, reference: pd.DataFrame) -> Self:
        """Fit on tumours of both cohorts.

        Parameters
        ----------
        X : DataFrame, shape (samples, genes), or None
            Tumours of the target cohort, log2(x + 1). Where ``needs_target`` is False only its
            genes count; None then stands for all genes of the reference.
        y : None
            Ignored; there so that scikit-learn pipelines can call.
        reference : DataFrame, shape (samples, genes)
            Training tumours, log2(x + 1).

        Raises
        ------
        ExpressionError
            If the cohorts share no gene, hold missing values, or are too small.
        ConfigurationError
            If there is no target cohort and the alignment needs one.
        """
        self._check_size(X, reference)
        found = reference.columns if X is None else X.columns
        self.genes_ = found.intersection(reference.columns, sort=False)
        if not len(self.genes_):
            raise ExpressionError(
                f"none of the target cohort's {len(found)} genes, {listed(found)}, is among the "
                f"training cohort's {reference.shape[1]}, {listed(reference.columns)}; bring both "
                "to symbols (`genes.id_type`)"
            )
        target = self._values(X) if self.needs_target else None
        self._fit(target, self._values(reference))
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Map profiles of the target cohort, each on its own.

        Parameters
        ----------
        X : DataFrame, shape (samples, genes)
            log2(x + 1).

        Returns
        -------
        DataFrame, shape (samples, genes), float32
            The same samples and genes; the shared ones between 0 and 30.

        Raises
        ------
        GeneMismatchError
            If genes are missing that the alignment was fitted on.
        ExpressionError
            If values are missing.
        """
        check_is_fitted(self, "genes_")
        missing = self.genes_.difference(X.columns, sort=False)
        if len(missing):
            raise GeneMismatchError(
                f"{len(missing)} of the {len(self.genes_)} genes that the alignment {self.name} "
                f"was fitted on are not in the profiles: {listed(missing)}. Fit it on a cohort "
                "with these genes"
            )
        return replace_genes(X, self.genes_, self._map(self._values(X)))

    def state(self) -> dict[str, np.ndarray]:
        """Collect what was fitted, as arrays of numbers that any format can store."""
        check_is_fitted(self, "genes_")
        genes = np.frombuffer("\n".join(map(str, self.genes_)).encode(), dtype=np.uint8)
        return {"genes": genes, **{name: getattr(self, name) for name in self._arrays}}

    def restore(self, state: dict[str, np.ndarray]) -> Self:
        """Take what ``state`` gave, in place of fitting."""
        self.genes_ = pd.Index(state["genes"].tobytes().decode().split("\n"), dtype=object)
        for name in self._arrays:
            setattr(self, name, state[name])
        return self

    def _check_size(self, target: pd.DataFrame | None, reference: pd.DataFrame) -> None:
        """Refuse cohorts from which nothing can be learnt."""
        if reference.empty:
            raise ExpressionError(f"no training tumours to align to, shape {reference.shape}")
        if not self.needs_target:
            return
        if target is None:
            raise ConfigurationError(
                f"the alignment {self.name} is fitted on tumours of the target cohort, and there "
                f"are none. {QUANTILE_ALTERNATIVE}"
            )
        if len(target) < self.minimum_target:
            raise ExpressionError(
                f"{len(target)} tumours of the target cohort; the alignment {self.name} needs "
                f"{self.minimum_target} at least. {QUANTILE_ALTERNATIVE}"
            )

    def _values(self, table: pd.DataFrame) -> np.ndarray:
        """Take the shared genes out of a table, row by row in memory, as float64."""
        values = np.ascontiguousarray(table[self.genes_].to_numpy(dtype=np.float64))
        if values.shape[1] != len(self.genes_):
            doubled = table.columns[table.columns.duplicated()].unique()
            raise ExpressionError(f"doubled genes {listed(doubled)}; collapse them before use")
        faulty = ~np.isfinite(values)
        if faulty.any():
            raise ExpressionError(
                f"{int(faulty.sum())} values to align are missing or infinite, in the genes "
                f"{listed(self.genes_[faulty.any(axis=0)])}; remove or impute them"
            )
        return values

    @abstractmethod
    def _fit(self, target: np.ndarray | None, reference: np.ndarray) -> None:
        """Fit on float64 matrices samples × shared genes, log2(x + 1)."""

    @abstractmethod
    def _map(self, values: np.ndarray) -> np.ndarray:
        """Map a float64 matrix samples × shared genes, every sample on its own."""


def replace_genes(X: pd.DataFrame, genes: pd.Index, values: np.ndarray) -> pd.DataFrame:
    """Copy profiles with new values of some genes, cut to what a log2(x + 1) can be.

    A gene that a single sample of many expresses has little spread, and a step that stretches it
    would otherwise move that sample beyond any amount of a transcript.

    Parameters
    ----------
    X : DataFrame, shape (samples, genes of the profiles)
    genes : Index of str
        Genes to replace, all of them in X.
    values : array, shape (samples, genes)

    Returns
    -------
    DataFrame, shape of X, float32
    """
    result = X.to_numpy(dtype=np.float32, copy=True)
    result[:, X.columns.get_indexer(genes)] = np.clip(values, 0.0, LARGEST_LOG2)
    return pd.DataFrame(result, index=X.index, columns=X.columns)
