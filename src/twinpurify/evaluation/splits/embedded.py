"""The embeddings of one split by one method, each computed once."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd

from twinpurify.errors import ModelError
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.evaluation.splits.method import Method
from twinpurify.evaluation.splits.refits import Variant, fit_again, fit_variant
from twinpurify.evaluation.splits.titration import (
    Titration,
    build_foreign_mixes,
    build_titration,
)
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap


class EmbeddedSplit:
    """A split seen through a method: embeddings standardised by the training tumours.

    The standardisation makes distances in raw expression and in embeddings comparable, and is
    the same for every method. Nothing here depends on the set of samples that is embedded.

    Parameters
    ----------
    method : Method
        Fitted on the training patients.
    data : SplitData
    settings : EvaluationSettings
    bootstrap : PatientBootstrap
        Of the cohort that is scored.
    titration : Titration, optional
        Built from data and settings if not handed in.
    refits : mapping of str to Method, optional
        The method fitted again, by the key of the variant; others are fitted when asked for.
    """

    def __init__(
        self,
        method: Method,
        data: SplitData,
        settings: EvaluationSettings,
        bootstrap: PatientBootstrap,
        titration: Titration | None = None,
        refits: Mapping[str, Method] | None = None,
    ) -> None:
        self.method = method
        self.data = data
        self.settings = settings
        self.bootstrap = bootstrap
        self._titration = titration
        self._refits = refits or {}
        self._mixes: dict[float, np.ndarray] = {}
        self._again: dict[Variant, Self] = {}

    @cached_property
    def titration(self) -> Titration:
        """Diluted test tumours."""
        return self._titration or self.data.once(
            ("titration", *self._dilution), lambda: build_titration(self.data, self.settings)
        )

    @cached_property
    def foreign(self) -> dict[str, dict[float, pd.DataFrame]]:
        """Test tumours diluted with tissue of other cohorts: of each, at each fraction below 1."""
        return self.data.once(
            ("foreign", *self._dilution), lambda: build_foreign_mixes(self.data, self.settings)
        )

    @property
    def _dilution(self) -> tuple[Any, ...]:
        """Settings that dilutions depend on."""
        return (tuple(self.settings.fractions), self.settings.n_mixed_normals)

    @cached_property
    def _raw_train(self) -> np.ndarray:
        """Embedding of the training tumours as the method gives it."""
        return self._transform(self.data.train_tumours)

    @cached_property
    def centre(self) -> np.ndarray:
        """Mean of the training tumours' embedding.

        Embeddings are centred, for the cosine, and not scaled: how much each dimension counts in
        a distance is part of the method.
        """
        return self._raw_train.mean(axis=0, dtype=np.float64)

    @cached_property
    def train(self) -> np.ndarray:
        """Training tumours × dimensions."""
        return (self._raw_train - self.centre).astype(np.float32)

    @cached_property
    def test(self) -> np.ndarray:
        """Undiluted test tumours × dimensions."""
        return self.embed(self.data.test_tumours)

    @cached_property
    def train_normals(self) -> np.ndarray:
        """Training normals × dimensions."""
        return self.embed(self.data.train_normals)

    @cached_property
    def test_normals(self) -> np.ndarray:
        """Test normals × dimensions."""
        return self.embed(self.data.test_normals)

    @cached_property
    def random_mixes(self) -> np.ndarray | None:
        """Test tumours, each diluted to a fraction of its own × dimensions."""
        mixes = self.titration.random
        return None if mixes is None else self.embed(mixes)

    @cached_property
    def test_weights(self) -> np.ndarray:
        """Bootstrap weights of the test tumours: (replicates, test tumours)."""
        return self.bootstrap.weights(self.data.test_obs["patient_id"])

    @property
    def fractions(self) -> list[float]:
        """Tumour fractions at which the test tumours can be had, descending from 1."""
        return [1.0, *sorted(self.titration.mixes, reverse=True)]

    def at_fraction(self, fraction: float) -> np.ndarray:
        """Test tumours at a tumour fraction × dimensions."""
        if fraction == 1.0:
            return self.test
        if fraction not in self._mixes:
            self._mixes[fraction] = self.embed(self.titration.mixes[fraction])
        return self._mixes[fraction]

    def embed(self, profiles: pd.DataFrame) -> np.ndarray:
        """Embed and centre profiles (samples × genes), float32; no rows are allowed."""
        if profiles.empty:
            return np.empty((0, self.train.shape[1]), dtype=np.float32)
        return (self._transform(profiles) - self.centre).astype(np.float32)

    def rng(self, purpose: str) -> np.random.Generator:
        """Random numbers of one purpose, equal for all methods of a split."""
        return self.data.rng(purpose)

    def refit(self, background: pd.DataFrame | None = None, **parameters: Any) -> Method:
        """Fit the method on the same tumours, with other normals or with parameters changed."""
        return fit_again(self.method, self.data, background, **parameters)

    def again(self, variant: Variant) -> Self:
        """See the split through the method as fitted again; each variant is fitted once."""
        if variant not in self._again:
            method = self._refits.get(variant.key) or fit_variant(self.method, self.data, variant)
            self._again[variant] = type(self)(
                method, self.data, self.settings, self.bootstrap, self.titration
            )
        return self._again[variant]

    def _transform(self, profiles: pd.DataFrame) -> np.ndarray:
        """Embed profiles and check what comes back."""
        embedding = np.asarray(self.method.transform(profiles))
        if embedding.ndim != 2 or len(embedding) != len(profiles):
            raise ModelError(
                f"{self.method.name} embeds {len(profiles)} profiles as an array of shape "
                f"{embedding.shape}; ({len(profiles)}, dimensions) was expected"
            )
        if not np.isfinite(embedding).all():
            broken = int((~np.isfinite(embedding)).any(axis=1).sum())
            raise ModelError(
                f"{self.method.name} embeds {broken} of {len(profiles)} profiles with values that "
                "aren't finite; its training may have diverged (lower its learning rate)"
            )
        return embedding
