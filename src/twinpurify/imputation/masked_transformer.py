"""The masked-gene transformer as an imputer."""

from typing import Any

import numpy as np
import pandas as pd

from twinpurify.imputation.imputer import Imputer
from twinpurify.imputation.principal_components import PrincipalComponentsImputer
from twinpurify.parameters import check_parameters
from twinpurify.representation.masked_transformer.masked_transformer import MaskedTransformer

WEIGHTS_PREFIX = "method."


class MaskedTransformerImputer(Imputer):
    """Fills in what a network restores that was trained to restore genes of random panels.

    It learns from complete profiles: values that are missing in training are filled in by a
    factor model first.

    Parameters
    ----------
    parameters : dict or None
        Parameters of the method ``masked_transformer``; those that are not named are its
        defaults.

    Attributes
    ----------
    method_ : MaskedTransformer
        The fitted network.
    """

    name = "masked_transformer"
    presentation = MaskedTransformer.presentation

    def __init__(self, parameters: dict[str, Any] | None = None) -> None:
        self.parameters = parameters

    def _fit(self, values: np.ndarray) -> None:
        check_parameters(MaskedTransformer, self.parameters or {})
        profiles = self._table(values)
        if np.isnan(values).any():
            profiles = PrincipalComponentsImputer().fit_transform(profiles)
        self.method_ = MaskedTransformer(**(self.parameters or {}))
        # A bar within each of many fits side by side says nothing.
        self.method_.show_progress = False
        self.method_.fit(profiles)

    def _fill(self, values: np.ndarray) -> np.ndarray:
        return self.method_.restore_genes(self._table(values)).to_numpy(dtype=np.float64)

    def _table(self, values: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame(values.astype(np.float32), columns=list(self.genes_))

    def _state(self) -> dict[str, np.ndarray]:
        """Collect the arrays of the network beside those of every imputer."""
        weights = self.method_._state()
        return {**super()._state(), **{WEIGHTS_PREFIX + key: weights[key] for key in weights}}

    def _restore_state(self, arrays: dict[str, np.ndarray]) -> None:
        """Put the network back."""
        super()._restore_state(arrays)
        weights = {
            key.removeprefix(WEIGHTS_PREFIX): arrays[key]
            for key in arrays
            if key.startswith(WEIGHTS_PREFIX)
        }
        parameters = self.parameters or {}
        description = {
            "parameters": parameters,
            "genes": list(self.genes_),
            "n_dimensions": MaskedTransformer(**parameters).n_dimensions,
        }
        self.method_ = MaskedTransformer.restore(description, weights)
