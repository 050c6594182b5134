"""Denoising auto-encoder: the neural baseline that knows nothing of normals."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from twinpurify.interface.presentation import PURPLE, Look, Presentation
from twinpurify.training.encoder_method import EncoderMethod
from twinpurify.training.parameters import Device, Precision


class Autoencoder(EncoderMethod):
    """Embeds profiles so that a decoder can restore them from a corrupted copy.

    Parameters
    ----------
    n_dimensions : int
        Width of the embedding.
    hidden : sequence of int
        Width of each hidden layer of the encoder; the decoder mirrors them.
    gene_dropout : float
        Share of genes hidden from the encoder; 0 makes it a plain auto-encoder.
    n_steps, max_epochs, batch_size, learning_rate, weight_decay, device, precision, seed
        As in ``TwinNetwork``.

    References
    ----------
    Vincent et al. 2008, doi:10.1145/1390156.1390294.
    """

    name = "autoencoder"
    presentation = Presentation(
        "Auto-encoder",
        Look(PURPLE, "dash", "x"),
        does="a denoising auto-encoder",
        references=(
            "Vincent P et al. Extracting and composing robust features with denoising "
            "autoencoders. ICML 2008. doi:10.1145/1390156.1390294",
        ),
        place=110,
    )

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=2)] = 64,
        hidden: Sequence[Annotated[int, Field(ge=1)]] = (1024,),
        gene_dropout: Annotated[float, Field(ge=0, lt=1)] = 0.2,
        n_steps: Annotated[int, Field(ge=1)] = 300,
        max_epochs: Annotated[int, Field(ge=1)] = 150,
        batch_size: Annotated[int, Field(ge=4)] = 256,
        learning_rate: Annotated[float, Field(gt=0)] = 0.001,
        weight_decay: Annotated[float, Field(ge=0)] = 0.0001,
        device: Device = "auto",
        precision: Precision = "auto",
        seed: Annotated[int, Field(ge=0)] = 0,
    ) -> None:
        self.n_dimensions = n_dimensions
        self.hidden = hidden
        self.gene_dropout = gene_dropout
        self.n_steps = n_steps
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.device = device
        self.precision = precision
        self.seed = seed

    def _prepare_loss(self, normals: np.ndarray | None, generator: Any) -> tuple[Any, Any]:
        """Return the decoder and the mean squared error of restoration."""
        import torch

        from twinpurify.purification.twin_network.perturbation import Perturbation
        from twinpurify.training.distributed import own_rows
        from twinpurify.training.encoder import build_mlp

        n_genes, mirrored = len(self.gene_mean_), tuple(reversed(self.hidden))
        decoder = build_mlp(self.n_dimensions, mirrored, n_genes, generator)
        perturb = Perturbation(0.0, self.gene_dropout, n_genes, generator, self._device)
        encoder, standardize = self.encoder_, self._standardizer()

        def loss_of_batch(batch: torch.Tensor, draws: torch.Generator) -> dict[str, torch.Tensor]:
            own = own_rows(len(batch))
            clean = standardize(batch[own])
            corrupted = perturb(clean.clone(), perturb.places(len(batch), draws)[own])
            restored = decoder(encoder(corrupted))
            return {"loss": (restored.float() - clean).square().mean()}

        return decoder, loss_of_batch
