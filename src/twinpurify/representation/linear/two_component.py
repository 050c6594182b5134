"""Two components: each profile is a tumour and a mixture of normals, taken apart, linear."""

from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field

from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.interface.presentation import GREEN, Look, Presentation
from twinpurify.interface.profiles import as_profiles
from twinpurify.purification.dilution import to_linear
from twinpurify.representation.linear.non_negative import non_negative_amounts
from twinpurify.representation.linear.pca import principal_components


class TwoComponent(EmbeddingMethod):
    """Subtracts from each profile the normals in it, and embeds what is left of the tumour.

    After ISOpure and DeMixT, by least squares. A linear profile is a·m + N·θ with a tumour
    profile m that the cohort shares, the training normals N, and amounts a, θ ≥ 0 of its own;
    genes are scaled by their standard deviation. m and the amounts are fitted in turn, starting
    from what the mean tumour has in excess of the mean normal. A sample's purity is the tumour's
    share of the restored expression; its own tumour profile is (x - N·θ) / purity. The embedding
    is made of the principal components of these profiles, log2(x + 1), standardised.

    Parameters
    ----------
    n_dimensions : int
        Number of components of the purified profiles.
    n_rounds : int
        Rounds in which the tumour profile of the cohort and the amounts are fitted in turn.
    minimum_purity : float
        What is left isn't divided by less, since that would blow noise up.

    Attributes
    ----------
    normals_ : array, shape (normals, genes)
        The training normals, linear; a stored model holds them.
    tumour_profile_ : array, shape (genes,)
        The tumour profile that the cohort shares, linear.

    References
    ----------
    Quon et al. 2013, ISOpure, doi:10.1186/gm433. Wang et al. 2018, DeMixT,
    doi:10.1016/j.isci.2018.10.028.
    """

    name = "two_component"
    presentation = Presentation(
        "Two components",
        Look(GREEN, "dashdot", "hexagon"),
        does=("subtraction of a mixture of normals from each profile, then principal components"),
        references=(
            "Quon G et al. Computational purification of individual tumor gene expression "
            "profiles leads to significant improvements in prognostic prediction. Genome Med "
            "2013. doi:10.1186/gm433",
            "Wang Z et al. Transcriptome deconvolution of heterogeneous tumor samples with "
            "immune infiltration. iScience 2018. doi:10.1016/j.isci.2018.10.028",
        ),
        place=100,
    )
    uses_background = True
    history_: pd.DataFrame | None = None
    _arrays = (
        "normals_",
        "tumour_profile_",
        "linear_scale_",
        "purified_mean_",
        "purified_scale_",
        "components_",
    )

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=1)] = 64,
        n_rounds: Annotated[int, Field(ge=1)] = 20,
        minimum_purity: Annotated[float, Field(gt=0, lt=1)] = 0.1,
    ) -> None:
        self.n_dimensions = n_dimensions
        self.n_rounds = n_rounds
        self.minimum_purity = minimum_purity

    def estimate_purity(self, X: Any) -> np.ndarray:
        """Estimate the share of a profile's expression that the normals don't explain.

        Returns
        -------
        array, shape (samples,), float32, 0 to 1
        """
        return self._take_apart(self._values(X))[1].astype(np.float32)

    def purify(self, X: Any) -> pd.DataFrame:
        """Give each profile without the normals that were found in it.

        Returns
        -------
        DataFrame, shape (samples, genes), float32, log2(x + 1)
        """
        samples = as_profiles(X, self.genes_).index
        return pd.DataFrame(self._purified(self._values(X)), index=samples, columns=self.genes_)

    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        linear = to_linear(tumours.astype(np.float64))
        self.normals_ = to_linear(normals).astype(np.float32)
        scale = linear.std(axis=0)
        # A gene that doesn't vary among the training tumours has no say.
        varies = np.isfinite(self.gene_scale_) & (scale > 0.0)
        self.linear_scale_ = np.where(varies, scale, np.inf).astype(np.float32)
        self.tumour_profile_ = self._shared_profile(linear).astype(np.float32)
        purified = self._purified(tumours)
        self.purified_mean_ = purified.mean(axis=0)
        spread = purified.std(axis=0)
        self.purified_scale_ = np.where(varies & (spread > 1e-6), spread, np.inf).astype(np.float32)
        standardized = (purified - self.purified_mean_) / self.purified_scale_
        self.components_ = principal_components(standardized, self.n_dimensions)

    def _shared_profile(self, linear: np.ndarray) -> np.ndarray:
        """Fit the tumour profile that the cohort shares, as much expression as the mean tumour."""
        total = linear.mean(axis=0).sum()
        profile = np.maximum(linear.mean(axis=0) - self.normals_.mean(axis=0), 0.0)
        for _ in range(self.n_rounds):
            amounts = self._amounts(linear, profile)
            rest = linear - amounts[:, 1:] @ self.normals_
            fitted = np.maximum(amounts[:, 0] @ rest, 0.0)
            if not fitted.any():
                break
            profile = fitted * (total / fitted.sum())
        return profile

    def _amounts(self, linear: np.ndarray, profile: np.ndarray) -> np.ndarray:
        """Solve for the amounts of the tumour profile and of each normal, sample by sample."""
        sources = np.vstack([profile, self.normals_]) / self.linear_scale_
        return non_negative_amounts(sources.T, linear / self.linear_scale_)

    def _take_apart(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the normal part of each profile, linear, and its purity."""
        linear = to_linear(values.astype(np.float64))
        amounts = self._amounts(linear, self.tumour_profile_.astype(np.float64))
        of_normals = amounts[:, 1:] @ self.normals_
        tumour = amounts[:, 0] * self.tumour_profile_.sum(dtype=np.float64)
        total = tumour + of_normals.sum(axis=1)
        # A profile without any expression has nothing of either.
        return of_normals, np.divide(tumour, total, out=np.zeros_like(total), where=total > 0.0)

    def _purified(self, values: np.ndarray) -> np.ndarray:
        """Subtract the normal part and scale up what is left, log2(x + 1)."""
        of_normals, purity = self._take_apart(values)
        left = np.maximum(to_linear(values.astype(np.float64)) - of_normals, 0.0)
        share = np.maximum(purity, self.minimum_purity)[:, None]
        return np.log2(left / share + 1.0).astype(np.float32)

    def _embed(self, values: np.ndarray) -> np.ndarray:
        standardized = (self._purified(values) - self.purified_mean_) / self.purified_scale_
        return standardized @ self.components_
