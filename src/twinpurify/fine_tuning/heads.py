"""Heads: from an embedding to the log odds of classes."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from twinpurify.interface.modules import FixedScaling, linear_map
from twinpurify.supervised.logistic import LogisticFit
from twinpurify.supervised.scaling import CommonStandardizer, Standardizer
from twinpurify.training.encoder import build_mlp

STANDARDIZERS = {"common": CommonStandardizer, "each": Standardizer}


def build_head(
    scaler: Standardizer,
    hidden: Sequence[int],
    n_classes: int,
    dropout: float,
    generator: torch.Generator,
) -> nn.Sequential:
    """Build a head with its initial weights: the scaling of the embedding, and the layers.

    Parameters
    ----------
    scaler : Standardizer
        Fitted to the embedding.
    hidden : sequence of int
        Widths of hidden layers; none for a linear head.
    n_classes : int
    dropout : float
        Share of the units of each hidden layer.
    generator : torch.Generator
        Source of the initial weights.
    """
    layers = build_mlp(len(scaler.mean_), hidden, n_classes, generator, dropout)
    return nn.Sequential(FixedScaling(scaler.mean_, scaler.scale_), *layers)


def linear_head(scaler: Standardizer, fit: LogisticFit) -> nn.Sequential:
    """Make a head of a logistic regression on the scaled embedding.

    Parameters
    ----------
    scaler : Standardizer
    fit : LogisticFit
        Of two classes it has one column, the log odds of the second; the first then gets zeros.
    """
    coefficients, intercept = fit.coefficients, fit.intercept
    if len(fit.classes) == 2:
        coefficients = np.hstack([np.zeros_like(coefficients), coefficients])
        intercept = np.array([0.0, intercept[0]])
    layers = [FixedScaling(scaler.mean_, scaler.scale_), linear_map(coefficients, intercept)]
    return nn.Sequential(*layers)
