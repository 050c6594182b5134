"""Twin views: the same tumour, mixed in linear space with different adjacent normals."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from twinpurify.purification.dilution import to_linear


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


class TwinViews:
    """Draws views of training tumours, another at each call.

    Parameters
    ----------
    tumours : array, shape (tumours, genes)
        log2(x + 1).
    normals : array, shape (normals, genes)
        log2(x + 1).
    gene_mean, gene_scale : array, shape (genes,)
        Of the training tumours; views come out standardised by them.
    settings : ViewSettings
    device : torch.device
        Where the profiles lie and the views are made.
    infiltrate_directions : array, shape (axes, genes), optional
        Shift of the standardised genes along each axis of infiltration.
    """

    def __init__(
        self,
        tumours: np.ndarray,
        normals: np.ndarray,
        gene_mean: np.ndarray,
        gene_scale: np.ndarray,
        settings: ViewSettings,
        device: torch.device,
        infiltrate_directions: np.ndarray | None = None,
    ) -> None:
        self.tumours = torch.from_numpy(to_linear(tumours)).to(device)
        self.normals = torch.from_numpy(to_linear(normals)).to(device)
        self.gene_mean = torch.from_numpy(gene_mean).to(device)
        self.inverse_scale = torch.from_numpy(1.0 / gene_scale).to(device)
        self.settings = settings
        self.directions = None
        if infiltrate_directions is not None and settings.infiltrate_shift_sd:
            self.directions = torch.from_numpy(infiltrate_directions).to(device)

    def pair(self, batch: Tensor, generator: torch.Generator) -> Tensor:
        """Draw two views of each tumour of a batch, in float32 whatever the encoder computes in.

        Parameters
        ----------
        batch : Tensor, shape (batch,)
            Indices of tumours.
        generator : torch.Generator
            On the CPU, so that the same seed draws the same views on every device.

        Returns
        -------
        Tensor, shape (2 · batch, genes), float32, standardised
            All first views, then all second views.
        """
        tumours = self._virtual_tumours(batch, generator)
        shown = torch.rand(len(batch), 1, generator=generator) >= self.settings.background_share
        # bfloat16 holds two to three digits: too few for a mixture and its logarithm.
        with torch.autocast(tumours.device.type, enabled=False):
            return torch.cat([self._view(tumours, shown, generator) for _ in range(2)])

    def _virtual_tumours(self, batch: Tensor, generator: torch.Generator) -> Tensor:
        """Mix each tumour with another of the batch, or leave it; linear, shape (batch, genes)."""
        tumours = self.tumours[batch.to(self.tumours.device)]
        if not self.settings.tumour_mixing:
            return tumours
        share = torch.rand(len(batch), 1, generator=generator) * self.settings.tumour_mixing
        partner = torch.randperm(len(batch), generator=generator).to(tumours.device)
        return torch.lerp(tumours, tumours[partner], share.to(tumours.device))

    def _view(self, tumours: Tensor, shown: Tensor, generator: torch.Generator) -> Tensor:
        """Draw one view of each tumour, or of background alone where none is shown."""
        device, n = tumours.device, len(tumours)
        fraction = (self._fractions(n, generator) * shown).to(device)
        weights = self._background_weights(n, generator).to(device)
        mixed = (weights * (1.0 - fraction)) @ self.normals
        mixed.addcmul_(tumours, fraction)
        if self.settings.library_size_jitter:
            jitter = torch.randn(n, 1, generator=generator)
            mixed.mul_((jitter * self.settings.library_size_jitter).exp().to(device))
        view = mixed.add_(1.0).log2_().sub_(self.gene_mean).mul_(self.inverse_scale)
        return self._perturb(view, generator)

    def _fractions(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw tumour fractions, uniform from the minimum to 1."""
        lowest = self.settings.minimum_fraction
        return lowest + (1.0 - lowest) * torch.rand(n, 1, generator=generator)

    def _background_weights(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw for each view a few normals and weights uniform on their simplex."""
        n_normals = len(self.normals)
        n_mixed = min(self.settings.n_mixed_normals, n_normals)
        chosen = torch.rand(n, n_normals, generator=generator).topk(n_mixed, dim=1).indices
        # Exponential draws divided by their sum are Dirichlet(1).
        shares = -torch.rand(n, n_mixed, generator=generator).clamp(min=1e-9).log()
        shares = shares / shares.sum(dim=1, keepdim=True)
        return torch.zeros(n, n_normals).scatter_(1, chosen, shares)

    def _perturb(self, view: Tensor, generator: torch.Generator) -> Tensor:
        """Add the shift of infiltration and the generic augmentations that are switched on."""
        if self.directions is not None:
            shift = torch.randn(len(view), len(self.directions), generator=generator)
            shift = (shift * self.settings.infiltrate_shift_sd).to(view.device)
            view.addmm_(shift, self.directions)
        return perturb(view, generator, self.settings.noise_sd, self.settings.gene_dropout)


def perturb(
    view: Tensor, generator: torch.Generator, noise_sd: float, gene_dropout: float
) -> Tensor:
    """Add Gaussian noise to standardised profiles and set a share of genes to the mean.

    Parameters
    ----------
    view : Tensor, shape (batch, genes), standardised; changed in place
    generator : torch.Generator
    noise_sd : float
        In standard deviations of each gene.
    gene_dropout : float
        Share of genes, 0 to below 1.
    """
    if noise_sd:
        noise = torch.randn(view.shape, generator=generator)
        view.add_(noise.to(view.device), alpha=noise_sd)
    if gene_dropout:
        kept = torch.rand(view.shape, generator=generator) >= gene_dropout
        view.mul_(kept.to(view.device))
    return view
