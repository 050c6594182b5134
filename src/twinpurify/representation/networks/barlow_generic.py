"""Barlow Twins with generic noise: the ablation that shows what the normals in the views do."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from twinpurify.interface.presentation import ORANGE, Look, Presentation
from twinpurify.interface.references import ZBONTAR
from twinpurify.purification.twin_network.barlow_twins import BarlowTwinsMethod
from twinpurify.training.parameters import Device, Precision


class BarlowGeneric(BarlowTwinsMethod):
    """Barlow Twins whose views are the profile with Gaussian noise and genes dropped.

    Parameters
    ----------
    n_dimensions : int
        Width of the embedding.
    hidden : sequence of int
        Width of each hidden layer of the encoder.
    projector, redundancy_weight
        As in ``TwinNetwork``.
    noise_sd : float
        Gaussian noise on each view, in standard deviations of the gene.
    gene_dropout : float
        Share of genes set to the training mean in each view.
    n_steps, max_epochs, batch_size, learning_rate, weight_decay, device, precision, seed
        As in ``TwinNetwork``.

    References
    ----------
    Zbontar et al. 2021, arXiv:2103.03230.
    """

    name = "barlow_generic"
    presentation = Presentation(
        "Generic Barlow Twins",
        Look(ORANGE, "dashdot", "star"),
        does="Barlow Twins with noise in the place of normal tissue",
        references=(ZBONTAR,),
        place=140,
    )

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=2)] = 64,
        hidden: Sequence[Annotated[int, Field(ge=1)]] = (1024,),
        projector: Annotated[int, Field(ge=1)] | None = None,
        redundancy_weight: Annotated[float, Field(gt=0)] = 0.005,
        noise_sd: Annotated[float, Field(ge=0)] = 0.5,
        gene_dropout: Annotated[float, Field(ge=0, lt=1)] = 0.2,
        n_steps: Annotated[int, Field(ge=1)] = 300,
        max_epochs: Annotated[int, Field(ge=1)] = 150,
        batch_size: Annotated[int, Field(ge=4)] = 256,
        learning_rate: Annotated[float, Field(gt=0)] = 0.003,
        weight_decay: Annotated[float, Field(ge=0)] = 0.0001,
        device: Device = "auto",
        precision: Precision = "auto",
        seed: Annotated[int, Field(ge=0)] = 0,
    ) -> None:
        self.n_dimensions = n_dimensions
        self.hidden = hidden
        self.projector = projector
        self.redundancy_weight = redundancy_weight
        self.noise_sd = noise_sd
        self.gene_dropout = gene_dropout
        self.n_steps = n_steps
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.device = device
        self.precision = precision
        self.seed = seed

    def _make_views(self, normals: np.ndarray | None, generator: Any) -> Any:
        """Draw both views by noise and gene dropout."""
        import torch

        from twinpurify.interface.row_blocks import empty_for_products, row_blocks
        from twinpurify.purification.twin_network.perturbation import Perturbation
        from twinpurify.training.distributed import own_rows

        standardize, n_genes = self._standardizer(), len(self.gene_mean_)
        perturb = Perturbation(self.noise_sd, self.gene_dropout, n_genes, generator, self._device)

        def pair(batch: torch.Tensor, draws: torch.Generator) -> torch.Tensor:
            own = batch[own_rows(len(batch))]
            both = empty_for_products(2 * len(own), n_genes, batch.device)
            for view in both.chunk(2):
                places = perturb.places(len(batch), draws)[own_rows(len(batch))]
                for rows in row_blocks(*own.shape, batch.device):
                    view[rows] = perturb(standardize(own[rows]), places[rows])
            return both

        return pair
