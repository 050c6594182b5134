"""A network trained by Barlow Twins on views of tumours, mixed with different normals."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from twinpurify.interface.presentation import VERMILLION, Look, Presentation
from twinpurify.interface.references import ZBONTAR, ZHENG
from twinpurify.purification.profile.purifier import Purifier
from twinpurify.purification.purity.shared_coexpression import find_infiltrate_axes
from twinpurify.purification.twin_network.barlow_twins import BarlowTwinsMethod
from twinpurify.training.parameters import Device, Precision


class TwinNetwork(BarlowTwinsMethod, Purifier):
    """Embeds tumours by a network, so that the normal tissue in them doesn't matter.

    Two views of each tumour are mixed in linear space with different random combinations of a
    few adjacent normals, at random tumour fractions; the encoder learns what both views share
    (Barlow Twins). ``twinpurify`` solves the same task for a linear encoder on other features.

    Parameters
    ----------
    n_dimensions : int
        Width of the embedding.
    hidden : sequence of int
        Width of each hidden layer of the encoder.
    projector : int or None
        Width of a projector between embedding and loss, dropped after training. ``None`` puts
        the loss on the embedding itself.
    redundancy_weight : float
        λ, the weight of the redundancy term of the Barlow Twins loss.
    minimum_fraction : float
        Lower end of the tumour fraction of a view; each is drawn uniformly between this and 1.
    n_mixed_normals : int
        Normals that are mixed into one background. A few keep the variation between people; the
        mean of many would be nearly the same each time.
    tumour_mixing : float
        Largest share of another tumour that is mixed into a tumour, alike in both views. Such
        virtual tumours keep a small cohort from being learnt by heart. 0 for none.
    background_share : float
        Share of the pairs that show background alone, so that normal tissue has a place in the
        embedding too.
    infiltrate_shift_sd : float
        Standard deviation of the random shift of each view along the axes of infiltration, in
        units of their spread among the training tumours. 0 for none.
    noise_sd : float
        Gaussian noise on each view, in standard deviations of the gene. A weak extra.
    gene_dropout : float
        Share of genes set to the training mean in each view. A weak extra.
    library_size_jitter : float
        Standard deviation of the natural logarithm of a random factor on the whole linear
        profile. A weak extra.
    spectrum_exponent : float
        How much a dimension of the embedding counts in a distance: its share in the purified
        expression to this power. 0: all alike. 1: distances are those between purified
        profiles.
    n_steps : int
        Optimiser steps.
    max_epochs : int
        Times through the training tumours at most; it ends the training of a small cohort
        before ``n_steps``, since a small cohort is soon learnt by heart.
    batch_size : int
        Tumours in a batch; at most as many as there are.
    learning_rate : float
        Peak learning rate of AdamW, on a one-cycle schedule.
    weight_decay : float
        Weight decay of AdamW.
    device : {"auto", "cpu", "cuda"}
        ``auto`` takes a GPU where there is one; ``cuda`` fails where there is none.
    precision : {"auto", "float32", "bfloat16"}
        Of the matrix products; weights, views and losses stay float32. ``auto`` takes bfloat16
        where the hardware multiplies it fast, and float32 elsewhere.
    seed : int
        Seed of every random draw of the method.

    References
    ----------
    Zheng & Bryson 2026, arXiv:2601.18640. Zbontar et al. 2021, arXiv:2103.03230.
    """

    name = "twin_network"
    presentation = Presentation(
        "Twin network",
        Look(VERMILLION, "dash", "circle-dot"),
        does=(
            "a network trained on twin views of each tumour, into which normal tissue of a few "
            "training patients was mixed in linear space, by the Barlow Twins objective"
        ),
        references=(
            ZHENG,
            ZBONTAR,
            "Loshchilov I, Hutter F. Decoupled weight decay regularization. ICLR 2019. "
            "arXiv:1711.05101",
        ),
        place=150,
    )
    _arrays = (*BarlowTwinsMethod._arrays, *Purifier._arrays)

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=2)] = 64,
        hidden: Sequence[Annotated[int, Field(ge=1)]] = (1024,),
        projector: Annotated[int, Field(ge=1)] | None = None,
        redundancy_weight: Annotated[float, Field(gt=0)] = 0.005,
        minimum_fraction: Annotated[float, Field(gt=0, lt=1)] = 0.2,
        n_mixed_normals: Annotated[int, Field(ge=1)] = 4,
        tumour_mixing: Annotated[float, Field(ge=0, le=0.5)] = 0.25,
        background_share: Annotated[float, Field(ge=0, lt=1)] = 0.15,
        infiltrate_shift_sd: Annotated[float, Field(ge=0)] = 0.5,
        noise_sd: Annotated[float, Field(ge=0)] = 0.1,
        gene_dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0,
        library_size_jitter: Annotated[float, Field(ge=0)] = 0.0,
        spectrum_exponent: Annotated[float, Field(ge=0, le=1)] = 0.25,
        n_steps: Annotated[int, Field(ge=1)] = 400,
        max_epochs: Annotated[int, Field(ge=1)] = 200,
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
        self.minimum_fraction = minimum_fraction
        self.n_mixed_normals = n_mixed_normals
        self.tumour_mixing = tumour_mixing
        self.background_share = background_share
        self.infiltrate_shift_sd = infiltrate_shift_sd
        self.noise_sd = noise_sd
        self.gene_dropout = gene_dropout
        self.library_size_jitter = library_size_jitter
        self.spectrum_exponent = spectrum_exponent
        self.n_steps = n_steps
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.device = device
        self.precision = precision
        self.seed = seed

    def _fit_source(self, source: Any, normals: np.ndarray) -> None:
        """Find the axes of infiltration, train the twins, then fit the decoders.

        Of tumours in a file, a sample finds axes and decoders.
        """
        tumours = source.sample(self.seed)
        self._fit_infiltrate(tumours, normals)
        standardized = self._standardize(tumours)
        self._axes = find_infiltrate_axes(standardized, self._standardize(normals))
        self.rotation_ = np.eye(self.n_dimensions, dtype=np.float32)
        super()._fit_source(source, normals)
        del self._axes
        self._fit_decoders(tumours, normals)

    def _make_views(self, normals: np.ndarray, generator: Any) -> Any:
        """Draw views by mixing with the normals and shifting along the axes of infiltration."""
        from twinpurify.purification.twin_network.views import TwinViews, ViewSettings

        settings = ViewSettings(
            minimum_fraction=self.minimum_fraction,
            n_mixed_normals=self.n_mixed_normals,
            tumour_mixing=self.tumour_mixing,
            background_share=self.background_share,
            infiltrate_shift_sd=self.infiltrate_shift_sd,
            noise_sd=self.noise_sd,
            gene_dropout=self.gene_dropout,
            library_size_jitter=self.library_size_jitter,
        )
        directions = None if self._axes is None else self._axes.directions
        return TwinViews(
            normals,
            self.gene_mean_,
            self.gene_scale_,
            settings,
            self._device,
            generator,
            directions,
        ).pair

    def _embed(self, values: np.ndarray) -> np.ndarray:
        """Embed, then turn to the axes of the purified expression, largest first."""
        return super()._embed(values) @ self.rotation_

    def _module(self) -> Any:
        """Encode, then turn."""
        from twinpurify.interface.modules import linear_map

        return super()._module().append(linear_map(self.rotation_))

    def _width(self) -> int:
        """Width of the embedding before it is turned."""
        return self.n_dimensions
