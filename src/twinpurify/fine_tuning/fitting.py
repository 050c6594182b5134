"""Fitting of head and encoder, as the parameters of a classifier ask for."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

import numpy as np
import pandas as pd
import torch
from torch import nn

from twinpurify.fine_tuning.heads import STANDARDIZERS, build_head, linear_head
from twinpurify.fine_tuning.linear import fit_linear
from twinpurify.fine_tuning.network import Labelled, TunedNetwork, TuningPlan, tune
from twinpurify.fine_tuning.profile_block import BlockStandardizer, encoder_module, head_inputs
from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.interface.profiles import select_genes
from twinpurify.supervised.scaling import Standardizer

ROWS_AT_ONCE = 1024


class Fitting(Protocol):
    """What a fit takes from the parameters of a classifier; ``FineTunedClassifier`` says more."""

    encoder: str
    encoder_statistics: str
    head: str
    head_hidden: Sequence[int]
    dropout: float
    class_weight: str | None
    standardize: str
    profile_share: float
    seed: int

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return all parameters by name."""


@dataclass(frozen=True)
class FittedHead:
    """What labels have taught; the fitted attributes of ``FineTunedClassifier``, without ``_``."""

    head: nn.Module
    encoder: nn.Module | None = None
    inverse_penalty: float | None = None
    n_epochs: int | None = None
    history: pd.DataFrame | None = None


def fit_networks(
    classifier: Fitting,
    method: EmbeddingMethod,
    profiles: pd.DataFrame,
    codes: np.ndarray,
    patients: np.ndarray,
) -> FittedHead:
    """Fit the head on the frozen encoder, then both where the encoder isn't frozen.

    Parameters
    ----------
    classifier : Fitting
        Gives the parameters.
    method : EmbeddingMethod
        Fitted.
    profiles : DataFrame, shape (samples, genes), log2(x + 1)
    codes : array of int, shape (samples,)
        Class of each sample, 0 and up.
    patients : array of str, shape (samples,)
    """
    share, n_genes = classifier.profile_share, len(method.genes_)
    if classifier.encoder == "frozen":
        inputs = head_inputs(method, profiles, share)
        return _fit_head(classifier, Labelled(inputs, codes, patients), n_genes)

    def start(samples: Labelled) -> TunedNetwork:
        encoder = encoder_module(method, share)
        embedded = replace(samples, inputs=run_in_batches(encoder, samples.inputs))
        head = _fit_head(classifier, embedded, n_genes).head
        return TunedNetwork(encoder, head, classifier.encoder_statistics == "batch")

    samples = Labelled(select_genes(profiles, method.genes_), codes, patients)
    # The initial weights of an encoder that was never trained are no result to go back to.
    least = 1 if classifier.encoder_statistics == "batch" else 0
    tuned = tune(start, samples, _plan(classifier, least_epochs=least))
    network = tuned.network
    return FittedHead(network.head, network.encoder, n_epochs=tuned.n_epochs, history=tuned.history)


def _fit_head(classifier: Fitting, samples: Labelled, n_genes: int) -> FittedHead:
    """Fit the head that was asked for on embeddings, maybe behind profiles of so many genes."""
    if classifier.head == "linear":
        scaler = _scaler(classifier, n_genes).fit(samples.inputs)
        fit, inverse_penalty = fit_linear(
            scaler.transform(samples.inputs),
            samples.codes,
            samples.patients,
            classifier.class_weight == "balanced",
            np.random.default_rng(classifier.seed),
        )
        return FittedHead(linear_head(scaler, fit), inverse_penalty=inverse_penalty)

    def start(training: Labelled) -> TunedNetwork:
        head = build_head(
            _scaler(classifier, n_genes).fit(training.inputs),
            classifier.head_hidden,
            int(training.codes.max()) + 1,
            classifier.dropout,
            torch.Generator().manual_seed(classifier.seed),
        )
        return TunedNetwork(None, head, False)

    tuned = tune(start, samples, _plan(classifier, least_epochs=1))
    return FittedHead(tuned.network.head, n_epochs=tuned.n_epochs, history=tuned.history)


def _scaler(classifier: Fitting, n_genes: int) -> Standardizer:
    """Make what scales the inputs of the head."""
    scaling = STANDARDIZERS[classifier.standardize]
    if not classifier.profile_share:
        return scaling()
    return BlockStandardizer(scaling, n_genes, classifier.profile_share)


def _plan(classifier: Fitting, least_epochs: int) -> TuningPlan:
    """Take the plan of a training from the parameters."""
    own = {"balanced": classifier.class_weight == "balanced", "least_epochs": least_epochs}
    parameters = classifier.get_params(deep=False)
    named = {
        field.name: parameters[field.name] for field in fields(TuningPlan) if field.name not in own
    }
    return TuningPlan(**own, **named)


def run_in_batches(module: nn.Module, values: np.ndarray) -> np.ndarray:
    """Run a module on the CPU, without gradients, some rows at a time.

    Parameters
    ----------
    module : nn.Module
        In evaluation mode.
    values : array, shape (samples, columns), float32

    Returns
    -------
    array, shape (samples, …), float32
    """
    with torch.inference_mode():
        rows = torch.from_numpy(np.ascontiguousarray(values)).split(ROWS_AT_ONCE)
        return torch.cat([module(batch) for batch in rows]).numpy()
