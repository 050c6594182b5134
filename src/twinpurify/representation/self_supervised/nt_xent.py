"""NT-Xent: each view has to find the other view of its tumour among all views of the batch."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from twinpurify.training.distributed import gathered_with_gradients


def nt_xent_loss(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """Compute the normalised, temperature-scaled cross-entropy, both ways.

    Parameters
    ----------
    first, second : Tensor, shape (batch, dimensions)
        Two views of the same samples, in the same order; of this process's rows alone where
        several train together.
    temperature : float
        What cosines are divided by.

    Returns
    -------
    Tensor, shape ()
        Mean over the 2 · batch views, in nats; ``log(2 · batch - 1)`` where all are alike.

    References
    ----------
    Chen et al. 2020, SimCLR, arXiv:2002.05709.
    """
    with torch.autocast(first.device.type, enabled=False):
        first, second = (gathered_with_gradients(view.float()) for view in (first, second))
        n = len(first)
        views = normalize(torch.cat([first, second]))
        similarity = (views @ views.T) / temperature
        similarity.fill_diagonal_(-torch.inf)
        twins = torch.arange(2 * n, device=views.device).roll(n)
        return cross_entropy(similarity, twins)
