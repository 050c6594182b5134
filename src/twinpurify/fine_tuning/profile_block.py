"""The profile beside its embedding, for a head that learns from both."""

from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.interface.profiles import as_profiles, select_genes
from twinpurify.supervised.scaling import Standardizer


class BesideProfile(nn.Module):
    """Puts the profile in front of what an encoder makes of it.

    Parameters
    ----------
    encoder : nn.Module
        From log2(x + 1) profiles to the embedding.
    """

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, profiles: Tensor) -> Tensor:
        """Give profile and embedding, shape (samples, genes + dimensions)."""
        return torch.cat([profiles, self.encoder(profiles)], dim=1)


def head_inputs(method: EmbeddingMethod, X: Any, profile_share: float) -> np.ndarray:
    """Embed profiles for a head on a frozen encoder.

    Parameters
    ----------
    method : EmbeddingMethod
        Fitted.
    X : AnnData, DataFrame or array, shape (samples, genes), log2(x + 1)
    profile_share : float
        0 for the embedding alone; otherwise the profile stands in front of it.

    Returns
    -------
    array, shape (samples, dimensions or genes + dimensions), float32
    """
    if not profile_share:
        return method.transform(X)
    profiles = as_profiles(X, method.genes_)
    return np.hstack([select_genes(profiles, method.genes_), method.transform(profiles)])


def encoder_module(method: EmbeddingMethod, profile_share: float) -> nn.Module:
    """Turn a fitted method into a module that gives what ``head_inputs`` gives."""
    module = method.as_module()
    return BesideProfile(module) if profile_share else module


def input_width(method: EmbeddingMethod, profile_share: float) -> int:
    """Count the columns that a head takes."""
    n_genes = len(method.genes_) if profile_share else 0
    return n_genes + int(method.n_dimensions_)


class BlockStandardizer(Standardizer):
    """Scales profile and embedding each by itself, then gives each its share of the variance.

    Without the shares a penalty would all but ignore the embedding, which has far fewer columns.

    Parameters
    ----------
    scaling : type of Standardizer
        Of each block.
    n_genes : int
        Columns of the profile, which come first.
    profile_share : float
        Of the sum of all variances, above 0 and below 1; the rest is the embedding's.
    """

    def __init__(self, scaling: type[Standardizer], n_genes: int, profile_share: float) -> None:
        self.scaling, self.n_genes, self.profile_share = scaling, n_genes, profile_share

    def fit(self, features: np.ndarray) -> Self:
        """Take means and scales of training features (samples × columns)."""
        blocks = features[:, : self.n_genes], features[:, self.n_genes :]
        fitted = [self.scaling().fit(block) for block in blocks]
        shares = self.profile_share, 1.0 - self.profile_share
        self.mean_ = np.concatenate([each.mean_ for each in fitted])
        # A block has variance 1 a column; all columns together keep that on average.
        self.scale_ = np.concatenate(
            [
                each.scale_ * np.sqrt(block.shape[1] / (share * features.shape[1]))
                for each, block, share in zip(fitted, blocks, shares, strict=True)
            ]
        )
        return self
