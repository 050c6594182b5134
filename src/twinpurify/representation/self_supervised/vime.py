"""VIME: which genes of a corrupted tumour were replaced, and what all of them were."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from twinpurify.interface.presentation import ORANGE, Look, Presentation
from twinpurify.interface.references import DRADJAT
from twinpurify.representation.self_supervised.self_supervised import SelfSupervisedMethod
from twinpurify.training.parameters import Device, Precision


class Vime(SelfSupervisedMethod):
    """Embeds tumours so that replaced genes are found out and restored.

    Parameters
    ----------
    n_dimensions : int
        Width of the embedding.
    dropout
        As in ``Scarf``.
    hidden : sequence of int
        Width of each hidden layer of the encoder; both decoders mirror them.
    corruption : float
        Share of the genes that takes its value from another tumour of the batch.
    value_weight : float
        Weight of the squared error of the values beside the cross-entropy of the mask.
    n_steps, max_epochs, validation_share, patience, batch_size
        As in ``Scarf``.
    learning_rate : float
        Learning rate of RMSprop, constant.
    weight_decay, device, precision, seed
        As in ``Scarf``.

    References
    ----------
    Yoon et al. 2020, NeurIPS 33. Dradjat et al. 2025, arXiv:2507.13912.
    """

    name = "vime"
    presentation = Presentation(
        "VIME",
        Look(ORANGE, "dash", "diamond-wide"),
        does="finding and restoring replaced genes",
        references=(
            "Yoon J et al. VIME: extending the success of self- and semi-supervised learning "
            "to tabular domain. NeurIPS 2020; 33",
            DRADJAT,
        ),
        place=170,
    )
    optimizer = "rmsprop"

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=2)] = 256,
        hidden: Sequence[Annotated[int, Field(ge=1)]] = (256, 256, 256, 256),
        dropout: Annotated[float, Field(ge=0, lt=1)] = 0.2,
        corruption: Annotated[float, Field(gt=0, lt=1)] = 0.3,
        value_weight: Annotated[float, Field(ge=0)] = 2.0,
        n_steps: Annotated[int, Field(ge=1)] = 15000,
        max_epochs: Annotated[int, Field(ge=1)] = 500,
        validation_share: Annotated[float, Field(ge=0, le=0.5)] = 0.1,
        patience: Annotated[int, Field(ge=1)] | None = 50,
        batch_size: Annotated[int, Field(ge=4)] = 32,
        learning_rate: Annotated[float, Field(gt=0)] = 0.001,
        weight_decay: Annotated[float, Field(ge=0)] = 0.0,
        device: Device = "auto",
        precision: Precision = "auto",
        seed: Annotated[int, Field(ge=0)] = 0,
    ) -> None:
        self.n_dimensions = n_dimensions
        self.hidden = hidden
        self.dropout = dropout
        self.corruption = corruption
        self.value_weight = value_weight
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
        """Return both decoders, and the errors of the mask and of the values."""
        import torch
        from torch import nn

        from twinpurify.representation.self_supervised.corruption import Corruption
        from twinpurify.representation.self_supervised.vime_loss import vime_loss
        from twinpurify.training.distributed import own_rows
        from twinpurify.training.dropout import dropout_draws
        from twinpurify.training.encoder import build_mlp

        n_genes, mirrored = len(self.gene_mean_), tuple(reversed(self.hidden))
        decoders = nn.ModuleDict(
            {
                task: build_mlp(self.n_dimensions, mirrored, n_genes, generator)
                for task in ("mask", "value")
            }
        )
        standardize, encoder = self._standardizer(), self.encoder_
        corrupt = Corruption(self.corruption)

        def loss_of_batch(batch: torch.Tensor, draws: torch.Generator) -> dict[str, torch.Tensor]:
            profiles = standardize(batch)
            corrupted, _ = corrupt(profiles, draws)
            clean = profiles[own_rows(len(batch))]
            with dropout_draws(draws, encoder):
                embedding = encoder(corrupted)
            entries = vime_loss(
                decoders["mask"](embedding),
                # Where both tumours have the same value, nothing could tell.
                corrupted != clean,
                decoders["value"](embedding),
                clean,
                self.value_weight,
            )
            return {**entries, **self._diagnostics(embedding)}

        return decoders, loss_of_batch
