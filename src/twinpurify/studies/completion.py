"""What completes profiles that lack genes: imputers, and the masked-gene transformer."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from twinpurify.imputation.registry import create_imputer
from twinpurify.representation.registry import create_method
from twinpurify.supervised.folds import patient_folds

TRANSFORMER = "masked_transformer"
Parameters = Mapping[str, Mapping[str, Any]]


class Completer:
    """An imputer or the masked-gene transformer, asked in one way.

    Parameters
    ----------
    name : str
        Of an imputer, or ``masked_transformer``.
    parameters : mapping of str to mapping
        Of imputers and methods, by their names.
    """

    def __init__(self, name: str, parameters: Parameters) -> None:
        own = dict(parameters.get(name, {}))
        self.name = name
        create = create_method if name == TRANSFORMER else create_imputer
        self.model = create(name, own)

    def fit(self, profiles: pd.DataFrame) -> "Completer":
        """Learn from training profiles (samples × genes, log2(x + 1)), without any label."""
        self.model.fit(profiles)
        return self

    def complete(self, profiles: pd.DataFrame) -> pd.DataFrame:
        """Fill in the genes that profiles lack, and leave those that they have.

        Parameters
        ----------
        profiles : DataFrame, shape (samples, some of the genes)

        Returns
        -------
        DataFrame, shape (samples, genes of the training)
        """
        if self.name == TRANSFORMER:
            return self.model.restore_genes(profiles)
        return self.model.transform(profiles)


class CrossFitted:
    """Completes training profiles by other training patients, and all others by all of them.

    An imputer that has seen a profile may complete it better than any of a new patient: to its
    neighbours belongs the profile itself. What is learnt on top would then be learnt on better
    profiles than it is asked about.

    Parameters
    ----------
    name : str
    parameters : mapping of str to mapping
        As of `Completer`.
    profiles : DataFrame, samples × genes
        Of the training.
    patients : array, shape (samples,)
    n_folds : int
        Parts of the training patients.
    rng : numpy.random.Generator
        Deals patients to them.
    """

    def __init__(
        self,
        name: str,
        parameters: Parameters,
        profiles: pd.DataFrame,
        patients: np.ndarray,
        n_folds: int,
        rng: np.random.Generator,
    ) -> None:
        self._folds = patient_folds(np.asarray(patients), n_folds, rng)
        self._whole = Completer(name, parameters).fit(profiles)
        self._parts = [
            Completer(name, parameters).fit(profiles.loc[self._folds != fold])
            for fold in range(n_folds)
        ]

    def complete_training(self, profiles: pd.DataFrame) -> pd.DataFrame:
        """Complete the profiles of the training, in their order, of which some genes are shown."""
        parts = [
            part.complete(profiles.loc[self._folds == fold])
            for fold, part in enumerate(self._parts)
        ]
        return pd.concat(parts).loc[profiles.index]

    def complete(self, profiles: pd.DataFrame) -> pd.DataFrame:
        """Complete profiles of other patients, of which some genes are shown."""
        return self._whole.complete(profiles)
