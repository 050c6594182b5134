"""Twin views: the same tumour, mixed in linear space with different adjacent normals."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import embedding_bag

from twinpurify.interface.row_blocks import empty_for_products, row_blocks
from twinpurify.purification.dilution import to_linear
from twinpurify.purification.twin_network.perturbation import Perturbation
from twinpurify.training.distributed import own_rows

LN2 = float(np.log(2.0))


@dataclass(frozen=True)
class ViewSettings:
    """How a view differs from its tumour.

    Attributes
    ----------
    minimum_fraction : float
        Lower end of the uniform tumour fraction of a view.
    n_mixed_normals : int
        Normals in the random convex combination of a view.
    tumour_mixing : float
        Largest share of another tumour that is mixed into a tumour, alike in both of its views;
        0 leaves the tumours as they are.
    background_share : float
        Share of the pairs that show background alone, so that normal tissue has a place too.
    infiltrate_shift_sd : float
        Standard deviation of the shift along each axis of infiltration.
    noise_sd : float
        Gaussian noise, in standard deviations of each gene.
    gene_dropout : float
        Share of genes set to the training mean.
    library_size_jitter : float
        Standard deviation of the natural logarithm of a factor on the whole linear profile.
    """

    minimum_fraction: float
    n_mixed_normals: int
    tumour_mixing: float = 0.0
    background_share: float = 0.0
    infiltrate_shift_sd: float = 0.0
    noise_sd: float = 0.0
    gene_dropout: float = 0.0
    library_size_jitter: float = 0.0


@dataclass(frozen=True)
class ViewDraws:
    """What was drawn for one view of each tumour of a batch.

    Attributes
    ----------
    members : Tensor, shape (batch, mixed), int64
        Rows of the tissues that a view is mixed of: normals first, then the batch's tumours.
    weights : Tensor, shape (batch, mixed)
        Their weights in linear space.
    shift : Tensor, shape (batch, axes), or None
        Along the axes of infiltration.
    places : Tensor, shape (batch, 2)
        Of the perturbation.
    """

    members: Tensor
    weights: Tensor
    shift: Tensor | None
    places: Tensor

    def of(self, rows: slice) -> "ViewDraws":
        """Take the draws of some rows of the batch."""
        shift = None if self.shift is None else self.shift[rows]
        return ViewDraws(self.members[rows], self.weights[rows], shift, self.places[rows])


class TwinViews:
    """Draws views of training tumours, another at each call.

    Parameters
    ----------
    normals : array, shape (normals, genes)
        log2(x + 1).
    gene_mean, gene_scale : array, shape (genes,)
        Of the training tumours; views come out standardised by them.
    settings : ViewSettings
    device : torch.device
        Where the views are made.
    generator : torch.Generator
        Of the pools of noise, drawn at once.
    infiltrate_directions : array, shape (axes, genes), optional
        Shift of the standardised genes along each axis of infiltration.
    """

    def __init__(
        self,
        normals: np.ndarray,
        gene_mean: np.ndarray,
        gene_scale: np.ndarray,
        settings: ViewSettings,
        device: torch.device,
        generator: torch.Generator,
        infiltrate_directions: np.ndarray | None = None,
    ) -> None:
        self.settings = settings
        self.normals = torch.from_numpy(to_linear(normals)).to(device)
        # ln(x + 1) · slope + offset is log2(x + 1), centred and scaled.
        self.slope = torch.from_numpy(1.0 / (LN2 * gene_scale)).to(device)
        self.offset = torch.from_numpy(-gene_mean / gene_scale).to(device)
        self.directions = None
        if infiltrate_directions is not None and settings.infiltrate_shift_sd:
            self.directions = torch.from_numpy(infiltrate_directions).to(device)
        self.perturb = Perturbation(
            settings.noise_sd, settings.gene_dropout, len(gene_mean), generator, device
        )
        self._tissues = self.normals

    def pair(self, tumours: Tensor, generator: torch.Generator) -> Tensor:
        """Draw two views of each tumour of a batch, mixed in float32 whatever comes after.

        Parameters
        ----------
        tumours : Tensor, shape (batch, genes), log2(x + 1)
        generator : torch.Generator
            On the CPU, so that the same seed draws the same views on every device.

        Returns
        -------
        Tensor, shape (2 · batch, genes), standardised
            All first views, then all second views; of this process's share of the batch alone
            where several train together. Under autocast they are rounded to its
            precision, as the first layer would round them.
        """
        n, n_genes = tumours.shape
        virtual = self._virtual_tumours(n, generator)
        shown = torch.rand(n, 1, generator=generator) >= self.settings.background_share
        own = own_rows(n)
        pair = empty_for_products(2 * (own.stop - own.start), n_genes, tumours.device)
        # bfloat16 holds two to three digits: too few for a mixture and its logarithm.
        with torch.autocast(tumours.device.type, enabled=False):
            tissues = self._linear(tumours)
            for view in pair.chunk(2):
                self._fill(view, tissues, self._draw(*virtual, shown, generator).of(own))
        return pair

    def _linear(self, tumours: Tensor) -> Tensor:
        """Put the batch in linear space below the normals, in a table that is kept for the next."""
        n_normals, n_tissues = len(self.normals), len(self.normals) + len(tumours)
        if len(self._tissues) != n_tissues:
            self._tissues = self.normals.new_empty(n_tissues, tumours.shape[1])
            self._tissues[:n_normals] = self.normals
        linear = self._tissues[n_normals:]
        for rows in row_blocks(*tumours.shape, tumours.device):
            torch.exp2(tumours[rows], out=linear[rows]).sub_(1.0).clamp_(min=0.0)
        return self._tissues

    def _virtual_tumours(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Mix each tumour with another of the batch, or leave it: members and weights."""
        own = torch.arange(n)[:, None]
        if not self.settings.tumour_mixing:
            return own, torch.ones(n, 1)
        share = torch.rand(n, 1, generator=generator) * self.settings.tumour_mixing
        partner = torch.randperm(n, generator=generator)[:, None]
        return torch.cat([own, partner], dim=1), torch.cat([1.0 - share, share], dim=1)

    def _draw(
        self, tumours: Tensor, shares: Tensor, shown: Tensor, generator: torch.Generator
    ) -> ViewDraws:
        """Draw one view of each tumour, or of background alone where none is shown."""
        n = len(tumours)
        fraction = self._fractions(n, generator) * shown
        normals, of_normals = self._background(n, generator)
        weights = torch.cat([of_normals * (1.0 - fraction), shares * fraction], dim=1)
        if self.settings.library_size_jitter:
            jitter = torch.randn(n, 1, generator=generator) * self.settings.library_size_jitter
            weights.mul_(jitter.exp())
        shift = None
        if self.directions is not None:
            shift = torch.randn(n, len(self.directions), generator=generator)
            shift.mul_(self.settings.infiltrate_shift_sd)
        members = torch.cat([normals, len(self.normals) + tumours], dim=1)
        return ViewDraws(members, weights, shift, self.perturb.places(n, generator))

    def _fill(self, view: Tensor, tissues: Tensor, draws: ViewDraws) -> None:
        """Mix, take the logarithm, standardise, shift and perturb, block by block."""
        device = view.device
        members, weights = draws.members.to(device), draws.weights.to(device)
        shift = None if draws.shift is None else draws.shift.to(device)
        for rows in row_blocks(*view.shape, device):
            # A product with all normals would mostly add up zeros.
            mixed = embedding_bag(
                members[rows], tissues, per_sample_weights=weights[rows], mode="sum"
            )
            torch.addcmul(self.offset, mixed.log1p_(), self.slope, out=mixed)
            if shift is not None:
                mixed.addmm_(shift[rows], self.directions)
            view[rows] = self.perturb(mixed, draws.places[rows])

    def _fractions(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw tumour fractions, uniform from the minimum to 1."""
        lowest = self.settings.minimum_fraction
        return lowest + (1.0 - lowest) * torch.rand(n, 1, generator=generator)

    def _background(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw for each view a few normals and weights uniform on their simplex."""
        n_normals = len(self.normals)
        n_mixed = min(self.settings.n_mixed_normals, n_normals)
        chosen = torch.rand(n, n_normals, generator=generator).topk(n_mixed, dim=1).indices
        # Exponential draws divided by their sum are Dirichlet(1).
        shares = -torch.rand(n, n_mixed, generator=generator).clamp(min=1e-9).log()
        return chosen, shares / shares.sum(dim=1, keepdim=True)
