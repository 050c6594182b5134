"""The masked-gene transformer as a method: trained to restore genes that it isn't shown."""

from math import gcd
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from twinpurify.errors import ConfigurationError
from twinpurify.interface.presentation import SKY_BLUE, Look, Presentation
from twinpurify.training.encoder_method import EncoderMethod
from twinpurify.training.parameters import Device, Precision

# Of fewer tumours, so many factors would be mostly noise.
TUMOURS_PER_FACTOR = 8


class MaskedTransformer(EncoderMethod):
    """Embeds profiles by a transformer that restores the genes it isn't shown.

    Each step, tumours show random panels of genes; the network has to tell all others. What a
    linear factor model expects of them is given to it, and it learns what to add. It works with
    any panel of genes, of which some may be missing.

    Parameters
    ----------
    n_dimensions : int
        Width of the summary, which is the embedding.
    width : int
        Width of a token; a multiple of ``n_heads``.
    n_heads : int
        Heads of each attention.
    n_tokens : int
        Genes that are shown at once.
    n_latents : int
        Latent tokens that gather from them.
    n_layers : int
        Blocks of attention among genes.
    n_latent_layers : int
        Blocks of attention among latents.
    levels : {"continuous", "bins"}
        The level of a gene is its value times a learned vector, or one of bins between
        quantiles of the training values.
    n_bins : int
        Bins of the levels.
    n_factors : int
        Factors of the linear expectation; at most one for eight tumours.
    least_observed : int
        Genes of the smallest panel.
    most_observed : int
        Genes of the largest panel.
    n_panels : int
        Panels of a batch, whose tumours share them evenly.
    validation_share : float
        Share of the training tumours that is held out to keep the best weights, and to tell how
        far the network is trusted, in fours. None of fewer than 50 tumours.
    n_steps : int
        Optimiser steps at most.
    max_epochs : int
        Times through the training tumours at most.
    batch_size
        As in ``TwinNetwork``.
    learning_rate : float
        Peak learning rate of AdamW.
    weight_decay : float
        Weight decay.
    device
        As in ``TwinNetwork``.
    precision : {"auto", "float32", "bfloat16"}
        Of the matrix products; weights, equations and losses stay float32. ``auto`` takes
        bfloat16 where the hardware multiplies it fast, and float32 elsewhere.
    seed
        As in ``TwinNetwork``.

    Attributes
    ----------
    gain_sizes_, gains_ : array, shape (sizes,)
        Numbers of observed genes, and how much of the network's correction is used there: the
        regression of what is left by the factors on it, among held-out tumours.

    References
    ----------
    Jiang & Hassanpour 2025, arXiv:2504.09704.
    """

    name = "masked_transformer"
    presentation = Presentation(
        "Masked transformer",
        Look(SKY_BLUE, "dashdot", "octagon"),
        does="a transformer that restores genes which a random panel doesn't show",
        references=(
            "Jiang S, Hassanpour S. Transformer-based representation learning for robust gene "
            "expression modeling and cancer prognosis. 2025. arXiv:2504.09704",
            "Vaswani A et al. Attention is all you need. NeurIPS 2017. arXiv:1706.03762",
        ),
        place=190,
    )
    keeps_scale = True
    schedule = "cosine"
    _arrays = (*EncoderMethod._arrays, "n_factors_", "gain_sizes_", "gains_")

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=2)] = 128,
        width: Annotated[int, Field(ge=2)] = 64,
        n_heads: Annotated[int, Field(ge=1)] = 2,
        n_tokens: Annotated[int, Field(ge=1)] = 128,
        n_latents: Annotated[int, Field(ge=1)] = 4,
        n_layers: Annotated[int, Field(ge=0)] = 1,
        n_latent_layers: Annotated[int, Field(ge=0)] = 1,
        levels: Literal["continuous", "bins"] = "continuous",
        n_bins: Annotated[int, Field(ge=2)] = 32,
        n_factors: Annotated[int, Field(ge=1)] = 128,
        least_observed: Annotated[int, Field(ge=1)] = 32,
        most_observed: Annotated[int, Field(ge=1)] = 400,
        n_panels: Annotated[int, Field(ge=1)] = 16,
        validation_share: Annotated[float, Field(ge=0, le=0.5)] = 0.1,
        n_steps: Annotated[int, Field(ge=1)] = 1500,
        max_epochs: Annotated[int, Field(ge=1)] = 200,
        batch_size: Annotated[int, Field(ge=4)] = 64,
        learning_rate: Annotated[float, Field(gt=0)] = 0.001,
        weight_decay: Annotated[float, Field(ge=0)] = 0.05,
        device: Device = "auto",
        precision: Precision = "auto",
        seed: Annotated[int, Field(ge=0)] = 0,
    ) -> None:
        self.n_dimensions = n_dimensions
        self.width = width
        self.n_heads = n_heads
        self.n_tokens = n_tokens
        self.n_latents = n_latents
        self.n_layers = n_layers
        self.n_latent_layers = n_latent_layers
        self.levels = levels
        self.n_bins = n_bins
        self.n_factors = n_factors
        self.least_observed = least_observed
        self.most_observed = most_observed
        self.n_panels = n_panels
        self.validation_share = validation_share
        self.n_steps = n_steps
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.device = device
        self.precision = precision
        self.seed = seed

    def restore_genes(self, X: Any) -> pd.DataFrame:
        """Restore what profiles lack, each by what is observed in it.

        Parameters
        ----------
        X : AnnData, DataFrame or array, shape (samples, genes)
            Profiles, log2(x + 1), NaN where a value is missing; genes may be absent. Genes that
            the model hasn't are ignored, and named in the log.

        Returns
        -------
        DataFrame, shape (samples, genes of the model), float32
            Observed values as they were, to the last bit.

        Raises
        ------
        ExpressionError
            If X is malformed.
        GeneMismatchError
            If a sample has no value of any gene of the model.
        """
        from twinpurify.representation.masked_transformer.inference import observe, restored

        observed = observe(self, X)
        values = restored(self, observed)
        found = values * np.where(np.isfinite(self.gene_scale_), self.gene_scale_, 0.0)
        whole = np.where(
            np.isnan(observed.given), (found + self.gene_mean_).astype(np.float32), observed.given
        )
        return pd.DataFrame(whole, index=observed.index, columns=list(self.genes_))

    def embed_observed(self, X: Any) -> np.ndarray:
        """Embed profiles by what is observed in each; takes and raises what ``restore_genes`` does.

        Returns
        -------
        array, shape (samples, n_dimensions), float32
        """
        from twinpurify.representation.masked_transformer.inference import observe, summaries

        return summaries(self, observe(self, X))

    def attention(self, X: Any) -> pd.DataFrame:
        """Compute which genes the summary attended to; takes what ``restore_genes`` does.

        Returns
        -------
        DataFrame, shape (samples, genes of the model)
            Attention rollout; each row sums to 1. What reaches the summary through the linear
            factors isn't in it.
        """
        from twinpurify.representation.masked_transformer.inference import observe
        from twinpurify.representation.masked_transformer.rollout import attention_rollout

        observed = observe(self, X)
        shares = attention_rollout(self.encoder_, observed)
        return pd.DataFrame(shares, index=observed.index, columns=list(self.genes_))

    def _encoder(self, generator: Any) -> Any:
        """Make the network; the factors come with the training, or with what was stored."""
        from twinpurify.representation.masked_transformer.network import MaskedNetwork, Sizes

        if self.width % self.n_heads:
            raise ConfigurationError(
                f"masked_transformer: width is {self.width}, which n_heads ({self.n_heads}) "
                "doesn't divide; set width to a multiple of n_heads"
            )
        n_genes = len(self.gene_mean_)
        sizes = Sizes(
            n_genes=n_genes,
            n_factors=int(self.n_factors_[0]),
            n_dimensions=self.n_dimensions,
            width=self.width,
            n_heads=self.n_heads,
            n_tokens=min(self.n_tokens, n_genes),
            n_latents=self.n_latents,
            n_layers=self.n_layers,
            n_latent_layers=self.n_latent_layers,
            n_bins=self.n_bins if self.levels == "bins" else None,
        )
        return MaskedNetwork(sizes, generator)

    def _trainer(self, source: Any, normals: np.ndarray | None, checkpoint: Path | None) -> Any:
        """Fit the factors, which the network starts from, and set up."""
        self._standardized = self._standardize(source.sample(self.seed))
        n_most = max(1, min(len(self._standardized) // TUMOURS_PER_FACTOR, len(self.gene_mean_)))
        self.n_factors_ = np.array([min(self.n_factors, n_most)])
        trainer = super()._trainer(source, normals, checkpoint)
        del self._standardized
        return trainer

    def _build_encoder(self) -> Any:
        """Set up the initial network, with its factors and the edges of its levels."""
        import torch

        from twinpurify.representation.linear.factor_model import factor_model, principal_axes

        generator = super()._build_encoder()
        number = int(self.n_factors_[0])
        axes = principal_axes(self._standardized.astype(np.float64), number)
        loadings, noise = (torch.from_numpy(part).float() for part in factor_model(*axes, number))
        self.encoder_.set_factors(loadings, noise)
        if self.levels == "bins":
            shares = np.linspace(0.0, 1.0, self.n_bins + 1)[1:-1]
            edges = np.quantile(self._standardized, shares).astype(np.float32)
            self.encoder_.tokens.edges.copy_(torch.from_numpy(edges))
        return generator

    def _prepare_loss(self, normals: np.ndarray | None, generator: Any) -> tuple[Any, Any]:
        """Return no heads, and the mean squared error over the genes that aren't observed."""
        from torch import nn

        from twinpurify.representation.masked_transformer.loss import restoration_loss
        from twinpurify.representation.masked_transformer.panels import draw_panels
        from twinpurify.training.distributed import n_processes, own_rows

        network, standardize, n_genes = self.encoder_, self._standardizer(), len(self.gene_mean_)

        def loss_of_batch(batch: Any, draws: Any) -> dict[str, Any]:
            # As many panels for each process, none of them divided.
            n_own = gcd(len(batch) // n_processes(), max(1, self.n_panels // n_processes()))
            n_panels = n_own * n_processes()
            order, n_observed = draw_panels(
                n_panels, n_genes, self.least_observed, self.most_observed, draws
            )
            own = standardize(batch[own_rows(len(batch))])
            panels = order[own_rows(n_panels)].to(own.device)
            return restoration_loss(network, own, panels, n_observed)

        return nn.ModuleDict(), loss_of_batch

    def _module(self) -> Any:
        """Standardise and summarise; what restores genes takes no part in an embedding."""
        module = super()._module()
        del module[1].decoder
        return module

    def _train(self, source: Any, normals: np.ndarray | None, checkpoint: Path | None) -> None:
        """Train the network, then fit on held-out tumours how far it is to be trusted."""
        from twinpurify.representation.masked_transformer.gains import fit_gains

        super()._train(source, normals, checkpoint)
        held_out = self._hold_out(source)[1]
        profiles = None if held_out is None else self._standardizer()(held_out)
        self.gain_sizes_, self.gains_ = fit_gains(self.encoder_, profiles, self.seed)
