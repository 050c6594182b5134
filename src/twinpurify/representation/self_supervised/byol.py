"""BYOL: what a slowly moving copy of the network makes of a tumour's other view is predicted."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from twinpurify.interface.presentation import BLUE, Look, Presentation
from twinpurify.interface.references import DRADJAT
from twinpurify.representation.self_supervised.two_views import TwoViewMethod
from twinpurify.training.parameters import Device, Precision


class Byol(TwoViewMethod):
    """Embeds tumours so that the target's embedding of a corrupted copy can be predicted.

    Parameters
    ----------
    n_dimensions : int
        Width of the embedding.
    hidden : sequence of int
        Width of each hidden layer of the encoder.
    dropout, corruption, marginal
        As in ``Scarf``.
    head : int
        Width of the hidden layer of projector and predictor, dropped after training; their
        outputs are as wide as the embedding.
    target_decay : float
        Share of itself that the target network keeps at each step.
    optimizer : {"adam", "sgd"}
        SGD has momentum 0.9, and asks for a higher learning rate.
    n_steps, max_epochs, validation_share, patience, batch_size
        As in ``Scarf``.
    learning_rate : float
        Learning rate of the optimiser, constant.
    weight_decay, device, precision, seed
        As in ``Scarf``.

    References
    ----------
    Grill et al. 2020, arXiv:2006.07733. Dradjat et al. 2025, arXiv:2507.13912.
    """

    name = "byol"
    presentation = Presentation(
        "BYOL",
        Look(BLUE, "dashdot", "hexagram"),
        does=(
            "prediction of what a moving average of the network makes of a copy with genes replaced"
        ),
        references=(
            "Grill JB et al. Bootstrap your own latent: a new approach to self-supervised "
            "learning. NeurIPS 2020. arXiv:2006.07733",
            DRADJAT,
        ),
        place=180,
    )

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=2)] = 256,
        hidden: Sequence[Annotated[int, Field(ge=1)]] = (256, 256, 256, 256),
        dropout: Annotated[float, Field(ge=0, lt=1)] = 0.2,
        head: Annotated[int, Field(ge=1)] = 4096,
        corruption: Annotated[float, Field(gt=0, lt=1)] = 0.3,
        marginal: Literal["uniform", "empirical"] = "uniform",
        target_decay: Annotated[float, Field(ge=0, lt=1)] = 0.9,
        optimizer: Literal["adam", "sgd"] = "adam",
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
        self.target_decay = target_decay
        self.optimizer = optimizer
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
        """Return projector, predictor and target, and the regression between both views."""
        import torch
        from torch import nn

        from twinpurify.representation.self_supervised.byol_loss import byol_loss
        from twinpurify.representation.self_supervised.moving_target import MovingTarget
        from twinpurify.training.dropout import dropout_draws
        from twinpurify.training.encoder import build_mlp

        width, hidden = self.n_dimensions, (self.head,)
        # As published, without a bias: the predictor cancels the projector's, whose gradient is
        # rounding noise then, and the target would follow it.
        projector, predictor = (
            build_mlp(width, hidden, width, generator, output_bias=False) for _ in range(2)
        )
        encoder, views = self.encoder_, self._views()
        online = nn.Sequential(encoder, projector)
        target = MovingTarget(online, self.target_decay)

        def loss_of_batch(batch: torch.Tensor, draws: torch.Generator) -> dict[str, torch.Tensor]:
            both = views(batch, draws)
            if target.training:
                # After the step before; at the first one both networks are alike.
                target.follow(online)
            with dropout_draws(draws, online, target, n_views=2):
                embedding, targets = encoder(both), target(both)
            loss = byol_loss(predictor(projector(embedding)), targets)
            return {"loss": loss, **self._diagnostics(embedding.chunk(2)[0])}

        heads = {"projector": projector, "predictor": predictor, "target": target}
        return nn.ModuleDict(heads), loss_of_batch
