"""TwinPurify: what two views of a tumour share, mixed with different normals, and no infiltrate."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from twinpurify.interface.presentation import VERMILLION, Look, Presentation
from twinpurify.interface.references import HOTELLING, ZBONTAR, ZHENG
from twinpurify.interface.stored_profiles import StoredProfiles
from twinpurify.purification.profile.purifier import Purifier
from twinpurify.purification.twinpurify.excess import ExcessMap
from twinpurify.purification.twinpurify.mixed_views import mixed_views
from twinpurify.purification.twinpurify.presence import TumourPresence
from twinpurify.purification.twinpurify.twin_correlation import agreeing_directions, twin_moments

if TYPE_CHECKING:
    from torch import nn

# A cohort of more genes is reduced to the span of so many of its views: the cube is paid for.
MAX_FEATURES = 2048
N_SPANNING = 1024
# Views of all tumours together: large cohorts need fewer of each tumour.
MAX_VIEWS = 100_000
# Views of each tumour that tell what is full presence.
N_PRESENCE_VIEWS = 16
# Few normals differ along few directions, which the same shrinkage would hide.
ENOUGH_NORMALS = 20


class TwinPurify(Purifier):
    """Embeds tumours so that the normal tissue and the infiltrate in them don't matter.

    Two views of each tumour are mixed in linear space with different random combinations of a
    few adjacent normals, at random tumour fractions. Each view is turned into the direction of
    its excess over normal tissue (``ExcessMap``). Of these directions, the linear encoder that
    solves Barlow Twins on the views is taken: outputs that agree between the views and not with
    each other. Outputs that tell the score of infiltration of the undiluted tumours are barred.
    All embeddings of tumours have one length, however diluted, and those of normal tissue none
    (``TumourPresence``), before the dimensions are weighed by what they say of the expression.
    From the embedding a decoder gives the profile at tumour fraction 1.

    Nothing is left to gradient descent, and a fit takes seconds. Another seed draws other views, so
    that the embedding still depends on it. ``twin_network`` trains a network on the same views.

    Parameters
    ----------
    n_dimensions : int
        Width of the embedding; at most half as many as there are training tumours (but two),
        and no more than genes.
    n_views : int
        Views drawn of each tumour; any two of them are twins. More of them make the embedding
        depend less on the seed. At most 100,000 are drawn of all tumours together, and two of
        each at least.
    minimum_fraction : float
        Lower end of the tumour fraction of a view; each is drawn uniformly between this and 1.
    n_mixed_normals : int
        Normals that are mixed into one background. A few keep the variation between people; the
        mean of many would be nearly the same each time.
    compression : float
        Share of the mean normal at which the excess of a gene is compressed. Less of it sees
        weaker genes, and more of their noise.
    floor : float
        Keeps profiles without excess from being stretched to the length of tumours, in units of
        the training normals' mean squared length.
    shrinkage : float
        Added to the diagonal of the covariance of the views, in units of its mean variance.
        With fewer than 20 normals, in proportion less.
    remove_infiltrate : bool
        Whether outputs that tell the score of infiltration are barred. What of the tumour's own
        immunity follows that score goes too.
    spectrum_exponent : float
        How much a dimension of the embedding counts in a distance: its share in the purified
        expression to this power. 0: all alike. 1: distances are those between purified
        profiles.
    seed : int
        Seed of every random draw of the method.

    Attributes
    ----------
    twin_correlations_ : array, shape (n_dimensions_,)
        Correlation between the twins in each direction, shrunk, highest first.

    Examples
    --------
    >>> model = TwinPurify(seed=1).fit(tumours, background=normals)  # doctest: +SKIP
    >>> model.transform(new_tumours).shape  # doctest: +SKIP
    (10, 64)

    References
    ----------
    Zheng & Bryson 2026, arXiv:2601.18640, for the views. Zbontar et al. 2021, arXiv:2103.03230,
    for the loss. Hotelling 1936, doi:10.1093/biomet/28.3-4.321, for its linear solution.
    """

    name = "twinpurify"
    presentation = Presentation(
        "TwinPurify",
        Look(VERMILLION, "solid", "circle", 4.0),
        does=(
            "directions of the excess over normal tissue in which twin views of each tumour "
            "agree, after normal tissue of a few training patients was mixed into them in "
            "linear space (Barlow Twins, solved for a linear encoder), uncorrelated with a "
            "score of infiltration"
        ),
        references=(
            ZHENG,
            ZBONTAR,
            HOTELLING,
        ),
        place=10,
    )
    _arrays = (
        *Purifier._arrays,
        "normal_level_",
        "excess_unit_",
        "excess_scale_",
        "excess_floor_",
        "excess_mean_",
        "directions_",
        "twin_correlations_",
        "presence_direction_",
        "presence_range_",
    )

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=2)] = 64,
        n_views: Annotated[int, Field(ge=2)] = 128,
        minimum_fraction: Annotated[float, Field(gt=0, lt=1)] = 0.1,
        n_mixed_normals: Annotated[int, Field(ge=1)] = 4,
        compression: Annotated[float, Field(gt=0)] = 0.1,
        floor: Annotated[float, Field(ge=0)] = 1.0,
        shrinkage: Annotated[float, Field(gt=0)] = 0.3,
        remove_infiltrate: bool = True,
        spectrum_exponent: Annotated[float, Field(ge=0, le=1)] = 0.25,
        seed: Annotated[int, Field(ge=0)] = 0,
    ) -> None:
        self.n_dimensions = n_dimensions
        self.n_views = n_views
        self.minimum_fraction = minimum_fraction
        self.n_mixed_normals = n_mixed_normals
        self.compression = compression
        self.floor = floor
        self.shrinkage = shrinkage
        self.remove_infiltrate = remove_infiltrate
        self.spectrum_exponent = spectrum_exponent
        self.seed = seed

    # A method that uses a background is always given one.
    def _fit(self, tumours: np.ndarray, normals: np.ndarray) -> None:  # type: ignore[override]
        """Map to excess, solve for the directions of agreement, then fit the decoders."""
        self._fit_infiltrate(tumours, normals)
        excess = self._fit_excess(tumours, normals)
        features = excess(tumours)
        self.excess_mean_ = features.mean(axis=0)
        draw = partial(self._draw, excess, tumours, normals, np.random.default_rng(self.seed))
        basis = self._basis(features, draw)
        n_views = max(min(self.n_views, MAX_VIEWS // len(tumours)), 2)
        moments = twin_moments(_reduced(view, basis) for view in draw(n_views))
        further = (_reduced(view, basis) for view in draw(N_PRESENCE_VIEWS))
        presence = TumourPresence.fit(moments, further, _reduced(excess(normals), basis))
        self._store_presence(presence, basis)
        barred = self._barred(_reduced(features, basis), tumours)
        n_dimensions = min(self.n_dimensions, max(len(tumours) // 2, 2))
        shrinkage = self.shrinkage * min(len(normals) / ENOUGH_NORMALS, 1.0)
        directions, self.twin_correlations_ = agreeing_directions(
            moments, n_dimensions, shrinkage, barred
        )
        directions = directions if basis is None else basis @ directions
        outputs = (features - self.excess_mean_) @ directions
        self.directions_ = directions / np.maximum(outputs.std(axis=0), 1e-6)
        self._fit_decoders(tumours, normals)

    def _fit_stored(  # type: ignore[override]
        self, tumours: StoredProfiles, normals: np.ndarray
    ) -> None:
        """Fit on tumours in a file: mean and scale of all of them, the rest of a sample."""
        self._fit_moments(tumours.blocks())
        self._fit(tumours.sample(self.seed), normals)

    def _fit_excess(self, tumours: np.ndarray, normals: np.ndarray) -> ExcessMap:
        """Fit the map to excess, and keep its parts."""
        excess = ExcessMap.fit(tumours, normals, self.compression, self.floor)
        self.normal_level_, self.excess_unit_ = excess.normal_level, excess.unit
        self.excess_scale_ = excess.inverse_scale
        self.excess_floor_ = np.array([excess.floor], np.float32)
        return excess

    def _draw(
        self,
        excess: ExcessMap,
        tumours: np.ndarray,
        normals: np.ndarray,
        rng: np.random.Generator,
        n_views: int,
    ) -> Iterator[np.ndarray]:
        """Draw so many views of all tumours, as directions of excess."""
        lowest, n_mixed = self.minimum_fraction, self.n_mixed_normals
        for view in mixed_views(tumours, normals, n_views, lowest, n_mixed, rng):
            yield excess.of_linear(view)

    def _store_presence(self, presence: TumourPresence, basis: np.ndarray | None) -> None:
        """Keep the discriminant, in terms of all features."""
        direction = presence.direction
        self.presence_direction_ = direction if basis is None else basis @ direction
        self.presence_range_ = np.array([presence.absent, presence.present], np.float32)

    def _barred(self, features: np.ndarray, tumours: np.ndarray) -> np.ndarray:
        """Covariance of the features with the score of infiltration, shape (features, 0 or 1)."""
        scores = self._standardize(tumours) @ self.infiltrate_weights_
        if not self.remove_infiltrate or not scores.any():
            return np.zeros((features.shape[1], 0))
        return (features.T @ (scores - scores.mean()) / len(scores))[:, None]

    def _basis(
        self, features: np.ndarray, draw: Callable[[int], Iterator[np.ndarray]]
    ) -> np.ndarray | None:
        """Span the views of a cohort with many genes, half of them undiluted; None for all."""
        n_tumours, n_genes = features.shape
        if n_genes <= MAX_FEATURES:
            return None
        chosen = np.linspace(0, n_tumours - 1, min(n_tumours, N_SPANNING // 2)).astype(int)
        undiluted = features[chosen]
        n_diluted = N_SPANNING - len(undiluted)
        diluted = np.concatenate(list(draw(-(-n_diluted // n_tumours))))
        chosen = np.linspace(0, len(diluted) - 1, n_diluted).astype(int)
        return np.linalg.qr(np.concatenate([undiluted, diluted[chosen]]).T)[0]

    def _embed(self, values: np.ndarray) -> np.ndarray:
        """Project the direction of excess, bring it to one length, then weigh the dimensions."""
        features = self._excess(values)
        outputs = (features - self.excess_mean_) @ self.directions_
        lengths = np.linalg.norm(outputs, axis=1)
        wanted = np.sqrt(outputs.shape[1]) * self._presence_of(features)
        outputs *= (wanted / np.maximum(lengths, 1e-12))[:, None].astype(np.float32)
        return outputs @ self.rotation_

    def _module(self) -> "nn.Module":
        """Embed by operations of torch; the linear maps are what can be trained."""
        from twinpurify.purification.twinpurify.twin_module import TwinModule

        return TwinModule(
            self._excess_map(),
            self.excess_mean_,
            self.directions_,
            self._tumour_presence(),
            self.rotation_,
        )

    def _excess(self, values: np.ndarray) -> np.ndarray:
        """Map profiles to the direction of their excess."""
        return self._excess_map()(values)

    def _excess_map(self) -> ExcessMap:
        """Put the map to excess together."""
        floor = float(self.excess_floor_[0])
        return ExcessMap(self.normal_level_, self.excess_unit_, self.excess_scale_, floor)

    def _presence(self, values: np.ndarray) -> np.ndarray:
        """Weigh profiles by whether there is any tumour in them."""
        return self._presence_of(self._excess(values))

    def _presence_of(self, features: np.ndarray) -> np.ndarray:
        """Weigh directions of excess."""
        return self._tumour_presence()(features)

    def _tumour_presence(self) -> TumourPresence:
        """Put the discriminant together."""
        return TumourPresence(self.presence_direction_, *map(float, self.presence_range_))

    def _width(self) -> int:
        """Width of the embedding before it is turned."""
        return self.directions_.shape[1]


def _reduced(features: np.ndarray, basis: np.ndarray | None) -> np.ndarray:
    """Express features in a basis, shape (samples, basis or features)."""
    return features if basis is None else features @ basis
