"""A conditional Gaussian in the masked-gene transformer’s place, and a toy cohort."""

from typing import ClassVar

import numpy as np
import pandas as pd
from torch import nn

from twinpurify.evaluation.splits.data import SplitData
from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.interface.modules import FixedScaling, linear_map
from twinpurify.interface.presentation import Presentation

N_GENES, N_DIMENSIONS = 40, 4
GENES = [f"G{index:02d}" for index in range(N_GENES)]


class ConditionalGaussian(EmbeddingMethod):
    """Restores genes by their regression on those that are observed; embeds by main components."""

    name = "masked_transformer"
    presentation = Presentation("Masked transformer")
    _arrays: ClassVar[tuple[str, ...]] = ("covariance_", "axes_")

    def __init__(self) -> None:
        pass

    def _fit(self, tumours, normals):
        values = self._standardize(tumours)
        self.covariance_ = values.T @ values / len(values) + 0.1 * np.eye(values.shape[1])
        self.axes_ = np.linalg.eigh(self.covariance_)[1][:, -N_DIMENSIONS:].astype(np.float32)

    def _embed(self, values):
        return self._standardize(values) @ self.axes_

    def _module(self):
        return nn.Sequential(
            FixedScaling(self.gene_mean_, self.gene_scale_), linear_map(self.axes_)
        )

    def restore_genes(self, X):
        observed = np.isin(self.genes_, X.columns)
        shown = X[self.genes_[observed]].to_numpy()
        known = (shown - self.gene_mean_[observed]) / self.gene_scale_[observed]
        weights = np.linalg.solve(
            self.covariance_[np.ix_(observed, observed)], self.covariance_[observed]
        )
        found = known @ weights * self.gene_scale_ + self.gene_mean_
        found[:, observed] = shown
        return pd.DataFrame(found, index=X.index, columns=self.genes_)

    def embed_observed(self, X):
        return self.transform(self.restore_genes(X))

    def attention(self, X):
        shares = np.abs(self._standardize(X[self.genes_].to_numpy()) @ self.axes_ @ self.axes_.T)
        shares /= shares.sum(axis=1, keepdims=True)
        return pd.DataFrame(shares, index=X.index, columns=self.genes_)


def toy_split(n: int = 160, seed: int = 0, told: bool = True) -> SplitData:
    """Two cancers, which a programme in half of the genes tells apart; another one kills.

    Genes G00 to G19 follow the cancer, G20 to G34 the programme that shortens survival within
    each cancer, the others nothing.
    """
    rng = np.random.default_rng(seed)
    cancer, programme = np.arange(n) % 2, rng.normal(size=n)
    values = 8.0 + rng.normal(size=(n, N_GENES))
    values[:, :20] += (1.2 * (cancer - 0.5) * told)[:, None]
    values[:, 20:35] += programme[:, None]
    death = rng.exponential(1000.0 * np.exp(-1.5 * programme))
    end = rng.uniform(500.0, 3000.0, n)
    obs = pd.DataFrame(
        {
            "patient_id": [f"P{index:03d}" for index in range(n)],
            "tissue": "tumour",
            "cancer": np.where(cancer == 1, "one", "two"),
            "os_time": np.minimum(death, end) + 1.0,
            "os_event": (death < end).astype(float),
        },
        index=[f"S{index:03d}" for index in range(n)],
    )
    profiles = pd.DataFrame(values.clip(0.0, 20.0).astype(np.float32), obs.index, GENES)
    train = np.arange(n) < 0.6 * n
    return SplitData(
        split=0,
        seed=0,
        train_tumours=profiles[train],
        test_tumours=profiles[~train],
        train_normals=profiles[:0],
        test_normals=profiles[:0],
        train_obs=obs[train],
        test_obs=obs[~train],
        train_normals_obs=obs[:0],
        test_normals_obs=obs[:0],
    )
