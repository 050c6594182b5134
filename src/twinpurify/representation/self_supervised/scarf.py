"""SCARF: a tumour and its corrupted copy are recognised as one among all of a batch."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from twinpurify.interface.presentation import ORANGE, Look, Presentation
from twinpurify.interface.references import DRADJAT
from twinpurify.representation.self_supervised.two_views import TwoViewMethod
from twinpurify.training.parameters import Device, Precision


class Scarf(TwoViewMethod):
    """Embeds tumours so that each is nearest to itself with a share of its genes replaced.

    Parameters
    ----------
    n_dimensions : int
        Width of the embedding.
    hidden : sequence of int
        Width of each hidden layer of the encoder.
    dropout : float
        Share of the units of each hidden layer that is dropped in training.
    head : int
        Width of the two layers between embedding and loss, dropped after training.
    corruption : float
        Share of the genes that is replaced in the corrupted view.
    marginal : {"uniform", "empirical"}
        New values are uniform over the range of the gene among the training tumours, or those
        of other tumours of the batch.
    temperature : float
        τ, what the cosines of the loss are divided by.
    n_steps : int
        Optimiser steps at most.
    max_epochs : int
        Times through the training tumours at most.
    validation_share : float
        Share of the training tumours that is held out to tell when to stop, in fours. None of
        fewer than 50 tumours.
    patience : int or None
        Epochs without a lower loss of the held-out tumours after which the training ends, with
        the weights of the lowest; ``None`` for never.
    batch_size
        As in ``TwinNetwork``.
    learning_rate : float
        Learning rate of Adam, constant.
    weight_decay : float
        Weight decay.
    device, precision, seed
        As in ``TwinNetwork``.

    References
    ----------
    Bahri et al. 2022, arXiv:2106.15147. Dradjat et al. 2025, arXiv:2507.13912.
    """

    name = "scarf"
    presentation = Presentation(
        "SCARF",
        Look(ORANGE, "dot", "diamond-tall"),
        does="contrastive learning between a tumour and a copy with genes replaced",
        references=(
            "Bahri D et al. SCARF: self-supervised contrastive learning using random feature "
            "corruption. ICLR 2022. arXiv:2106.15147",
            DRADJAT,
        ),
        place=160,
    )
    optimizer = "adam"

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=2)] = 256,
        hidden: Sequence[Annotated[int, Field(ge=1)]] = (256, 256, 256, 256),
        dropout: Annotated[float, Field(ge=0, lt=1)] = 0.2,
        head: Annotated[int, Field(ge=1)] = 256,
        corruption: Annotated[float, Field(gt=0, lt=1)] = 0.3,
        marginal: Literal["uniform", "empirical"] = "uniform",
        temperature: Annotated[float, Field(gt=0)] = 1.0,
        n_steps: Annotated[int, Field(ge=1)] = 4000,
        max_epochs: Annotated[int, Field(ge=1)] = 1000,
        validation_share: Annotated[float, Field(ge=0, le=0.5)] = 0.1,
        patience: Annotated[int, Field(ge=1)] | None = 50,
        batch_size: Annotated[int, Field(ge=4)] = 256,
        learning_rate: Annotated[float, Field(gt=0)] = 0.0001,
        weight_decay: Annotated[float, Field(ge=0)] = 0.0,
        device: Device = "auto",
        precision: Precision = "auto",
        seed: Annotated[int, Field(ge=0)] = 0,
    ) -> None:
        self.n_dimensions = n_dimensions
        self.hidden = hidden
        self.dropout = dropout
        self.head = head
        self.corruption = corruption
        self.marginal = marginal
        self.temperature = temperature
        self.n_steps = n_steps
        self.max_epochs = max_epochs
        self.validation_share = validation_share
        self.patience = patience
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.device = device
        self.precision = precision
        self.seed = seed

    def _prepare_loss(self, normals: np.ndarray | None, generator: Any) -> tuple[Any, Any]:
        """Return the head, and NT-Xent between clean and corrupted tumours."""
        import torch

        from twinpurify.representation.self_supervised.nt_xent import nt_xent_loss
        from twinpurify.training.dropout import dropout_draws
        from twinpurify.training.encoder import build_mlp

        head = build_mlp(self.n_dimensions, (self.head,), self.head, generator)
        views, encoder = self._views(), self.encoder_

        def loss_of_batch(batch: torch.Tensor, draws: torch.Generator) -> dict[str, torch.Tensor]:
            both = views(batch, draws)
            with dropout_draws(draws, encoder, n_views=2):
                embedding = encoder(both)
            loss = nt_xent_loss(*head(embedding).chunk(2), self.temperature)
            return {"loss": loss, **self._diagnostics(embedding.chunk(2)[0])}

        return head, loss_of_batch
