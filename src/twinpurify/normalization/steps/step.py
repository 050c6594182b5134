"""What every step of the normalisation has: the scales it takes and gives, fit and transform."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Literal, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from twinpurify.normalization.steps.blocks import Blocks

Stage = Literal["counts", "linear", "log2"]


class Step(TransformerMixin, BaseEstimator, ABC):
    """Fitted on training tumours and frozen: every sample is then transformed on its own.

    A subclass states its parameters in a typed ``__init__``, fits in ``_fit`` where there is
    anything to fit, and keeps what it has fitted in attributes that end in an underscore: arrays,
    an Index of names, or plain numbers.

    Attributes
    ----------
    takes, gives : {'counts', 'linear', 'log2'}
        Scale before and after; log2 is log2(x + 1).
    quantity : str or None
        What counts become; None where the quantity stays.
    counts_only : bool
        The step means nothing unless the training data are counts.
    selects : bool
        The step chooses genes, which it does for samples of any unit once it is fitted.
    bends : bool
        Expression afterwards is no longer proportional to the amount of a transcript, so that
        mixing tissues in linear space is an approximation.
    not_stored : tuple of str
        Attributes that tell of the samples that came by and not of the fit.
    """

    takes: ClassVar[Stage]
    gives: ClassVar[Stage]
    quantity: ClassVar[str | None] = None
    counts_only: ClassVar[bool] = False
    selects: ClassVar[bool] = False
    bends: ClassVar[bool] = False
    not_stored: ClassVar[tuple[str, ...]] = ()

    def fit(self, X: pd.DataFrame | Blocks, y: None = None) -> Self:
        """Fit on training tumours, samples × genes, on the scale that the step takes."""
        self._fit(Blocks.of(X))
        return self

    def _fit(self, rows: Blocks) -> None:
        """Fit nothing, as steps do that treat each sample by itself alone."""

    @abstractmethod
    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Transform samples × genes, each sample on its own."""

    def kept(self, genes: pd.Index) -> pd.Index:
        """Say which of these genes come out."""
        return genes


def as_values(X: pd.DataFrame) -> np.ndarray:
    """Take the values of a table as float64, by rows in memory, so that sums don't depend on it."""
    return np.ascontiguousarray(X.to_numpy(dtype=np.float64))


def like(X: pd.DataFrame, values: np.ndarray) -> pd.DataFrame:
    """Name values as a table names its own."""
    return pd.DataFrame(values, index=X.index, columns=X.columns)
