"""Corrupted views: a share of the genes of each profile takes other values of the same genes."""

import torch
from torch import Tensor

from twinpurify.training.distributed import own_rows
from twinpurify.training.random_levels import LOWEST_LEVEL, levels_of, random_levels


class Corruption:
    """Replaces a random share of the genes of each profile.

    Parameters
    ----------
    share : float
        Probability of each gene of each profile to be replaced, 0 to 1, both excluded.
    gene_range : tuple of two Tensors, shape (genes,), optional
        Lowest and highest value of each gene: new values are uniform between them. Without it a
        gene takes its value in another profile of the batch, its empirical marginal: each column
        of the batch is permuted, by a random shift.

    References
    ----------
    Bahri et al. 2022, SCARF, arXiv:2106.15147. Yoon et al. 2020, VIME, NeurIPS.
    """

    def __init__(self, share: float, gene_range: tuple[Tensor, Tensor] | None = None) -> None:
        self.n_levels = levels_of(share)
        self.gene_range = gene_range

    def __call__(self, profiles: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Corrupt this process's rows of a batch.

        Parameters
        ----------
        profiles : Tensor, shape (batch, genes), standardised
            Of the whole batch.
        generator : torch.Generator
            On the CPU.

        Returns
        -------
        corrupted : Tensor, shape (own rows, genes)
        replaced : Tensor of bool, shape (own rows, genes)
            Where another value was drawn; it may be the same one.
        """
        own = own_rows(len(profiles))
        levels = random_levels(profiles.shape, generator)[own].to(profiles.device)
        replaced = levels < LOWEST_LEVEL + self.n_levels
        if self.gene_range is None:
            values = self._of_others(profiles, generator)[own]
        else:
            values = self._uniform(levels)
        return torch.where(replaced, values, profiles[own]), replaced

    def _uniform(self, levels: Tensor) -> Tensor:
        """Spread the levels at which genes are replaced, uniform themselves, over the range."""
        lowest, highest = self.gene_range
        places = levels.float().sub_(LOWEST_LEVEL).mul_(1.0 / self.n_levels)
        return torch.addcmul(lowest, places, highest - lowest)

    def _of_others(self, profiles: Tensor, generator: torch.Generator) -> Tensor:
        """Shift each column by its own number of rows: as in a permutation, nobody keeps a value.

        A full permutation would take as long to sort as the network takes to train.
        """
        n, n_genes = profiles.shape
        shift = torch.randint(1, max(n, 2), (n_genes,), generator=generator)
        rows = torch.arange(n)[:, None].add(shift).remainder_(n)
        return profiles.gather(0, rows.to(profiles.device))
