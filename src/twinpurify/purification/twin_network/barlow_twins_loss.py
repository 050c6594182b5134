"""The Barlow Twins objective: the same tumour in two views, no dimension twice."""

import torch
from torch import Tensor

from twinpurify.training.distributed import (
    gathered,
    mean_of_rows,
    n_processes,
    sum_over_processes,
)

VARIANCE_FLOOR = 1e-6


def standardize_batch(embedding: Tensor) -> Tensor:
    """Centre each dimension over the batch and scale it to unit variance, in float32.

    The batch is that of all processes, here and below, where several train together.
    """
    embedding = embedding.float()
    centred = embedding - mean_of_rows(embedding)
    return centred / (mean_of_rows(centred.square()) + VARIANCE_FLOOR).sqrt()


def cross_correlation(first: Tensor, second: Tensor) -> Tensor:
    """Correlate each dimension of one view with each of the other, over the batch.

    Parameters
    ----------
    first, second : Tensor, shape (batch, dimensions)
        Embeddings of two views of the same samples, in the same order.

    Returns
    -------
    Tensor, shape (dimensions, dimensions), float32
        Entries between -1 and 1.
    """
    products = standardize_batch(first).T @ standardize_batch(second)
    return sum_over_processes(products) / (len(first) * n_processes())


def barlow_twins_loss(first: Tensor, second: Tensor, redundancy_weight: float) -> dict[str, Tensor]:
    """Compute ``sum_i (1 - C_ii)² + λ sum_{i≠j} C_ij²`` and what tells a collapse.

    Parameters
    ----------
    first, second : Tensor, shape (batch, dimensions)
        Embeddings of two views of the same samples, in the same order.
    redundancy_weight : float
        λ, weight of the redundancy term.

    Returns
    -------
    dict of str to Tensor
        ``loss``; its terms ``invariance`` and ``redundancy`` (unweighted);
        ``mean_correlation``, mean of |C_ij| off the diagonal; ``effective_rank`` of the first
        view's embedding; ``mean_sd``, mean standard deviation of its dimensions.

    References
    ----------
    Zbontar et al. 2021, Barlow Twins, arXiv:2103.03230.
    Roy & Vetterli 2007, The effective rank, doi:10.5281/zenodo.40547.
    """
    with torch.autocast(first.device.type, enabled=False):
        correlation = cross_correlation(first, second)
        diagonal = correlation.diagonal()
        invariance = (1.0 - diagonal).square().sum()
        redundancy = correlation.square().sum() - diagonal.square().sum()
        n = len(diagonal)
        whole = gathered(first.float())
        mean_correlation = (correlation.abs().sum() - diagonal.abs().sum()) / max(n * (n - 1), 1)
        return {
            "loss": invariance + redundancy_weight * redundancy,
            "invariance": invariance,
            "redundancy": redundancy,
            "mean_correlation": mean_correlation.detach(),
            "effective_rank": effective_rank(whole),
            "mean_sd": whole.std(dim=0, unbiased=False).mean(),
        }


def effective_rank(embedding: Tensor) -> Tensor:
    """Exponential of the entropy of the covariance's normalised eigenvalues (Roy & Vetterli).

    NaN for an embedding that isn't finite, so that the trainer can say what became of the loss.
    """
    if not torch.isfinite(embedding).all():
        return embedding.new_tensor(torch.nan)
    centred = embedding - embedding.mean(dim=0)
    # Both products have the same eigenvalues but zeros; a projector is wider than a batch is long.
    is_wide = centred.shape[1] > len(centred)
    gram = centred @ centred.T if is_wide else centred.T @ centred
    eigenvalues = torch.linalg.eigvalsh(gram).clamp(min=0)
    shares = eigenvalues / eigenvalues.sum().clamp(min=torch.finfo(torch.float32).tiny)
    return torch.exp(-torch.special.xlogy(shares, shares).sum())
