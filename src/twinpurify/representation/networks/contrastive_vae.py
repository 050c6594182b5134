"""Contrastive VAE: what tumours share with normals in one latent, what is theirs in another."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from twinpurify.interface.presentation import PURPLE, Look, Presentation
from twinpurify.training.encoder_method import EncoderMethod
from twinpurify.training.parameters import Device, Precision


class ContrastiveVae(EncoderMethod):
    """Embeds a tumour by its salient latent, which the decoder never has for a normal.

    Two encoders see each tumour. The background encoder sees the normals, too, and the decoder
    has to restore them from its latent alone; so what normals can explain needn't be in the
    salient latent. This is contrastiveVI with a Gaussian likelihood in place of one for counts,
    on standardised log2 profiles.

    Parameters
    ----------
    n_dimensions : int
        Width of the salient latent, which is the embedding.
    n_background_dimensions : int
        Width of the background latent, dropped after training.
    hidden : sequence of int
        Width of each hidden layer of both encoders; the decoder mirrors them.
    beta : float
        Weight of the divergences from the standard normal.
    n_steps, max_epochs, batch_size, learning_rate, weight_decay, device, precision, seed
        As in ``TwinNetwork``.

    References
    ----------
    Weinberger, Lin & Lee 2023, doi:10.1038/s41592-023-01955-3.
    """

    name = "contrastive_vae"
    presentation = Presentation(
        "Contrastive VAE",
        Look(PURPLE, "dashdot", "hourglass"),
        does="a contrastive variational auto-encoder",
        references=(
            "Weinberger E, Lin C, Lee SI. Isolating salient variations of interest in "
            "single-cell data with contrastiveVI. Nat Methods 2023. "
            "doi:10.1038/s41592-023-01955-3",
        ),
        place=130,
    )
    uses_background = True
    keeps_scale = True

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=2)] = 64,
        n_background_dimensions: Annotated[int, Field(ge=1)] = 16,
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
        self.n_background_dimensions = n_background_dimensions
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

    def _prepare_loss(self, normals: np.ndarray, generator: Any) -> tuple[Any, Any]:
        """Return the second encoder and all heads, and the loss of tumours and normals."""
        import torch

        from twinpurify.representation.networks.variational import ContrastiveTerms
        from twinpurify.training.distributed import own_rows

        heads = self._heads(len(self.gene_mean_), generator)
        terms = ContrastiveTerms(self.encoder_, heads, self.beta)
        standardize = self._standardizer()
        background = standardize(torch.from_numpy(normals).to(self._device))

        def loss_of_batch(batch: torch.Tensor, draws: torch.Generator) -> dict[str, torch.Tensor]:
            # As many normals as tumours, drawn with replacement, since they are fewer.
            chosen = torch.randint(len(background), (len(batch),), generator=draws)
            own = own_rows(len(batch))
            normals = background[chosen[own].to(batch.device)]
            return terms(standardize(batch[own]), normals, draws)

        return heads, loss_of_batch

    def _heads(self, n_genes: int, generator: Any) -> Any:
        """Build the background encoder, the log-variances and the decoder."""
        from torch import nn

        from twinpurify.representation.networks.variational import log_variance_head
        from twinpurify.training.encoder import build_mlp

        salient, shared = self.n_dimensions, self.n_background_dimensions
        mirrored = tuple(reversed(self.hidden))
        return nn.ModuleDict(
            {
                "decoder": build_mlp(salient + shared, mirrored, n_genes, generator),
                "background": build_mlp(n_genes, self.hidden, shared, generator),
                "log_variance": log_variance_head(n_genes, self.hidden, salient, generator),
                "background_log_variance": log_variance_head(
                    n_genes, self.hidden, shared, generator
                ),
            }
        )
