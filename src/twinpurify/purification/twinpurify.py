"""TwinPurify: Barlow Twins whose two views of a tumour are mixed with different normals."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field

from twinpurify.purification.barlow_twins import BarlowTwinsMethod
from twinpurify.purification.dilution import dilute
from twinpurify.purification.purified_expression import (
    decode,
    fit_decoder,
    order_by_expression,
    principal_axes,
)
from twinpurify.purification.purity import relative_purity, score_range
from twinpurify.purification.shared_coexpression import InfiltrateAxes, find_infiltrate_axes
from twinpurify.training.parameters import Device, Precision
from twinpurify.training.profiles import as_profiles

N_DECODER_VIEWS = 4
N_PROFILE_AXES = 32
LEAST_INFILTRATED = 0.05


class TwinPurify(BarlowTwinsMethod):
    """Embeds tumours so that the normal tissue in them doesn't matter.

    Two views of each tumour are mixed in linear space with different random combinations of a
    few adjacent normals, at random tumour fractions; the encoder learns what both views share
    (Barlow Twins). From the embedding a decoder gives the profile at tumour fraction 1.

    Parameters
    ----------
    n_dimensions : int
        Width of the embedding.
    hidden : sequence of int
        Width of each hidden layer of the encoder.
    projector : int or None
        Width of a projector between embedding and loss, dropped after training; None puts the
        loss on the embedding itself.
    redundancy_weight : float
        λ of the Barlow Twins loss.
    minimum_fraction : float
        Views have a tumour fraction uniform between this and 1.
    n_mixed_normals : int
        Normals in the background of each view.
    tumour_mixing : float
        Largest share of another tumour that is mixed into a tumour, alike in both views: virtual
        tumours keep a small cohort from being learnt by heart.
    background_share : float
        Share of the pairs that show background alone, so that normal tissue has a place too.
    infiltrate_shift_sd : float
        Each view is also shifted along the cohort's axes of infiltration by a normal draw of this
        standard deviation, in units of the axes' spread among the training tumours; 0 for none.
    noise_sd, gene_dropout, library_size_jitter : float
        Further, weaker augmentations, see ``ViewSettings``.
    spectrum_exponent : float
        How much a dimension of the embedding counts in a distance: its share in the purified
        expression to this power. 0: all alike, as the loss leaves them; 1: the distance between
        embeddings is that between purified profiles.
    n_steps, max_epochs, batch_size : int
        Length of the training: so many steps, or so many times through the tumours where that is
        less, since a small cohort is soon learnt by heart.
    learning_rate, weight_decay : float
        Of AdamW.
    device : {"auto", "cpu", "cuda"}
    precision : {"auto", "float32", "bfloat16"}
    seed : int

    Examples
    --------
    >>> model = TwinPurify(seed=1).fit(tumours, background=normals)  # doctest: +SKIP
    >>> model.transform(new_tumours).shape  # doctest: +SKIP
    (10, 64)

    References
    ----------
    Zheng & Bryson 2026, arXiv:2601.18640. Zbontar et al. 2021, arXiv:2103.03230.
    """

    name = "twinpurify"
    uses_background = True
    _arrays = (
        *BarlowTwinsMethod._arrays,
        "rotation_",
        "profile_axes_",
        "correction_",
        "infiltrate_weights_",
        "infiltrate_direction_",
        "least_infiltrate_",
        "purity_range_",
    )

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

    def estimate_purity(self, X: Any) -> np.ndarray:
        """Rank profiles by tumour fraction, without any reference.

        Returns
        -------
        array, shape (samples,), float32
            Relative purity, 0 to 1, NaN where the cohort had too few normals to find infiltrate;
            see ``relative_purity`` for what it is not.
        """
        values = self._standardize(self._values(X))
        if not self.infiltrate_weights_.any():
            return np.full(len(values), np.nan, np.float32)
        scores = values @ self.infiltrate_weights_
        return relative_purity(scores, self.purity_range_).astype(np.float32)

    def purify(self, X: Any) -> pd.DataFrame:
        """Give each profile as it would be with the least of other tissue in it.

        Two steps in standardised log space. What dilution with normals took from a profile is
        predicted from its embedding and its main components, and added; then it is moved along
        the axis of infiltration to where the least infiltrated training tumours are.

        Returns
        -------
        DataFrame, shape (samples, genes), float32, log2(x + 1)
            For all genes of the model; genes that are constant in training stay at their mean.
        """
        values = self._values(X)
        standardized = self._standardize(values)
        known = self._known(self._embed(values), standardized)
        restored = standardized + decode(known, self.correction_)
        purified = self._without_infiltrate(restored)
        scale = np.where(np.isfinite(self.gene_scale_), self.gene_scale_, 0.0)
        profiles = np.maximum(purified * scale + self.gene_mean_, 0.0).astype(np.float32)
        samples = as_profiles(X, self.genes_).index
        return pd.DataFrame(profiles, index=samples, columns=self.genes_)

    def _known(self, embedding: np.ndarray, standardized: np.ndarray) -> np.ndarray:
        """Put the embedding beside the main components of the profile as it is."""
        return np.hstack([embedding, standardized @ self.profile_axes_])

    def _without_infiltrate(self, standardized: np.ndarray) -> np.ndarray:
        """Move profiles along the axis of infiltration to the least infiltrated tumours.

        A tumour that has less infiltrate than these stays where it is.
        """
        excess = standardized @ self.infiltrate_weights_ - self.least_infiltrate_
        return standardized - np.outer(np.maximum(excess, 0.0), self.infiltrate_direction_)

    def _fit(self, tumours: np.ndarray, normals: np.ndarray) -> None:
        """Find the axes of infiltration, train the twins, then fit the decoder."""
        standardized = self._standardize(tumours)
        axes = find_infiltrate_axes(standardized, self._standardize(normals))
        self._store_infiltrate(axes, standardized)
        self._axes = axes
        self.rotation_ = np.eye(self.n_dimensions, dtype=np.float32)
        super()._fit(tumours, normals)
        del self._axes
        self._fit_decoders(tumours, normals, standardized)

    def _store_infiltrate(self, axes: InfiltrateAxes | None, standardized: np.ndarray) -> None:
        """Keep what purity and purified expression need; all zeros where no axes were found."""
        nothing = np.zeros(standardized.shape[1], np.float32)
        found = (nothing, nothing) if axes is None else axes.combined()
        self.infiltrate_weights_, self.infiltrate_direction_ = found
        scores = standardized @ self.infiltrate_weights_
        self.purity_range_ = score_range(scores)
        self.least_infiltrate_ = np.quantile(scores, [LEAST_INFILTRATED]).astype(np.float32)

    def _make_views(self, tumours: np.ndarray, normals: np.ndarray, device: Any) -> Any:
        """Draw views by mixing with the normals and shifting along the axes of infiltration."""
        from twinpurify.purification.views import TwinViews, ViewSettings

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
        views = TwinViews(
            tumours, normals, self.gene_mean_, self.gene_scale_, settings, device, directions
        )
        return views.pair

    def _fit_decoders(
        self, tumours: np.ndarray, normals: np.ndarray, standardized: np.ndarray
    ) -> None:
        """Fit on the tumours as they are, and on dilutions of them."""
        rng = np.random.default_rng(self.seed)
        views = [tumours]
        for _ in range(N_DECODER_VIEWS - 1):
            fractions = rng.uniform(self.minimum_fraction, 1.0, len(tumours))
            views.append(dilute(tumours, normals, fractions, rng, self.n_mixed_normals))
        observed = self._standardize(np.concatenate(views))
        embeddings = np.concatenate([self._embed(view) for view in views])
        wanted = np.tile(standardized, (N_DECODER_VIEWS, 1))
        tumour_of_row = np.tile(np.arange(len(tumours)), N_DECODER_VIEWS)
        decoder = fit_decoder(embeddings, wanted, tumour_of_row)
        self.rotation_ = order_by_expression(decoder, self.spectrum_exponent)
        self.profile_axes_ = principal_axes(observed, N_PROFILE_AXES)
        known = self._known(embeddings @ self.rotation_, observed)
        self.correction_ = fit_decoder(known, wanted - observed, tumour_of_row)

    def _embed(self, values: np.ndarray) -> np.ndarray:
        """Embed, then turn to the axes of the purified expression, largest first."""
        return super()._embed(values) @ self.rotation_
