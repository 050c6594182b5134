"""What tells a collapse: how many dimensions of an embedding are in use, and how alike they are."""

import torch
from torch import Tensor

from twinpurify.purification.twin_network.barlow_twins_loss import cross_correlation, effective_rank

# Of the largest standard deviation of any dimension.
DEAD_SHARE = 0.01


def singular_values(embedding: Tensor) -> Tensor:
    """Compute the singular values of the centred embedding, largest first.

    Parameters
    ----------
    embedding : Tensor, shape (samples, dimensions)
        As the encoder gives it: with each dimension standardised, a dead one looks alive.

    Returns
    -------
    Tensor, shape (min(samples, dimensions),)
    """
    return torch.linalg.svdvals(embedding.float() - embedding.float().mean(dim=0))


@torch.no_grad()
def collapse_diagnostics(embedding: Tensor) -> dict[str, Tensor]:
    """Measure how far an embedding has collapsed.

    Parameters
    ----------
    embedding : Tensor, shape (samples, dimensions)
        As the encoder gives it. No number is above that of samples: compare what comes of
        equally many.

    Returns
    -------
    dict of str to Tensor
        ``effective_rank``, of the covariance, 1 to the number of dimensions; ``dead_dimensions``,
        the share of them with a standard deviation below a hundredth of the largest;
        ``mean_correlation``, the mean of the absolute correlation between two dimensions.

    References
    ----------
    Roy & Vetterli 2007, The effective rank, doi:10.5281/zenodo.40547.
    Jing et al. 2022, dimensional collapse, arXiv:2110.09348.
    """
    with torch.autocast(embedding.device.type, enabled=False):
        embedding = embedding.float()
        spread = embedding.std(dim=0, unbiased=False)
        largest = spread.max().clamp(min=torch.finfo(torch.float32).tiny)
        # Correlations of an embedding of any scale: a variance near zero isn't divided by.
        scaled = (embedding - embedding.mean(dim=0)) / largest
        correlation = cross_correlation(scaled, scaled).abs()
        n = len(correlation)
        off_diagonal = correlation.sum() - correlation.diagonal().sum()
        return {
            "effective_rank": effective_rank(embedding),
            "dead_dimensions": (spread <= DEAD_SHARE * spread.max()).float().mean(),
            "mean_correlation": off_diagonal / max(n * (n - 1), 1),
        }
