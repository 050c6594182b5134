"""Purity and purified profiles, for the methods that embed what is left after dilution."""

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.interface.profiles import as_profiles
from twinpurify.purification.dilution import dilute
from twinpurify.purification.profile.decoder import fit_decoder, order_by_expression
from twinpurify.purification.profile.restoration import Restoration
from twinpurify.purification.purity.fraction import purity_of_scores
from twinpurify.purification.purity.infiltrate_score import find_infiltrate_score

N_DECODER_VIEWS = 8
LEAST_INFILTRATED = 0.05


class Purifier(EmbeddingMethod):
    """An embedding method that also estimates purity and decodes purified profiles.

    A subclass has the parameters ``minimum_fraction, n_mixed_normals, spectrum_exponent, seed``,
    calls ``_fit_infiltrate`` before and ``_fit_decoders`` after it has learnt to embed, and
    multiplies its embedding by ``rotation_``, which is square in between.

    Attributes
    ----------
    gene_reliability_ : array, shape (genes,)
        Share of each gene's variance among undiluted tumours that restored ones tell, 0 to 1.
    """

    uses_background = True
    history_: pd.DataFrame | None = None
    _arrays: ClassVar[tuple[str, ...]] = (
        "rotation_",
        "profile_axes_",
        "observed_",
        "correction_",
        "usual_residual_",
        "gene_reliability_",
        "infiltrate_weights_",
        "infiltrate_direction_",
        "least_infiltrate_",
    )

    def estimate_purity(self, X: Any) -> np.ndarray:
        """Estimate the tumour fraction of profiles, without any reference.

        Returns
        -------
        array, shape (samples,), float32
            0 to 1, NaN where no score of infiltration was found; see
            ``purity_of_scores`` for what its level rests on.
        """
        values = self._values(X)
        if not self.infiltrate_weights_.any():
            return np.full(len(values), np.nan, np.float32)
        scores = self._standardize(values) @ self.infiltrate_weights_
        return (purity_of_scores(scores) * self._presence(values)).astype(np.float32)

    def _presence(self, values: np.ndarray) -> np.ndarray:
        """Whether there is any tumour in the profiles: 1, unless the method can tell."""
        return np.ones(len(values), np.float32)

    def purify(self, X: Any) -> pd.DataFrame:
        """Give each profile as it would be with the least of other tissue in it.

        What ``undilute`` gives is moved along the axis of infiltration to where the least
        infiltrated training tumours are. ``gene_reliability_`` tells which genes to rely on.

        Returns
        -------
        DataFrame, shape (samples, genes), float32, log2(x + 1)
            For all genes of the model; genes that are constant in training stay at their mean.
        """
        return self._profiles(X, self._without_infiltrate(self._restored(self._values(X))))

    def undilute(self, X: Any) -> pd.DataFrame:
        """Give each profile as it would be without the normal tissue it was diluted with.

        The tumour keeps the infiltrate that training tumours have as measured. Made for profiles
        that were diluted on top of that; a tumour as measured stays nearly as it is.

        Returns
        -------
        DataFrame, shape (samples, genes), float32, log2(x + 1)
        """
        return self._profiles(X, self._restored(self._values(X)))

    def _restored(self, values: np.ndarray) -> np.ndarray:
        """Put back what dilution took, standardised."""
        restoration = Restoration(
            self.profile_axes_,
            self.observed_,
            self.correction_,
            float(self.usual_residual_[0]),
            self.gene_reliability_,
        )
        return restoration(self._embed(values), self._standardize(values))

    def _profiles(self, X: Any, standardized: np.ndarray) -> pd.DataFrame:
        """Bring standardised profiles back to log2(x + 1), with the names of what came in."""
        scale = np.where(np.isfinite(self.gene_scale_), self.gene_scale_, 0.0)
        profiles = np.maximum(standardized * scale + self.gene_mean_, 0.0).astype(np.float32)
        samples = as_profiles(X, self.genes_).index
        return pd.DataFrame(profiles, index=samples, columns=self.genes_)

    def _without_infiltrate(self, standardized: np.ndarray) -> np.ndarray:
        """Move profiles along the axis of infiltration to the least infiltrated tumours.

        A tumour that has less infiltrate than these stays where it is.
        """
        excess = standardized @ self.infiltrate_weights_ - self.least_infiltrate_
        return standardized - np.outer(np.maximum(excess, 0.0), self.infiltrate_direction_)

    def _fit_infiltrate(self, tumours: np.ndarray, normals: np.ndarray) -> None:
        """Find the score of infiltration; all zeros where there is none to be found."""
        standardized = self._standardize(tumours)
        found = find_infiltrate_score(standardized, self._standardize(normals), self.gene_scale_)
        nothing = np.zeros(standardized.shape[1], np.float32)
        self.infiltrate_weights_ = nothing if found is None else found.weights
        self.infiltrate_direction_ = nothing if found is None else found.direction
        scores = standardized @ self.infiltrate_weights_
        self.least_infiltrate_ = np.quantile(scores, [LEAST_INFILTRATED]).astype(np.float32)

    @abstractmethod
    def _width(self) -> int:
        """Width of the embedding before it is turned."""

    def _fit_decoders(self, tumours: np.ndarray, normals: np.ndarray) -> None:
        """Fit on the tumours as they are, and on dilutions of them."""
        rng = np.random.default_rng(self.seed)
        views = [tumours]
        for _ in range(N_DECODER_VIEWS - 1):
            fractions = rng.uniform(self.minimum_fraction, 1.0, len(tumours))
            views.append(dilute(tumours, normals, fractions, rng, self.n_mixed_normals))
        observed = self._standardize(np.concatenate(views))
        # The embedding is turned once the decoder tells which of its directions say most.
        self.rotation_ = np.eye(self._width(), dtype=np.float32)
        embeddings = np.concatenate([self._embed(view) for view in views])
        wanted = np.tile(self._standardize(tumours), (N_DECODER_VIEWS, 1))
        tumour_of_row = np.tile(np.arange(len(tumours)), N_DECODER_VIEWS)
        decoder = fit_decoder(embeddings, wanted, tumour_of_row)
        self.rotation_ = order_by_expression(decoder, self.spectrum_exponent)
        restoration = Restoration.fit(embeddings @ self.rotation_, observed, wanted, tumour_of_row)
        self.profile_axes_, self.observed_ = restoration.axes, restoration.observed
        self.correction_ = restoration.correction
        self.usual_residual_ = np.array([restoration.usual_residual], np.float32)
        self.gene_reliability_ = restoration.reliability
