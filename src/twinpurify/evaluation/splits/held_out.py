"""Samples of which each is scored by a probe that was fitted on other patients."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.data import named_rng
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.supervised.folds import patient_folds

TRAINING_ONLY = -1


@dataclass(frozen=True)
class HeldOut:
    """An embedding with its labels and folds: training against test, or a cross-validation.

    Attributes
    ----------
    features : array, shape (samples, dimensions)
    obs : DataFrame
        Sample sheet rows, in the same order; ``patient_id`` is used.
    fold : array of int, shape (samples,)
        A sample of fold k is scored by probes fitted on all samples of other folds; -1 is never
        scored.
    weights : array, shape (replicates, samples)
        Bootstrap weights.
    settings : EvaluationSettings
    rng : callable
        From a purpose to a generator of its own.
    """

    features: np.ndarray
    obs: pd.DataFrame
    fold: np.ndarray
    weights: np.ndarray
    settings: EvaluationSettings
    rng: Callable[[str], np.random.Generator]

    @property
    def patients(self) -> np.ndarray:
        """Patient of each sample."""
        return self.obs["patient_id"].astype(str).to_numpy()

    @property
    def scored(self) -> np.ndarray:
        """Which samples are scored."""
        return self.fold != TRAINING_ONLY

    def folds(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Masks of the fitted and of the scored samples, fold by fold."""
        for fold in np.unique(self.fold[self.scored]):
            yield self.fold != fold, self.fold == fold

    def take(self, rows: np.ndarray) -> Self:
        """Keep the samples of a mask."""
        return replace(
            self,
            features=self.features[rows],
            obs=self.obs.loc[rows],
            fold=self.fold[rows],
            weights=self.weights[:, rows],
        )


def of_split(embedded: EmbeddedSplit) -> HeldOut:
    """Training tumours, and undiluted test tumours that are scored.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    HeldOut
    """
    return trained_and_scored(
        embedded, embedded.test, embedded.data.test_obs, embedded.test_weights
    )


def trained_and_scored(
    embedded: EmbeddedSplit, features: np.ndarray, obs: pd.DataFrame, weights: np.ndarray
) -> HeldOut:
    """Training tumours of a split, and others that are scored.

    Parameters
    ----------
    embedded : EmbeddedSplit
    features : array, shape (scored, dimensions)
    obs : DataFrame
        Sample sheet rows of the scored samples, in the same order.
    weights : array, shape (replicates, scored)

    Returns
    -------
    HeldOut
    """
    n_train, n_scored = len(embedded.train), len(features)
    return HeldOut(
        features=np.concatenate([embedded.train, features]),
        obs=pd.concat([embedded.data.train_obs, obs]),
        fold=np.repeat([TRAINING_ONLY, 0], [n_train, n_scored]),
        weights=np.concatenate([np.zeros((len(weights), n_train)), weights], axis=1),
        settings=embedded.settings,
        rng=embedded.rng,
    )


def cross_validated(
    features: np.ndarray,
    obs: pd.DataFrame,
    weights: np.ndarray,
    settings: EvaluationSettings,
    seed: int,
    split: int,
) -> HeldOut:
    """Samples that are all scored, in folds by patient.

    Parameters
    ----------
    features : array, shape (samples, dimensions)
    obs : DataFrame
        Sample sheet rows, in the same order.
    weights : array, shape (replicates, samples)
    settings : EvaluationSettings
        ``n_outer_folds`` is used.
    seed, split : int
        Each split deals the patients anew.

    Returns
    -------
    HeldOut
    """

    def rng(purpose: str) -> np.random.Generator:
        return named_rng(seed, split, purpose)

    patients = obs["patient_id"].astype(str).to_numpy()
    fold = patient_folds(patients, settings.n_outer_folds, rng("outer folds"))
    return HeldOut(features, obs, fold, weights, settings, rng)
