"""β-VAE: the auto-encoder whose embedding is a distribution, held near a standard normal."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from twinpurify.interface.presentation import PURPLE, Look, Presentation
from twinpurify.training.encoder_method import EncoderMethod
from twinpurify.training.parameters import Device, Precision


class VariationalAutoencoder(EncoderMethod):
    """Embeds a profile by the mean of its posterior; a decoder restores it from a draw.

    The profile is Gaussian about what the decoder gives, with the variance of the standardised
    gene. A dimension that doesn't pay for itself shrinks to nothing, so the embedding keeps the
    scale of the prior and isn't standardised.

    Parameters
    ----------
    n_dimensions : int
        Width of the embedding.
    hidden : sequence of int
        Width of each hidden layer of the encoder; the decoder mirrors them.
    beta : float
        Weight of the divergence from the standard normal; 1 is the plain VAE.
    n_steps, max_epochs, batch_size, learning_rate, weight_decay, device, precision, seed
        As in ``TwinNetwork``.

    References
    ----------
    Kingma & Welling 2014, arXiv:1312.6114. Higgins et al. 2017, β-VAE, ICLR.
    """

    name = "vae"
    presentation = Presentation(
        "Variational auto-encoder",
        Look(PURPLE, "dot", "bowtie"),
        does="a β-variational auto-encoder",
        references=(
            "Kingma DP, Welling M. Auto-encoding variational Bayes. ICLR 2014. arXiv:1312.6114",
            "Higgins I et al. beta-VAE: learning basic visual concepts with a constrained "
            "variational framework. ICLR 2017",
        ),
        place=120,
    )
    keeps_scale = True

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=2)] = 64,
        hidden: Sequence[Annotated[int, Field(ge=1)]] = (1024,),
        beta: Annotated[float, Field(ge=0)] = 1.0,
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
        self.beta = beta
        self.n_steps = n_steps
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.device = device
        self.precision = precision
        self.seed = seed

    def _prepare_loss(self, normals: np.ndarray | None, generator: Any) -> tuple[Any, Any]:
        """Return the heads, and the negative evidence lower bound per gene."""
        import torch
        from torch import nn

        from twinpurify.representation.networks.variational import (
            Posterior,
            divergence,
            log_variance_head,
            sample,
        )
        from twinpurify.training.distributed import own_rows
        from twinpurify.training.encoder import build_mlp

        standardize, n_genes = self._standardizer(), len(self.gene_mean_)
        mirrored = tuple(reversed(self.hidden))
        decoder = build_mlp(self.n_dimensions, mirrored, n_genes, generator)
        head = log_variance_head(n_genes, self.hidden, self.n_dimensions, generator)
        posterior = Posterior(self.encoder_, head)

        def loss_of_batch(batch: torch.Tensor, draws: torch.Generator) -> dict[str, torch.Tensor]:
            clean = standardize(batch[own_rows(len(batch))])
            mean, log_variance = posterior(clean)
            restored = decoder(sample(mean, log_variance, draws)).float()
            error = (restored - clean).square().mean()
            cost = divergence(mean, log_variance).mean() / n_genes
            return {
                "loss": 0.5 * error + self.beta * cost,
                "reconstruction": error,
                "divergence": cost * n_genes,
            }

        return nn.ModuleDict({"decoder": decoder, "log_variance": head}), loss_of_batch
