"""Random panels: which genes a group of tumours of a batch may show."""

import math

import torch
from torch import Tensor


def draw_panels(
    n_panels: int, n_genes: int, least: int, most: int, generator: torch.Generator
) -> tuple[Tensor, int]:
    """Draw how many genes are observed, the same number in each panel, and an order of all genes.

    The number is drawn evenly on a logarithmic scale: a panel of 32 genes is as likely to become
    twice as large as one of 200.

    Parameters
    ----------
    n_panels, n_genes : int
    least, most : int
        Genes observed; one gene at least is left to be restored.
    generator : torch.Generator

    Returns
    -------
    order : Tensor, shape (panels, genes)
        Each row a permutation of the genes, those observed first.
    n_observed : int
    """
    most = min(most, n_genes - 1)
    least = min(least, most)
    share = torch.rand((), generator=generator).item()
    n_observed = round(least * math.exp(share * math.log(most / least)))
    return torch.rand(n_panels, n_genes, generator=generator).argsort(dim=1), n_observed


def hidden_genes(order: Tensor, n_observed: int) -> Tensor:
    """Mark the genes of each panel that aren't observed, 1.0 or 0.0, shape (panels, genes)."""
    marks = torch.ones(order.shape, device=order.device)
    return marks.scatter_(1, order[:, :n_observed], 0.0)
