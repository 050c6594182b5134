"""Gaussian noise and gene dropout for many profiles at the price of reading them.

Drawing a deviate for each gene of each profile takes as long as a tenth of a training step. So
they are drawn once, into a pool, and each profile reads a stretch of it from a random place: the
genes of a profile are independent, and two profiles seldom share deviates, nearly never for the
same genes.
"""

import torch
from torch import Tensor

# Places to start from. 8 MB, and the deviates of 350 profiles of 6,000 genes without repetition.
POOL_PLACES = 2**21


class Perturbation:
    """Adds noise to standardised profiles and sets a share of their genes to the mean.

    Parameters
    ----------
    noise_sd : float
        In standard deviations of each gene; 0 draws nothing.
    gene_dropout : float
        Share of genes, 0 to below 1; 0 draws nothing.
    n_genes : int
    generator : torch.Generator
        On the CPU; the pools are drawn from it at once.
    device : torch.device
    """

    def __init__(
        self,
        noise_sd: float,
        gene_dropout: float,
        n_genes: int,
        generator: torch.Generator,
        device: torch.device,
    ) -> None:
        length = POOL_PLACES + n_genes - 1
        self.noise = self.kept = None
        if noise_sd:
            pool = torch.randn(length, generator=generator).mul_(noise_sd)
            self.noise = pool.to(device).unfold(0, n_genes, 1)
        if gene_dropout:
            pool = (torch.rand(length, generator=generator) >= gene_dropout).float()
            self.kept = pool.to(device).unfold(0, n_genes, 1)

    def places(self, n_profiles: int, generator: torch.Generator) -> Tensor:
        """Draw where in the pools each profile begins to read, shape (profiles, 2)."""
        return torch.randint(POOL_PLACES, (n_profiles, 2), generator=generator)

    def __call__(self, profiles: Tensor, places: Tensor) -> Tensor:
        """Perturb in place.

        Parameters
        ----------
        profiles : Tensor, shape (profiles, genes), float32, standardised
        places : Tensor, shape (profiles, 2)
            As drawn for these profiles.
        """
        places = places.to(profiles.device)
        if self.noise is not None:
            profiles.add_(self.noise.index_select(0, places[:, 0]))
        if self.kept is not None:
            profiles.mul_(self.kept.index_select(0, places[:, 1]))
        return profiles
