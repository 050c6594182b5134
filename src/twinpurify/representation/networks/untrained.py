"""An untrained encoder: how much of a score comes from the architecture alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from twinpurify.interface.presentation import GREY, Look, Presentation
from twinpurify.training.encoder_method import EncoderMethod


class UntrainedEncoder(EncoderMethod):
    """Embeds profiles by the encoder of the neural methods with its initial weights.

    Parameters
    ----------
    n_dimensions : int
        Width of the embedding.
    hidden : sequence of int
        Width of each hidden layer.
    seed : int
        Seed of the weights.
    """

    name = "untrained"
    presentation = Presentation(
        "Untrained encoder",
        Look(GREY, "dot", "cross"),
        does="the encoder with its initial weights",
        place=200,
    )

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=2)] = 64,
        hidden: Sequence[Annotated[int, Field(ge=1)]] = (1024,),
        seed: Annotated[int, Field(ge=0)] = 0,
    ) -> None:
        self.n_dimensions = n_dimensions
        self.hidden = hidden
        self.seed = seed

    device = "cpu"

    def _train(self, source: Any, normals: np.ndarray | None, checkpoint: Path | None) -> None:
        """Leave the initial weights."""
        self._build_encoder()

    def _prepare_loss(self, normals: np.ndarray | None, generator: Any) -> tuple[Any, Any]:
        raise NotImplementedError("an untrained encoder has no loss")
