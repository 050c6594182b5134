"""Training of what the labels train: head, or encoder and head, for as long as it helps."""

import logging
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from twinpurify.fine_tuning.validation import MINIMUM_PATIENTS, hold_out
from twinpurify.training.device import choose_device, choose_precision
from twinpurify.training.dropout import dropout_draws
from twinpurify.training.parameters import Device, Precision
from twinpurify.training.profile_source import ResidentProfiles
from twinpurify.training.trainer import Trainer, TrainingPlan

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Labelled:
    """Samples with a label, and what is trained on them.

    Attributes
    ----------
    inputs : array, shape (samples, features), float32
        Embeddings or profiles.
    codes : array of int, shape (samples,)
        Class of each sample, 0 and up.
    patients : array of str, shape (samples,)
    """

    inputs: np.ndarray
    codes: np.ndarray
    patients: np.ndarray

    def of(self, rows: np.ndarray) -> "Labelled":
        """Take some samples."""
        return Labelled(self.inputs[rows], self.codes[rows], self.patients[rows])


@dataclass(frozen=True)
class TuningPlan:
    """How to train; names are those of the parameters of ``FineTunedClassifier``.

    Attributes
    ----------
    balanced : bool
        Whether classes weigh alike.
    least_epochs : int
        0 if the initial weights may turn out the best, 1 if they know nothing.
    """

    balanced: bool
    validation_share: float
    refit: bool
    patience: int
    max_epochs: int
    epochs_without_validation: int
    batch_size: int
    learning_rate: float
    encoder_learning_rate: float
    weight_decay: float
    device: Device
    precision: Precision
    seed: int
    least_epochs: int


class TunedNetwork(nn.Module):
    """An encoder, maybe none, and a head.

    Parameters
    ----------
    encoder : nn.Module or None
        None where the inputs are embeddings already.
    head : nn.Module
    follows_batches : bool
        Whether batch normalisation and dropout of the encoder are those of a training. Otherwise
        it runs as it embeds: batches of a few labelled samples tell mean and variance badly, and
        what is trained then is what predicts.
    """

    def __init__(self, encoder: nn.Module | None, head: nn.Module, follows_batches: bool) -> None:
        super().__init__()
        self.encoder, self.head = encoder, head
        self.follows_batches = follows_batches

    def train(self, mode: bool = True) -> "TunedNetwork":
        """Set the mode, that of the encoder as stated."""
        super().train(mode)
        if self.encoder is not None:
            self.encoder.train(mode and self.follows_batches)
        return self

    def forward(self, inputs: Tensor) -> Tensor:
        """Give the log odds of the classes, shape (samples, classes)."""
        return self.head(inputs if self.encoder is None else self.encoder(inputs))

    def groups(self, encoder_learning_rate: float) -> list[dict[str, Any]]:
        """List what is trained: the head, and the encoder with a learning rate of its own."""
        groups: list[dict[str, Any]] = [{"params": list(self.head.parameters())}]
        if self.encoder is not None:
            weights = list(self.encoder.parameters())
            groups.append({"params": weights, "lr": encoder_learning_rate})
        return groups


@dataclass(frozen=True)
class Tuned:
    """A trained network.

    Attributes
    ----------
    network : TunedNetwork
        On the CPU, in evaluation mode.
    n_epochs : int
        For which it was trained.
    history : DataFrame
        Of the training that chose the number of epochs, or of the only one: one row an epoch.
    """

    network: TunedNetwork
    n_epochs: int
    history: pd.DataFrame


def tune(start: Callable[[Labelled], TunedNetwork], samples: Labelled, plan: TuningPlan) -> Tuned:
    """Train a network for as many epochs as held-out patients say.

    Of each class some patients are held out; the weights of the epoch with their lowest
    cross-entropy are the best. With ``refit`` a network then starts again and is trained on all
    samples for so many epochs. If a class has fewer than three patients, nobody is held out, and
    the training has ``epochs_without_validation``.

    Parameters
    ----------
    start : callable
        Builds the initial network from the samples that it may know.
    samples : Labelled
    plan : TuningPlan
    """
    rng = np.random.default_rng(plan.seed)
    held = hold_out(samples.codes, samples.patients, plan.validation_share, rng)
    if held is None:
        n_epochs = min(plan.epochs_without_validation, plan.max_epochs)
        logger.info(
            "a class has fewer than %d patients: %d epochs, without validation",
            MINIMUM_PATIENTS,
            n_epochs,
        )
        network = start(samples)
        return Tuned(network, n_epochs, _train(network, samples, None, plan, n_epochs))
    training, validation = samples.of(~held), samples.of(held)
    network = start(training)
    history = _train(network, training, validation, plan, plan.max_epochs)
    n_epochs = best_epoch(history)
    if plan.refit:
        network = start(samples)
        _train(network, samples, None, plan, n_epochs)
    return Tuned(network, n_epochs, history)


def _train(
    network: TunedNetwork,
    samples: Labelled,
    validation: Labelled | None,
    plan: TuningPlan,
    n_epochs: int,
) -> pd.DataFrame:
    """Train on samples; with others to validate on, go back to the best weights."""
    device = choose_device(plan.device)
    network.to(device)
    weights = class_weights(samples.codes, plan.balanced).to(device)
    loss_of = _loss(network, samples, weights, device)
    validate = None if validation is None else _validation(network, validation, weights, device)
    generator = torch.Generator().manual_seed(plan.seed)
    rows = ResidentProfiles(np.arange(len(samples.codes)))
    steps_per_epoch = len(samples.codes) // min(plan.batch_size, len(samples.codes))
    training_plan = TrainingPlan(
        n_steps=n_epochs * steps_per_epoch,
        batch_size=plan.batch_size,
        learning_rate=plan.learning_rate,
        weight_decay=plan.weight_decay,
        precision=choose_precision(plan.precision, device),
        description="fine-tuning",
        # The same rate throughout, so that an epoch is worth the same however many there are.
        schedule="constant",
        patience=plan.patience,
    )
    groups = network.groups(plan.encoder_learning_rate)
    trainer = Trainer(network, loss_of, rows, training_plan, generator, validate, groups)
    may_stay = validate is not None and plan.least_epochs == 0
    history = _run_from_start(network, trainer, validate) if may_stay else trainer.run()
    network.to("cpu").eval()
    return history


def _run_from_start(
    network: TunedNetwork, trainer: Trainer, validate: Callable[[], float]
) -> pd.DataFrame:
    """Run a training whose initial weights, epoch 0 of the history, may turn out the best."""
    initial = deepcopy(network.state_dict())
    network.eval()
    with torch.no_grad():
        start = pd.DataFrame([{"epoch": 0, "step": 0, "validation_loss": validate()}])
    history = pd.concat([start, trainer.run()], ignore_index=True)
    if best_epoch(history) == 0:
        network.load_state_dict(initial)
    return history


def best_epoch(history: pd.DataFrame) -> int:
    """Tell the epoch with the lowest validation loss, of equals the first."""
    return int(history["epoch"][history["validation_loss"].idxmin()])


def _loss(
    network: TunedNetwork, samples: Labelled, weights: Tensor, device: torch.device
) -> Callable[[Tensor, torch.Generator], dict[str, Tensor]]:
    """Return the loss of a batch, which is a batch of rows."""
    inputs, codes = _tensors(samples, device)

    def loss_of_batch(batch: Tensor, draws: torch.Generator) -> dict[str, Tensor]:
        rows = batch.to(device)
        with dropout_draws(draws, network):
            odds = network(inputs.index_select(0, rows)).float()
        return {"loss": weighted_cross_entropy(odds, codes[rows], weights)}

    return loss_of_batch


def _validation(
    network: TunedNetwork, samples: Labelled, weights: Tensor, device: torch.device
) -> Callable[[], float]:
    """Return what computes the loss of held-out samples."""
    inputs, codes = _tensors(samples, device)
    return lambda: float(weighted_cross_entropy(network(inputs), codes, weights))


def weighted_cross_entropy(odds: Tensor, codes: Tensor, weights: Tensor) -> Tensor:
    """Average the surprise at the own class, each sample weighing as much as its class.

    Not divided by the weights of the batch: its mean over batches is that over all samples.

    Parameters
    ----------
    odds : Tensor, shape (samples, classes)
        Log probability up to a constant.
    codes : Tensor of int, shape (samples,)
    weights : Tensor, shape (classes,)
    """
    return (weights[codes] * cross_entropy(odds, codes, reduction="none")).mean()


def _tensors(samples: Labelled, device: torch.device) -> tuple[Tensor, Tensor]:
    """Bring inputs and classes to the device."""
    inputs = torch.from_numpy(np.ascontiguousarray(samples.inputs)).to(device)
    return inputs, torch.from_numpy(samples.codes.astype(np.int64)).to(device)


def class_weights(codes: np.ndarray, balanced: bool) -> Tensor:
    """Weigh each class by how rare it is, 1 on average over the samples; or all by 1.

    Parameters
    ----------
    codes : array of int, shape (samples,)
    balanced : bool

    Returns
    -------
    Tensor, shape (classes,), float32
    """
    counts = np.bincount(codes)
    weights = len(codes) / (len(counts) * counts) if balanced else np.ones(len(counts))
    return torch.tensor(weights, dtype=torch.float32)
